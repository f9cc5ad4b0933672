import type { CountBin, CountSummary } from '../../domain.ts';

/**
 * Share of all ratings that the head holds; the rest is the long tail (Cremonesi, Koren and Turrin 2010, Performance of recommender
 * algorithms on top-n recommendation tasks).
 */
const HEAD_SHARE = 0.33;
const TENTHS = 10;

/** How unequal numbers of ratings are, over those users or movies that have any. */
export function countSummary(counts: ArrayLike<number>): CountSummary {
  const rising = Float64Array.from(counts)
    .filter((count) => count > 0)
    .sort();
  const n = rising.length;
  const sum = rising.reduce((total, count) => total + count, 0);
  return {
    rated: n,
    least: rising[0] ?? 0,
    median: n === 0 ? 0 : (rising[(n - 1) >> 1]! + rising[n >> 1]!) / 2,
    mean: n === 0 ? 0 : sum / n,
    most: rising[n - 1] ?? 0,
    gini: giniOf(rising),
    head: headSize(rising, sum),
    tenths: tenthsOf(rising, sum),
    bins: doublingBins(rising),
  };
}

/**
 * Gini's coefficient, 0 where all are equal, towards 1 where one has everything: Σ (2k − n − 1) x_k / (n Σ x), x rising, k from 1.
 * 0 of nothing.
 */
export function gini(values: ArrayLike<number>): number {
  return giniOf(Float64Array.from(values).sort());
}

/** 1 for the movies of the head; of equally rated ones the lower index first. */
export function headOf(counts: ArrayLike<number>): Uint8Array {
  const order = Array.from(counts, (_, i) => i).sort((left, right) => counts[right]! - counts[left]! || left - right);
  const inHead = new Uint8Array(order.length);
  const held = HEAD_SHARE * order.reduce((sum, i) => sum + counts[i]!, 0);
  let sum = 0;
  for (const i of order) {
    if (sum >= held) break;
    inHead[i] = 1;
    sum += counts[i]!;
  }
  return inHead;
}

function giniOf(rising: Float64Array): number {
  const n = rising.length;
  let sum = 0;
  let weighted = 0;
  for (let k = 0; k < n; k += 1) {
    sum += rising[k]!;
    weighted += (2 * k + 1 - n) * rising[k]!;
  }
  return sum === 0 ? 0 : weighted / (n * sum);
}

function headSize(rising: Float64Array, sum: number): number {
  let [held, size] = [0, 0];
  while (held < HEAD_SHARE * sum) {
    held += rising[rising.length - 1 - size]!;
    size += 1;
  }
  return size;
}

/** The share of the sum that each tenth holds, that with most first; tenths as equal in number as can be. */
function tenthsOf(rising: Float64Array, sum: number): number[] {
  const falling = rising.slice().reverse();
  return Array.from({ length: TENTHS }, (_, tenth) => {
    const [from, to] = [tenth, tenth + 1].map((edge) => Math.floor((edge * falling.length) / TENTHS)) as [number, number];
    const held = falling.subarray(from, to).reduce((total, count) => total + count, 0);
    return sum === 0 ? 0 : held / sum;
  });
}

/** 1, 2 to 3, 4 to 7, and so on, from the lowest that is used to the highest. */
function doublingBins(rising: Float64Array): CountBin[] {
  if (rising.length === 0) return [];
  const powerOf = (count: number) => Math.floor(Math.log2(count));
  const [lowest, highest] = [powerOf(rising[0]!), powerOf(rising.at(-1)!)];
  const bins = Array.from({ length: highest - lowest + 1 }, (_, at) => ({
    from: 2 ** (lowest + at),
    to: 2 ** (lowest + at + 1) - 1,
    count: 0,
  }));
  for (const count of rising) bins[powerOf(count) - lowest]!.count += 1;
  return bins;
}
