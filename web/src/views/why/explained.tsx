import { IntervalBar, IntervalLegend } from '../../components/intervalBar.tsx';
import { Stars } from '../../components/stars.tsx';
import { Answer, Failure } from '../../components/states.tsx';
import { useRate } from '../../components/useRate.ts';
import { percent, plural, points, sureness, titled } from '../../format.ts';
import { type Query, useQuery } from '../../graphql/useQuery.ts';
import type { CatalogueQuery } from '../../state/catalogue.operations.ts';
import type { Scale } from '../../state/catalogue.ts';
import { useUpdates } from '../../state/feed.ts';
import { BecauseYouRated, Similar } from './reasons.tsx';
import { Standing } from './standing.tsx';
import { Waterfall } from './waterfall.tsx';
import { standsAt, type WhyThisQuery, whyThis } from './why.operations.ts';

interface ExplainedProps {
  readonly user: string;
  readonly movie: string;
  readonly catalogue: Query<CatalogueQuery>;
}

const BASIS: Record<WhyThisQuery['prediction']['basis'], string | null> = {
  LEARNED: null,
  COLD_USER: 'This user has rated nothing yet; the prediction rests on the film alone.',
  COLD_MOVIE: 'Nobody has rated this film yet; the prediction rests on the user, the genres and the year.',
  COLD_BOTH: 'Neither the user nor the film has a rating yet; the prediction rests on what is true of most.',
};

/** One prediction taken apart, for one user and one film; asked for without waiting for the catalogue. */
export function Explained({ user, movie, catalogue }: ExplainedProps) {
  const query = useQuery(whyThis, { userId: user, movieId: movie });
  const standing = useQuery(standsAt, { userId: user });
  const refresh = () => {
    query.refetch();
    standing.refetch();
  };
  useUpdates((updates) => {
    if (updates.some((update) => update.userId === user || update.movieId === movie || update.kind === 'ACTIVATED')) refresh();
  });
  return (
    <Answer query={query} what="the explanation">
      {({ prediction, similarMovies }) => (
        <div class="why">
          <div>
            <Answer query={catalogue} what="the scale">
              {({ dataset: { scale } }) => <Prediction user={user} prediction={prediction} scale={scale} onRated={refresh} />}
            </Answer>
            <Similar movies={similarMovies} />
          </div>
          <div>
            <BecauseYouRated influences={prediction.explanation.becauseYouRated} />
            <Standing query={standing} />
          </div>
        </div>
      )}
    </Answer>
  );
}

interface PredictionProps {
  readonly user: string;
  readonly prediction: WhyThisQuery['prediction'];
  readonly scale: Scale;
  onRated(): void;
}

function Prediction({ user, prediction, scale, onRated }: PredictionProps) {
  const { movie, score, confidence, explanation } = prediction;
  const rating = useRate(user, onRated);
  const given = rating.given[0];
  const basis = BASIS[prediction.basis];
  return (
    <section class="panel prediction" aria-labelledby="prediction">
      <header>
        <h2 id="prediction">{titled(movie)}</h2>
        <p class="note">
          {[...movie.genres, `rated by ${plural(movie.ratingCount, 'person', 'people')}`].join(' · ')}
          {movie.meanRating !== null && `, ${points(movie.meanRating, 2)} on average`}
        </p>
      </header>
      <p>{explanation.summary}</p>
      {basis !== null && <p class="note">{basis}</p>}
      <div>
        <p class="score">
          <strong>{points(score)}</strong>
          <span class="note">
            {sureness(confidence)}, {percent(confidence)} within half a star
          </span>
        </p>
        <IntervalBar prediction={prediction} scale={scale} />
      </div>
      <IntervalLegend />
      <div class="rate-here">
        <span>Seen it? Rate it for user {user}:</span>
        <Stars
          title={movie.title}
          scale={scale}
          value={rating.pending(movie.id) ?? given?.rating ?? null}
          busy={rating.pending(movie.id) !== null}
          onRate={(value) => rating.rate(movie, value)}
        />
      </div>
      <div aria-live="polite">
        {rating.error && <Failure message={rating.error.message} />}
        {given && (
          <p>
            You gave {given.rating}. Expected {points(given.before)} → {points(given.after)}.{' '}
            <button type="button" class="quiet" onClick={() => rating.withdraw(movie)}>
              Take back
            </button>
          </p>
        )}
      </div>
      <h3>Part by part</h3>
      <Waterfall contributions={explanation.contributions} score={score} scale={scale} />
    </section>
  );
}
