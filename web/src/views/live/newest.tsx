import { useEffect, useRef, useState } from 'preact/hooks';
import { TextTable } from '../../components/textTable.tsx';
import { points, titled } from '../../format.ts';
import { request } from '../../graphql/request.ts';
import { ServerError } from '../../graphql/serverError.ts';
import { hrefOf } from '../../state/route.ts';
import type { Rated } from './history.ts';
import { movieTitle } from './live.operations.ts';

const ROWS = 8;

/** The newest ratings in words: what was expected, what was given, what is expected now. */
export function Newest({ rated }: { readonly rated: readonly Rated[] }) {
  const newest = rated.slice(-ROWS).reverse();
  const titles = useTitles(newest.flatMap(({ movieId }) => movieId ?? []));
  if (newest.length === 0) return null;
  return (
    <section class="panel">
      <header>
        <h2>The newest ratings</h2>
        <p class="note">What was given, and what the model expected before and after it learned it.</p>
      </header>
      <TextTable
        label="The newest ratings"
        words={2}
        head={['User', 'Film', 'Before', 'Given', 'After']}
        rows={newest.map(({ userId, movieId, before, rating, after }) => [
          userId ?? 'somebody',
          userId === null || movieId === null ? (
            'a film'
          ) : (
            <a href={hrefOf('/why', { user: userId, movie: movieId })}>{titles.get(movieId) ?? `film ${movieId}`}</a>
          ),
          before === null ? '–' : points(before),
          points(rating),
          after === null ? '–' : points(after),
        ])}
      />
      {newest.some(({ before }) => before === null) && (
        <p class="note">–: the server was started since; what it expected then is not kept.</p>
      )}
    </section>
  );
}

/** Titles of films by id, as they are found. */
function useTitles(ids: readonly string[]): ReadonlyMap<string, string> {
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map());
  const asked = useRef(new Set<string>());
  const key = ids.join('\n');
  useEffect(() => {
    for (const id of key === '' ? [] : key.split('\n')) {
      if (asked.current.has(id)) continue;
      asked.current.add(id);
      request(movieTitle, { id }).then(
        ({ movie }) => movie && setTitles((known) => new Map(known).set(id, titled(movie))),
        (error: unknown) => {
          if (!(error instanceof ServerError)) throw error;
          asked.current.delete(id);
        },
      );
    }
  }, [key]);
  return titles;
}
