import type { MovieRecord, RatingScale, UserRecord } from '../../domain.ts';

/**
 * Ratings as parallel arrays in the order in which they were given, with what is known of their users and movies:
 * what a fit or an evaluation reads. Ratings are on the caller's scale.
 */
export interface RatingTable {
  readonly scale: RatingScale;
  /** By user index; every user of the table, with or without ratings. */
  readonly users: readonly UserRecord[];
  /** By movie index. */
  readonly movies: readonly MovieRecord[];
  readonly u: Int32Array; // [ratings] user index
  readonly i: Int32Array; // [ratings] movie index
  readonly r: Float64Array; // [ratings] rating points
  readonly time: Float64Array; // [ratings] seconds since 1970; NaN: unknown
}

/** The rows of a table named by `rows`, in that order; users and movies stay as they are. */
export function selectRows(table: RatingTable, rows: ArrayLike<number>): RatingTable {
  const n = rows.length;
  const selected = { u: new Int32Array(n), i: new Int32Array(n), r: new Float64Array(n), time: new Float64Array(n) };
  for (let row = 0; row < n; row += 1) {
    const from = rows[row]!;
    selected.u[row] = table.u[from]!;
    selected.i[row] = table.i[from]!;
    selected.r[row] = table.r[from]!;
    selected.time[row] = table.time[from]!;
  }
  return { ...table, ...selected };
}

/** The rows of a table in time order, equal times in the order given, unknown times last. */
export function inTimeOrder(table: RatingTable): RatingTable {
  const key = (row: number) => (Number.isNaN(table.time[row]) ? Number.POSITIVE_INFINITY : table.time[row]!);
  const rows = Array.from(table.r.keys());
  rows.sort((left, right) => (key(left) === key(right) ? left - right : key(left) - key(right)));
  return selectRows(table, rows);
}
