import type { RatingTable } from '../engine/data/ratingTable.ts';
import type { ImportSource } from './source.ts';

/** A table as if it had been read from a file. */
export function sourceOfTable(name: string, { scale, users, movies, u, i, r, time }: RatingTable): ImportSource {
  const levels = [...new Set(r)];
  const numbers = new Map(levels.map((rating, level) => [rating, level]));
  const ratings = {
    users: users.map(({ id }) => id),
    movies: movies.map(({ id }) => id),
    levels,
    u,
    i,
    level: Int32Array.from(r, (rating) => numbers.get(rating)!),
    time: time.map((seconds) => 1000 * seconds),
  };
  return { ratingsFile: name, scale, movies, users, ratings };
}
