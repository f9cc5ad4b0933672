import { HALF_WIDTHS, LEVELS, type Level } from '../math/scoring.ts';

/** One tenth of the predictions, by rising key. */
export interface ReliabilityRow {
  readonly ratings: number;
  /** Smallest and largest key of the tenth; by default the predicted standard deviation. */
  readonly from: number;
  readonly to: number;
  /** Mean predicted standard deviation, rating points. */
  readonly predicted: number;
  /** Root mean squared error, rating points: equal to `predicted` where the doubt is honest. */
  readonly observed: number;
  /** Mean of rating minus prediction, rating points: above 0 where predictions are too low. */
  readonly bias: number;
  /** Share of the ratings inside the central interval of each percentage. */
  readonly coverage: Readonly<Record<Level, number>>;
}

/** Keeps every error beside the standard deviation that was predicted, to see where doubt and error agree. */
export class Calibration {
  private readonly stds: number[] = []; // [ratings] predicted standard deviation
  private readonly errors: number[] = []; // [ratings] rating minus mean

  get ratings(): number {
    return this.stds.length;
  }

  /** @param variance rating points squared, above 0 */
  add(mean: number, variance: number, r: number): void {
    this.stds.push(Math.sqrt(variance));
    this.errors.push(r - mean);
  }

  /** Rank correlation of predicted standard deviation and absolute error, -1 to 1; null where either never varies. */
  spearman(): number | null {
    return spearman(this.stds, this.errors.map(Math.abs));
  }

  /**
   * At most ten rows of as equal counts as can be; predictions with the same key keep their order.
   * @param keys one a prediction, what the tenths are made by; the predicted standard deviation by default
   */
  byDecile(keys: ArrayLike<number> = this.stds): ReliabilityRow[] {
    if (keys.length !== this.ratings) throw new RangeError(`${keys.length} keys for ${this.ratings} predictions: give one for each.`);
    const order = rising(keys);
    const rows: ReliabilityRow[] = [];
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const rowsOf = order.subarray(Math.floor((tenth * order.length) / 10), Math.floor(((tenth + 1) * order.length) / 10));
      if (rowsOf.length > 0) rows.push(this.row(rowsOf, keys));
    }
    return rows;
  }

  /** All predictions as one row; null without any. */
  overall(): ReliabilityRow | null {
    return this.ratings === 0 ? null : this.row(rising(this.stds), this.stds);
  }

  private row(members: Uint32Array, keys: ArrayLike<number>): ReliabilityRow {
    let spread = 0;
    let squares = 0;
    let sum = 0;
    const inside = LEVELS.map(() => 0);
    for (const t of members) {
      const std = this.stds[t]!;
      const e = this.errors[t]!;
      spread += std;
      squares += e * e;
      sum += e;
      for (let level = 0; level < LEVELS.length; level += 1) if (Math.abs(e) <= HALF_WIDTHS[level]! * std) inside[level]! += 1;
    }
    const n = members.length;
    return {
      ratings: n,
      from: keys[members[0]!]!,
      to: keys[members[n - 1]!]!,
      predicted: spread / n,
      observed: Math.sqrt(squares / n),
      bias: sum / n,
      coverage: { 50: inside[0]! / n, 80: inside[1]! / n, 90: inside[2]! / n, 95: inside[3]! / n },
    };
  }
}

/** Pearson's correlation of the ranks, equal values sharing their mean rank. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const a = ranks(x);
  const b = ranks(y);
  const middle = (a.length - 1) / 2;
  let both = 0;
  let left = 0;
  let right = 0;
  for (let t = 0; t < a.length; t += 1) {
    both += (a[t]! - middle) * (b[t]! - middle);
    left += (a[t]! - middle) ** 2;
    right += (b[t]! - middle) ** 2;
  }
  return left === 0 || right === 0 ? null : both / Math.sqrt(left * right);
}

/** Positions by rising value; equal values stay in order. */
function rising(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(values, (_, t) => t).sort((s, t) => values[s]! - values[t]! || s - t);
}

/** From 0, equal values sharing the mean of theirs. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = rising(values);
  const result = new Float64Array(order.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    for (const t of order.subarray(start, end)) result[t] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}
