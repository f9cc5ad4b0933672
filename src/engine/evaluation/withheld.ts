/** RMSE on ratings that were kept from learning: of what learned online, of the fit before the stream, and of a fit on everything but them. */
export interface WithheldQuality {
  readonly ratings: number;
  readonly online: number;
  readonly frozen: number;
  readonly fresh: number;
  /** Of online − fresh, which are about the same ratings. */
  readonly standardError: number;
}

/**
 * Online beside frozen and fresh. The standard error of a difference of two RMSEs on the same n ratings is s/(√n (a + b)), s the standard
 * deviation of the differences of squared errors, since a² − b² = (a − b)(a + b).
 * @param online squared errors of each, in the same order [withheld]
 */
export function compareWithheld(online: Float64Array, frozen: Float64Array, fresh: Float64Array): WithheldQuality {
  const n = online.length;
  const [a, b] = [rootMean(online), rootMean(fresh)];
  const mean = a * a - b * b;
  const squares = online.reduce((sum, square, t) => sum + (square - fresh[t]! - mean) ** 2, 0);
  const spread = Math.sqrt(squares / Math.max(n - 1, 1));
  return {
    ratings: n,
    online: a,
    frozen: rootMean(frozen),
    fresh: b,
    standardError: spread / (Math.sqrt(n) * Math.max(a + b, Number.MIN_VALUE)),
  };
}

/** In words, with what `online` is off a fresh fit and how much of the gap from frozen to fresh it closes. */
export function withheldInWords({ ratings, online, frozen, fresh, standardError }: WithheldQuality): string {
  const closed = frozen > fresh ? `, ${((100 * (frozen - online)) / (frozen - fresh)).toFixed(0)} % of the gap closed` : '';
  const off = `${(online - fresh).toFixed(4)} ±${standardError.toFixed(4)} off`;
  return `${ratings} withheld ratings: online ${online.toFixed(4)}, frozen ${frozen.toFixed(4)}, fresh ${fresh.toFixed(4)}; ${off}${closed}`;
}

function rootMean(squares: Float64Array): number {
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}
