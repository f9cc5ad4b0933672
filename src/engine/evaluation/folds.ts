/** What several folds say of one figure. */
export interface FoldFigure {
  readonly mean: number;
  /** Standard error of the mean: s/√n, with s the sample deviation over folds; null for one fold. */
  readonly standardError: number | null;
}

/** @returns null where a fold has no figure */
export function overFolds(values: readonly (number | null)[]): FoldFigure | null {
  const known = values.filter((value) => value !== null);
  const n = known.length;
  if (n === 0 || n < values.length) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, standardError: null };
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}
