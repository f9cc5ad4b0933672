import { IntervalBar } from '../../components/intervalBar.tsx';
import { Stars } from '../../components/stars.tsx';
import type { Rating } from '../../components/useRate.ts';
import { percent, points, sureness, titled } from '../../format.ts';
import type { Scale } from '../../state/catalogue.ts';
import { hrefOf } from '../../state/route.ts';
import type { ListForQuery } from './forYou.operations.ts';
import type { Change } from './useChanges.ts';

/** A line ends after the dot, and never begins with it. */
const GENRES = '\u00a0· ';

interface RowProps {
  readonly row: ListForQuery['recommendations'][number];
  readonly change: Change | undefined;
  readonly scale: Scale;
  readonly rating: Rating;
}

/** One film of the list: what it is, what is predicted and how surely, and stars to say how it was. */
export function Row({ row, change, scale, rating }: RowProps) {
  const { movie } = row;
  const pending = rating.pending(movie.id);
  return (
    <li class="row" data-key={movie.id}>
      <span class="rank" aria-hidden="true">
        {row.rank}
      </span>
      <div class="row-film">
        <h3>{titled(movie)}</h3>
        <p class="note">{movie.genres.join(GENRES)}</p>
        <Changed change={change} score={row.score} />
      </div>
      <div class="row-prediction">
        <p class="score">
          <strong>{points(row.score)}</strong>
          <span class="note">
            {sureness(row.confidence)}, {percent(row.confidence)}
          </span>
        </p>
        <IntervalBar prediction={row} scale={scale} />
      </div>
      <div class="row-acts">
        <Stars title={movie.title} scale={scale} value={pending} busy={pending !== null} onRate={(value) => rating.rate(movie, value)} />
        <a href={hrefOf('/why', { movie: movie.id })}>
          Why<span class="unseen"> {movie.title}</span>?
        </a>
      </div>
    </li>
  );
}

/** What the newest rating did to it: in signs for the eye, in words for the ear. */
function Changed({ change, score }: { readonly change: Change | undefined; readonly score: number }) {
  if (change === undefined) return null;
  const { climbed, isNew } = change;
  const places = Math.abs(climbed);
  return (
    <p class="changed">
      {isNew && <span class="badge">new here</span>}
      {change.score !== null && (
        <span class="badge">
          <span class="unseen">was </span>
          {points(change.score)} → {points(score)}
        </span>
      )}
      {climbed !== 0 && (
        <span class={`badge ${climbed > 0 ? 'up' : 'down'}`}>
          {climbed > 0 ? '▲' : '▼'} {places}
          <span class="unseen"> {climbed > 0 ? 'places up' : 'places down'}</span>
        </span>
      )}
    </p>
  );
}
