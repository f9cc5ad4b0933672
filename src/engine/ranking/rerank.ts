/** One movie of a list in the making. */
export interface Row {
  readonly i: number;
  /** What the rows are sorted by. */
  readonly score: number;
}

/** Movies at the top of a list that the knobs may put in another order. */
export const POOL = 100;

/**
 * Prefers what fewer have liked among the best rows: z-score − β ln(1 + liked). Those after them keep their order behind.
 * @param rows best first @param standard mean and standard deviation of the scores of all candidates
 * @param before decides between equal ones
 */
export function preferLessPopular(
  rows: readonly Row[],
  beta: number,
  likedCount: (i: number) => number,
  standard: { readonly mean: number; readonly deviation: number },
  before: (left: number, right: number) => boolean,
): Row[] {
  const penalties = rows.slice(0, POOL).map(({ i }) => beta * Math.log1p(likedCount(i)));
  const greatest = Math.max(0, ...penalties);
  const z = (score: number) => (standard.deviation === 0 ? 0 : (score - standard.mean) / standard.deviation);
  // What lies beyond pays the greatest penalty, so that it stays below whatever was better.
  const scored = rows.map(({ i, score }, place) => ({ i, score: z(score) - (penalties[place] ?? greatest) }));
  return scored.sort((left, right) => right.score - left.score || (before(left.i, right.i) ? -1 : 1));
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998) among the best rows: one after the other the row with the largest
 * (1 − weight) × score between 0 and 1 − weight × greatest cosine of genres with those chosen. Those after them follow in order.
 * @param rows best first @param genres of a movie
 */
export function diversify(rows: readonly Row[], weight: number, genres: (i: number) => readonly string[]): Row[] {
  const pool = rows.slice(0, POOL);
  const [highest, lowest] = [pool[0]?.score ?? 0, pool.at(-1)?.score ?? 0];
  const spread = highest === lowest ? 1 : highest - lowest;
  const worth = (score: number) => (1 - weight) * ((score - lowest) / spread);
  const left = pool.map((row) => ({ i: row.i, worth: worth(row.score), genres: new Set(genres(row.i)), nearest: 0 }));
  const chosen: Row[] = [];
  while (left.length > 0) {
    let best = 0;
    const value = (at: number) => left[at]!.worth - weight * left[at]!.nearest;
    for (let at = 1; at < left.length; at += 1) if (value(at) > value(best)) best = at;
    const score = value(best);
    const [row] = left.splice(best, 1);
    chosen.push({ i: row!.i, score });
    for (const other of left) other.nearest = Math.max(other.nearest, genreCosine(other.genres, row!.genres));
  }
  return [...chosen, ...rows.slice(POOL).map(({ i, score }) => ({ i, score: worth(score) - weight }))];
}

/** Genres in common over √(product of their numbers); 0 without any. */
export function genreCosine(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let common = 0;
  for (const genre of left) if (right.has(genre)) common += 1;
  return common === 0 ? 0 : common / Math.sqrt(left.size * right.size);
}
