import type { RatingScale } from '../domain.ts';
import { RequestError } from '../errors.ts';
import { checkRating } from '../validation.ts';
import type { RatingRow, Rejects } from './source.ts';

/** The rows on the scale, in their order; the others are rejected. */
export function keepOnScale(file: string, rows: readonly RatingRow[], scale: RatingScale, rejects: Rejects): RatingRow[] {
  return rows.filter((row) => {
    try {
      checkRating(scale, row.rating);
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      rejects.add(file, row.line, error.message);
      return false;
    }
  });
}

/**
 * The rows as they happened: by time, unknown times last, else in the order of the file. Of several ratings that a user gave a
 * movie only the last is kept, so that a second import of the same file finds everything as it left it.
 */
export function chronicle(rows: readonly RatingRow[]): RatingRow[] {
  const inTime = [...rows].sort((a, b) => compareTimes(a.ratedAt, b.ratedAt));
  const lastOfUser = new Map<string, Map<string, RatingRow>>();
  for (const row of inTime) {
    const movies = lastOfUser.get(row.userId);
    if (movies === undefined) lastOfUser.set(row.userId, new Map([[row.movieId, row]]));
    else movies.set(row.movieId, row);
  }
  return inTime.filter((row) => lastOfUser.get(row.userId)!.get(row.movieId) === row);
}

function compareTimes(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a - b;
}
