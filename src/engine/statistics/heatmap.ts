/** A rating as a cell of a row. */
export interface Cell {
  readonly i: number;
  /** Rating points. */
  readonly r: number;
}

/**
 * Ratings of some users for some movies.
 * @returns [users x movies], in the order of both; null: unrated
 */
export function heatmapCells(
  users: readonly number[],
  movies: readonly number[],
  ratingsOf: (u: number) => Iterable<Cell>,
): (number | null)[][] {
  const place = new Map(movies.map((i, column) => [i, column]));
  return users.map((u) => {
    const row: (number | null)[] = movies.map(() => null);
    for (const { i, r } of ratingsOf(u)) {
      const column = place.get(i);
      if (column !== undefined) row[column] = r;
    }
    return row;
  });
}
