/**
 * Ratings as a compressed sparse matrix: the entries of row n are positions `ptr[n]` .. `ptr[n + 1] - 1`.
 * By user it is CSR; by movie it is CSC of the same matrix, and `entry` says where each stands in the CSR order.
 */
export interface SparseRows {
  readonly rows: number;
  readonly ptr: Int32Array; // [rows + 1]
  readonly column: Int32Array; // [ratings]
  /** Position of each entry in the order of `entries`, the order by user. */
  readonly entry: Int32Array; // [ratings]
}

/** CSR and CSC of the same ratings. `order[t]` is the row of the table that stands at CSR position t. */
export interface SparsePair {
  readonly byUser: SparseRows;
  readonly byMovie: SparseRows;
  readonly order: Int32Array; // [ratings]
}

/** @param u user of each rating, @param i movie of each rating */
export function sparsePair(u: Int32Array, i: Int32Array, users: number, movies: number): SparsePair {
  const order = countingSort(u, users);
  const column = Int32Array.from(order.entry, (row) => i[row]!);
  const rowOf = Int32Array.from(order.entry, (row) => u[row]!);
  const identity = Int32Array.from(column, (_, position) => position);
  const transposed = countingSort(column, movies);
  return {
    byUser: { rows: users, ptr: order.ptr, column, entry: identity },
    byMovie: { rows: movies, ptr: transposed.ptr, column: transposed.entry.map((position) => rowOf[position]!), entry: transposed.entry },
    order: order.entry,
  };
}

/** A stable sort of positions by a small key. */
function countingSort(keys: Int32Array, range: number): { ptr: Int32Array; entry: Int32Array } {
  const ptr = new Int32Array(range + 1);
  for (const key of keys) ptr[key + 1]! += 1;
  for (let row = 0; row < range; row += 1) ptr[row + 1]! += ptr[row]!;
  const next = ptr.slice();
  const entry = new Int32Array(keys.length);
  for (let position = 0; position < keys.length; position += 1) {
    const key = keys[position]!;
    entry[next[key]!] = position;
    next[key]! += 1;
  }
  return { ptr, entry };
}
