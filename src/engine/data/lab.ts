import type { MovieRecord, UserRecord } from '../../domain.ts';
import type { RatingTable } from './ratingTable.ts';

/** The 20 ratings of the course's lab: user, movie, rating; in the order in which they are learned. */
const LAB_RATINGS: readonly (readonly [u: number, i: number, r: number])[] = [
  [0, 0, 4],
  [0, 1, 3],
  [1, 0, 5],
  [1, 2, 2],
  [2, 1, 4],
  [2, 3, 3],
  [2, 4, 5],
  [3, 0, 4],
  [3, 2, 3],
  [3, 4, 5],
  [4, 1, 2],
  [4, 3, 4],
  [0, 2, 3],
  [1, 3, 4],
  [2, 0, 2],
  [3, 1, 5],
  [4, 2, 3],
  [0, 4, 4],
  [1, 1, 3],
  [4, 0, 5],
];
const SIZE = 5;

/** 5 users, 5 movies, 20 ratings at unknown times, on 1 to 5 by 0.5; ids are "0" to "4". */
export function labTable(): RatingTable {
  const ids = Array.from({ length: SIZE }, (_, index) => String(index));
  return {
    scale: { min: 1, max: 5, step: 0.5 },
    users: ids.map((id): UserRecord => ({ id, age: null, gender: null, occupation: null })),
    movies: ids.map((id): MovieRecord => ({ id, title: `Movie ${id}`, year: null, genres: [] })),
    u: Int32Array.from(LAB_RATINGS, ([u]) => u),
    i: Int32Array.from(LAB_RATINGS, ([, i]) => i),
    r: Float64Array.from(LAB_RATINGS, ([, , r]) => r),
    time: new Float64Array(LAB_RATINGS.length).fill(Number.NaN),
  };
}
