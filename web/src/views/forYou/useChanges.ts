import { useRef } from 'preact/hooks';
import { points } from '../../format.ts';
import type { ListForQuery } from './forYou.operations.ts';

type Row = ListForQuery['recommendations'][number];

/** How a row differs from what it was before the newest rating. */
export interface Change {
  /** The score before; null when it reads the same, or when there was none. */
  readonly score: number | null;
  /** Places that it went up; below 0, down. */
  readonly climbed: number;
  /** It has come in. */
  readonly isNew: boolean;
}

interface Seen {
  readonly rows: readonly Row[];
  readonly changes: ReadonlyMap<string, Change>;
}

const NOTHING: ReadonlyMap<string, Change> = new Map();

/**
 * What the newest rating did to each row, by movie id. It stays until a rating does something else; another order or a longer list is
 * no change.
 * @param made what the list was asked to be; lists made otherwise are not compared
 */
export function useChanges(rows: readonly Row[], made: string): ReadonlyMap<string, Change> {
  const seen = useRef<(Seen & { readonly made: string }) | null>(null);
  const last = seen.current;
  if (last === null || last.made !== made) seen.current = { rows, changes: NOTHING, made };
  else if (last.rows !== rows) {
    const learned = rows.some(({ movie, score }) => last.rows.some((row) => row.movie.id === movie.id && row.score !== score));
    seen.current = { rows, changes: learned ? changesBetween(last.rows, rows) : last.changes, made };
  }
  return seen.current?.changes ?? NOTHING;
}

function changesBetween(before: readonly Row[], after: readonly Row[]): ReadonlyMap<string, Change> {
  const old = new Map(before.map((row) => [row.movie.id, row]));
  return new Map(
    after.map((row): [string, Change] => {
      const last = old.get(row.movie.id);
      if (last === undefined) return [row.movie.id, { score: null, climbed: 0, isNew: row.rank <= before.length }];
      const score = points(last.score) === points(row.score) ? null : last.score;
      return [row.movie.id, { score, climbed: last.rank - row.rank, isNew: false }];
    }),
  );
}
