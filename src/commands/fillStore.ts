import type { RatingScale } from '../domain.ts';
import { CommandError } from '../errors.ts';
import { chronicle, keepOnScale } from '../importers/chronicle.ts';
import { scaleOf } from '../importers/scale.ts';
import type { ImportSource } from '../importers/source.ts';
import type { ImportCounts } from '../store/ratingImport.ts';
import type { Store } from '../store/store.ts';

const BATCH = 2_000;

export interface FillReport {
  readonly scale: RatingScale;
  readonly movies: ImportCounts;
  readonly users: ImportCounts;
  readonly ratings: ImportCounts;
  /** Rows of a user and movie that a later row of the same source replaced. */
  readonly replaced: number;
}

/**
 * Stores what a source holds, all of it or, on a failure, nothing. An empty database takes its scale from the source;
 * rows off the database's scale are added to the source's rejects.
 * @param onProgress ratings done, of how many
 */
export function fillStore(store: Store, source: ImportSource, onProgress: (done: number, total: number) => void = () => {}): FillReport {
  // A scale that no rating has used yet was only the configuration's guess.
  const known = store.counts().ratings === 0 ? null : store.scale();
  const scale = known ?? source.scale ?? scaleOf(source.ratings.map((row) => row.rating));
  if (scale === null) throw noRatings(source);
  const good = keepOnScale(source.ratingsFile, source.ratings, scale, source.rejects);
  const rows = chronicle(good);
  return store.transaction(() => {
    if (known === null) store.setScale(scale);
    const movies = store.putMovies(source.movies);
    const users = store.putUsers(source.users);
    const ratings = { added: 0, changed: 0, unchanged: 0 };
    const into = store.startImport();
    onProgress(0, rows.length);
    for (let start = 0; start < rows.length; start += BATCH) {
      const batch = rows.slice(start, start + BATCH);
      const counts = into.add(batch);
      ratings.added += counts.added;
      ratings.changed += counts.changed;
      ratings.unchanged += counts.unchanged;
      onProgress(start + batch.length, rows.length);
    }
    return { scale, movies, users, ratings, replaced: good.length - rows.length };
  });
}

/** One line with the first reason why. */
export function noRatings({ ratingsFile, rejects }: ImportSource): CommandError {
  const first = rejects.shown[0];
  const reason = first === undefined ? '' : `; ${first.file} line ${first.line}: ${first.reason.replace(/\.$/, '')}`;
  return new CommandError(`${ratingsFile} holds no ratings that can be used${reason}.`);
}
