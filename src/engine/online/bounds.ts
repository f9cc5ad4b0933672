import { FACTOR_BOUND, FAR_INSIDE, NOISE_EXPONENT_BOUND, VARIANCE_FLOOR, type VectorAndBias } from './rule.ts';

/** Where the columns of one node start. */
export interface ColumnPlaces {
  readonly mean: number;
  readonly variance: number;
  /** V0 */
  readonly prior: number;
}

/** |mean| ≤ 10 √V0 and v in [1e-6, scale × V0], factor by factor and for the bias: no stream of ratings may pass this. */
export function boundColumns(numbers: Float64Array, { mean, variance, prior }: ColumnPlaces, factors: number, scale: VectorAndBias): void {
  for (let f = 0; f <= factors; f += 1) {
    const V0 = numbers[prior + f]!;
    const value = numbers[mean + f]!;
    // Nearly every factor is far inside: then no root is taken.
    if (value * value >= FAR_INSIDE * V0) {
      const limit = FACTOR_BOUND * Math.sqrt(V0);
      numbers[mean + f] = Math.max(-limit, Math.min(limit, value));
    }
    const most = (f < factors ? scale.vector : scale.bias) * V0;
    numbers[variance + f] = Math.max(VARIANCE_FLOOR, Math.min(most, numbers[variance + f]!));
  }
}

/** No term goes beyond what their sum may be: a hostile stream could wind it up, and it would take as long to come back. */
export function boundNoise(term: number): number {
  return Math.max(-NOISE_EXPONENT_BOUND, Math.min(NOISE_EXPONENT_BOUND, term));
}
