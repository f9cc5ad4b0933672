import { useState } from 'preact/hooks';
import { Stars } from '../../components/stars.tsx';
import { Answer } from '../../components/states.tsx';
import { useLater } from '../../components/useLater.ts';
import type { RatedMovie, Rating } from '../../components/useRate.ts';
import { points, titled } from '../../format.ts';
import { type Query, useQuery } from '../../graphql/useQuery.ts';
import type { Scale } from '../../state/catalogue.ts';
import { moviesLike, type QuestionsQuery } from './teach.operations.ts';

interface TeachProps {
  readonly rating: Rating;
  readonly scale: Scale;
}

/** What to rate so that the model knows somebody: what it asks itself, and what one looks for. */
export function Questions({ query, rating, scale }: TeachProps & { readonly query: Query<QuestionsQuery> }) {
  return (
    <section class="teach" aria-labelledby="questions">
      <h3 id="questions">Have you seen …?</h3>
      <p class="note">These answers tell the model most.</p>
      <Answer query={query} what="questions">
        {({ onboarding }) =>
          onboarding.length === 0 ? (
            <p>There is nothing left to ask.</p>
          ) : (
            <ul class="films">
              {onboarding.map((movie) => (
                <Film key={movie.id} movie={movie} rating={rating} scale={scale} onboarding />
              ))}
            </ul>
          )
        }
      </Answer>
    </section>
  );
}

/** Favourites by their title. */
export function Search({ rating, scale }: TeachProps) {
  const [typed, setTyped] = useState('');
  const title = useLater(typed.trim());
  const query = useQuery(moviesLike, title === '' ? null : { title });
  return (
    <section class="teach" aria-labelledby="search">
      <h3 id="search">Rate a film you know</h3>
      <label for="title">Part of the title</label>
      <input id="title" type="search" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      {title !== '' && (
        <Answer query={query} what="films">
          {({ movies }) => (
            <>
              <p class="note" role="status">
                {found(movies.totalCount, movies.nodes.length)}
              </p>
              <ul class="films">
                {movies.nodes.map((movie) => (
                  <Film key={movie.id} movie={movie} rating={rating} scale={scale} />
                ))}
              </ul>
            </>
          )}
        </Answer>
      )}
    </section>
  );
}

function found(total: number, shown: number): string {
  if (total === 0) return 'No title has this in it. Try fewer letters.';
  return total > shown ? `The first ${shown} of ${total}; type more to find others.` : `${total} found.`;
}

interface FilmProps extends TeachProps {
  readonly movie: RatedMovie & { readonly genres: readonly string[] };
  readonly onboarding?: boolean;
}

function Film({ movie, rating, scale, onboarding = false }: FilmProps) {
  const value = rating.pending(movie.id) ?? rating.given.find((given) => given.movie.id === movie.id)?.rating ?? null;
  return (
    <li>
      <span class="film-title">{titled(movie)}</span>
      <span class="film-acts">
        <Stars
          title={movie.title}
          scale={scale}
          value={value}
          busy={rating.pending(movie.id) !== null}
          onRate={(stars) => rating.rate(movie, stars, onboarding)}
        />
        {onboarding && (
          <button type="button" class="quiet" onClick={() => rating.notSeen(movie)}>
            Not seen<span class="unseen">: {movie.title}</span>
          </button>
        )}
      </span>
    </li>
  );
}

/** What was rated on this page, and what it did to the prediction. */
export function JustRated({ rating }: { readonly rating: Rating }) {
  return (
    <section class="teach" aria-labelledby="just-rated" aria-live="polite">
      {rating.given.length > 0 && (
        <>
          <h3 id="just-rated">Just rated</h3>
          <ul class="films">
            {rating.given.map(({ movie, rating: value, before, after }) => (
              <li key={movie.id}>
                <span class="film-title">{titled(movie)}</span>
                <span class="note">
                  You gave {value}. Expected {points(before)} → {points(after)}.
                </span>
                <button type="button" class="quiet" onClick={() => rating.withdraw(movie)}>
                  Take back<span class="unseen"> {movie.title}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
