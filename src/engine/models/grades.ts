import type { RatingTable } from '../data/ratingTable.ts';
import { type SparsePair, sparsePair } from '../data/sparse.ts';
import { WorkingScale } from '../data/workingScale.ts';

/** Grades of 1 to 5 working stars: a low rating still says that this kind of film gets watched. */
const GRADES = [0.1, 0.2, 0.4, 0.8, 1.2] as const;

/** The grade x of a working rating, between the whole stars in proportion; what is unseen has 0. */
export function gradeOf(working: number): number {
  const below = Math.min(Math.max(Math.floor(working), 1), GRADES.length - 1);
  const share = Math.min(Math.max(working - below, 0), 1);
  return GRADES[below - 1]! * (1 - share) + GRADES[below]! * share;
}

/** The graded matrix X, users by movies; what is not stored is 0. */
export interface GradedMatrix {
  readonly users: number;
  readonly movies: number;
  readonly rows: SparsePair;
  /** In the order by user. */
  readonly x: Float64Array; // [ratings]
}

export function gradedMatrix(table: RatingTable): GradedMatrix {
  const scale = new WorkingScale(table.scale);
  const users = table.users.length;
  const movies = table.movies.length;
  const rows = sparsePair(table.u, table.i, users, movies);
  const x = new Float64Array(table.r.length);
  for (let t = 0; t < x.length; t += 1) x[t] = gradeOf(scale.toWorking(table.r[rows.order[t]!]!));
  return { users, movies, rows, x };
}
