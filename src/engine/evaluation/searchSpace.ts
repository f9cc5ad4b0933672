/** Where a hyper-parameter may lie. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether equal ratios, and not equal differences, are equally likely. */
  readonly log: boolean;
  readonly whole: boolean;
}

/** Values by the names of options. */
export type Point = Readonly<Record<string, number>>;
export type Space = Readonly<Record<string, Range>>;

export type SearchedModel = 'sgd' | 'variational' | 'sampled';

const share = (low: number, high: number): Range => ({ low, high, log: false, whole: false });
const ratio = (low: number, high: number): Range => ({ low, high, log: true, whole: false });
const whole = (low: number, high: number): Range => ({ low, high, log: true, whole: true });

/**
 * What is searched, by model and option; models/sgd.ts, variational.ts and sampled.ts say what each means. Left out is what buys
 * accuracy for time alone, like the sweeps of the sampled member.
 */
export const SPACES = {
  sgd: { factors: whole(2, 64), step: ratio(0.002, 0.1), stepDecay: share(0.85, 1), penalty: ratio(0.005, 2), epochs: whole(10, 160) },
  variational: { factors: whole(2, 30), sweeps: whole(10, 80), initialSpread: ratio(0.01, 0.4), initialPrecision: ratio(0.5, 100) },
  sampled: { factors: whole(2, 30), initialSpread: ratio(0.01, 0.4), initialPrecision: ratio(0.1, 100), noisePriorWeight: ratio(2, 200) },
} satisfies Readonly<Record<SearchedModel, Space>>;

/** @param at 0 to 1 */
export function valueAt({ low, high, log, whole: isWhole }: Range, at: number): number {
  const value = log ? low * (high / low) ** at : low + (high - low) * at;
  return Math.min(high, Math.max(low, isWhole ? Math.round(value) : Number(value.toPrecision(4))));
}

/** Where a value lies between the ends, 0 to 1. */
export function placeOf({ low, high, log }: Range, value: number): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}
