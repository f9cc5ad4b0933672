import { percent, points, titled } from '../../format.ts';
import { hrefOf } from '../../state/route.ts';
import type { WhyThisQuery } from './why.operations.ts';

type Influence = WhyThisQuery['prediction']['explanation']['becauseYouRated'][number];

/** The user's own ratings that bring the film onto the list, with what each of them brings. */
export function BecauseYouRated({ influences }: { readonly influences: readonly Influence[] }) {
  const most = Math.max(...influences.map(({ weight }) => weight));
  const hasGraph = influences.some(({ attention }) => attention !== null);
  return (
    <section class="panel" aria-labelledby="because">
      <header>
        <h2 id="because">Because of these ratings</h2>
        <p class="note">
          What each brings to the film's relevance{hasGraph ? ', and its share of the attention among the ratings that are heard' : ''}.
        </p>
      </header>
      {influences.length === 0 ? (
        <p>None: no rating of this user, at or above the user's mean, speaks for this film.</p>
      ) : (
        <ul class="similar">
          {influences.map(({ movie, rating, weight, attention }) => (
            <li key={movie.id}>
              <a href={hrefOf('/why', { movie: movie.id })}>{titled(movie)}</a>
              <span>{points(weight, 3)}</span>
              <span class="meter" aria-hidden="true">
                <span style={{ width: `${(100 * weight) / most}%` }} />
              </span>
              <span class="note">
                Rated {rating}
                {attention !== null && `, gets ${percent(attention, 1)} of the attention`}.
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Films that the same people like. */
export function Similar({ movies }: { readonly movies: WhyThisQuery['similarMovies'] }) {
  return (
    <section class="panel" aria-labelledby="similar">
      <h2 id="similar">Similar films</h2>
      {movies.length === 0 ? (
        <p>None is known yet: too few people have rated this film.</p>
      ) : (
        <ul class="similar">
          {movies.map(({ movie, similarity, reason }) => (
            <li key={movie.id}>
              <a href={hrefOf('/why', { movie: movie.id })}>{titled(movie)}</a>
              <span class="number">{points(similarity, 2)}</span>
              <span class="note">{reason}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
