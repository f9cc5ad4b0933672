import type { RatingColumns, RatingScale } from '../domain.ts';
import { CommandError } from '../errors.ts';
import { chronicle } from '../importers/chronicle.ts';
import { scaleOf } from '../importers/scale.ts';
import type { ImportSource } from '../importers/source.ts';
import type { ImportCounts } from '../store/ratingImport.ts';
import type { Store } from '../store/store.ts';

/** Rows of one transaction: enough for a page of the ratings to be written once for many rows, few enough to be lost without harm. */
const RATINGS_AT_ONCE = 500_000;
const RECORDS_AT_ONCE = 20_000;

export interface FillReport {
  readonly scale: RatingScale;
  readonly movies: ImportCounts;
  readonly users: ImportCounts;
  readonly ratings: ImportCounts;
  /** Rows of a user and movie that a later row of the same source replaced. */
  readonly replaced: number;
  /** Movies and users that the source names at all, in ratings or records. */
  readonly named: { readonly movies: number; readonly users: number };
}

/** The scale of a database; null while it has no ratings: a scale that none has used was only the configuration's guess. */
export function scaleOfStore(store: Store): RatingScale | null {
  return store.counts().ratings === 0 ? null : store.scale();
}

/**
 * Stores what a source holds, in transactions of bounded size: after an interruption, a second run goes on where the first one stopped,
 * and ends as one would have. An empty database takes its scale from the source; otherwise the ratings must be on the database's scale.
 * @param onProgress ratings done, of how many
 */
export function fillStore(store: Store, source: ImportSource, onProgress: (done: number, total: number) => void = () => {}): FillReport {
  const scale = scaleOfStore(store) ?? source.scale ?? scaleOf(source.ratings.levels);
  if (scale === null) throw new CommandError(`${source.ratingsFile} holds no ratings.`);
  const order = chronicle(source.ratings);
  if (!isEqual(scale, store.scale())) store.setScale(scale);
  const movies = inParts(source.movies, RECORDS_AT_ONCE, (part) => store.putMovies(part));
  const users = inParts(source.users, RECORDS_AT_ONCE, (part) => store.putUsers(part));
  onProgress(0, order.length);
  const ratings = storeRatings(store, source.ratings, order, (done) => onProgress(done, order.length));
  const named = { movies: idsIn(source.movies, source.ratings.movies), users: idsIn(source.users, source.ratings.users) };
  return { scale, movies, users, ratings, replaced: source.ratings.u.length - order.length, named };
}

function idsIn(records: readonly { readonly id: string }[], rated: readonly string[]): number {
  const ids = new Set(rated);
  for (const { id } of records) ids.add(id);
  return ids.size;
}

function storeRatings(store: Store, ratings: RatingColumns, order: Uint32Array, onDone: (done: number) => void): ImportCounts {
  const into = store.startImport(ratings);
  let done = 0;
  return inParts(order, RATINGS_AT_ONCE, (rows) => {
    const counts = into.add(rows);
    done += rows.length;
    onDone(done);
    return counts;
  });
}

function inParts<T extends { readonly length: number; slice(start: number, end: number): T }>(
  rows: T,
  size: number,
  store: (part: T) => ImportCounts,
): ImportCounts {
  const sum = { added: 0, changed: 0, unchanged: 0 };
  for (let start = 0; start < rows.length; start += size) {
    const { added, changed, unchanged } = store(rows.slice(start, start + size));
    sum.added += added;
    sum.changed += changed;
    sum.unchanged += unchanged;
  }
  return sum;
}

function isEqual(one: RatingScale, other: RatingScale | null): boolean {
  return other !== null && one.min === other.min && one.max === other.max && one.step === other.step;
}
