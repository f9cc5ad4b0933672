import { HEAD_INPUTS } from '../kernels/bayesShape.ts';

/** The ends of the working scale, and its middle. */
export const BASE_FROM = 1;
export const BASE_TO = 5;
const BASE_MIDDLE = 3;
/** Standardised inputs end here: far from the training rows the head says what it says at their edge. */
const INPUT_LIMIT = 5;
/** An input that varies less than this did not vary, and says nothing. */
const SMALLEST_DEVIATION = 1e-6;
/** Variances below are taken for this: their logarithm stays finite. */
const SMALLEST_VARIANCE = 1e-6;

/** How the head's inputs are standardised: (input − mean) × scale. */
export interface InputScale {
  readonly inputMean: Float64Array; // [3] means of base, (base − 3)², ½ ln V over the training rows
  readonly inputScale: Float64Array; // [3] 1/standard deviation, or 0 for an input that did not vary
}

export function inputScale(score: Float64Array, variance: Float64Array): InputScale {
  const rows = score.length;
  const sum = new Float64Array(HEAD_INPUTS);
  const squares = new Float64Array(HEAD_INPUTS);
  const raw = new Float64Array(HEAD_INPUTS);
  for (let t = 0; t < rows; t += 1) {
    rawInputs(score[t]!, logVariance(variance[t]!), raw);
    for (let i = 0; i < HEAD_INPUTS; i += 1) sum[i]! += raw[i]!;
  }
  const mean = sum.map((total) => (rows === 0 ? 0 : total / rows));
  for (let t = 0; t < rows; t += 1) {
    rawInputs(score[t]!, logVariance(variance[t]!), raw);
    for (let i = 0; i < HEAD_INPUTS; i += 1) squares[i]! += (raw[i]! - mean[i]!) ** 2;
  }
  const scale = squares.map((total) => {
    const std = Math.sqrt(total / rows);
    return std > SMALLEST_DEVIATION ? 1 / std : 0;
  });
  return { inputMean: mean, inputScale: scale };
}

/** base, (base − 3)² and ½ ln V of one prediction, standardised and clipped to ±5, into out[at ...]. */
export function standardInputs(
  { inputMean, inputScale }: InputScale,
  score: number,
  lnV: number,
  out: Float32Array | Float64Array,
  at: number,
): void {
  const base = clipBase(score);
  const curve = (base - BASE_MIDDLE) * (base - BASE_MIDDLE);
  out[at] = limit((base - inputMean[0]!) * inputScale[0]!);
  out[at + 1] = limit((curve - inputMean[1]!) * inputScale[1]!);
  out[at + 2] = limit((lnV / 2 - inputMean[2]!) * inputScale[2]!);
}

function rawInputs(score: number, lnV: number, out: Float64Array): void {
  const base = clipBase(score);
  out[0] = base;
  out[1] = (base - BASE_MIDDLE) ** 2;
  out[2] = lnV / 2;
}

export function clipBase(score: number): number {
  return Math.min(Math.max(score, BASE_FROM), BASE_TO);
}

export function logVariance(variance: number): number {
  return Math.log(Math.max(variance, SMALLEST_VARIANCE));
}

function limit(x: number): number {
  return Math.min(Math.max(x, -INPUT_LIMIT), INPUT_LIMIT);
}
