import type { HeadBatch, HeadGradient, HeadLayer, HeadShape } from '../kernels/bayesShape.ts';
import type { Random } from '../math/random.ts';

const HALF_LOG_TWO_PI = 0.918_938_533_204_672_7;
/** The last layer's means start this much smaller: a new head changes next to nothing. */
const LAST_LAYER_START = 0.1;

/** Everything the head learns, as one flat array for the optimiser, with views into it. */
export interface HeadParameters {
  readonly flat: Float64Array; // [2 size + 1] means, rho, ls0: 741 at 16 hidden units
  readonly mean: Float64Array; // [size] view
  readonly rho: Float64Array; // [size] view; sigma = softplus(rho)
}

/** Means N(0, 1/fan-in), those of the last layer a tenth of it; biases and ls0 are 0. */
export function initialParameters(shape: HeadShape, initialRho: number, random: Random): HeadParameters {
  const parameters = viewsOf(new Float64Array(2 * shape.size + 1), shape.size);
  parameters.rho.fill(initialRho);
  const last = shape.layers[2];
  for (const layer of shape.layers) {
    const spread = (layer === last ? LAST_LAYER_START : 1) / Math.sqrt(layer.inputs);
    for (let n = layer.from; n < biasOf(layer); n += 1) parameters.mean[n] = spread * random.normal();
  }
  return parameters;
}

function viewsOf(flat: Float64Array, size: number): HeadParameters {
  return { flat, mean: flat.subarray(0, size), rho: flat.subarray(size, 2 * size) };
}

/** 1/sigma_p² of each weight's prior N(0, 1/fan-in), 1 for biases. */
export function priorPrecisions(shape: HeadShape): Float64Array {
  const precision = new Float64Array(shape.size).fill(1); // [size]
  for (const layer of shape.layers) precision.fill(layer.inputs, layer.from, biasOf(layer));
  return precision;
}

function biasOf(layer: HeadLayer): number {
  return layer.to - layer.outputs;
}

/** ln(1 + e^rho), without overflow. */
export function softplus(rho: number): number {
  return Math.max(rho, 0) + Math.log1p(Math.exp(-Math.abs(rho)));
}

/** sigma² of every weight. */
export function variancesOf(rho: Float64Array, out: Float64Array): Float64Array {
  for (let n = 0; n < rho.length; n += 1) out[n] = softplus(rho[n]!) ** 2;
  return out;
}

/** KL of the posterior to the prior: ½ Σ ((μ² + σ²)/σ_p² − ln σ² − 1 + ln σ_p²). */
export function divergence(parameters: HeadParameters, precision: Float64Array): number {
  const { mean, rho } = parameters;
  let sum = 0;
  for (let n = 0; n < mean.length; n += 1) {
    const std = softplus(rho[n]!);
    sum += (mean[n]! * mean[n]! + std * std) * precision[n]! - 2 * Math.log(std) - 1 - Math.log(precision[n]!);
  }
  return sum / 2;
}

/**
 * The step's gradient by every parameter: that of the data, through sigma² to rho, and that of the KL,
 * μ/σ_p² by a mean and σ/σ_p² − 1/σ by a sigma.
 *
 * @param klWeight what the KL counts against the mean of the batch
 * @param out [2 size + 1]
 */
export function fullGradient(
  parameters: HeadParameters,
  precision: Float64Array,
  batch: HeadBatch,
  data: HeadGradient,
  klWeight: number,
  out: Float64Array,
): void {
  const { mean, rho, flat } = parameters;
  const size = mean.length;
  for (let n = 0; n < size; n += 1) {
    const std = softplus(rho[n]!);
    const slope = 1 / (1 + Math.exp(-rho[n]!)); // of sigma by rho
    out[n] = data.mean[n]! + klWeight * mean[n]! * precision[n]!;
    out[size + n] = (2 * std * data.variance[n]! + klWeight * (std * precision[n]! - 1 / std)) * slope;
  }
  const ls0 = flat[2 * size]!;
  let sum = 0;
  for (let t = 0; t < batch.rows; t += 1) {
    const residual = batch.e[t]! - data.output[2 * t]!;
    sum += 1 - residual * residual * Math.exp(-2 * logStdOf(batch, data, t, ls0));
  }
  out[2 * size] = sum / batch.rows;
}

/** Sums over a batch's rows: negative log likelihood, and squared error of the corrected mean. */
interface BatchLoss {
  negativeLogLikelihood: number;
  squares: number;
}

export function addLoss(batch: HeadBatch, data: HeadGradient, ls0: number, into: BatchLoss): void {
  for (let t = 0; t < batch.rows; t += 1) {
    const residual = batch.e[t]! - data.output[2 * t]!;
    const logStd = logStdOf(batch, data, t, ls0);
    into.squares += residual * residual;
    into.negativeLogLikelihood += HALF_LOG_TWO_PI + logStd + 0.5 * residual * residual * Math.exp(-2 * logStd);
  }
}

/** log sd = ½ ln V + ½ o1 + ls0. */
function logStdOf(batch: HeadBatch, data: HeadGradient, t: number, ls0: number): number {
  return batch.logStd[t]! + 0.5 * data.output[2 * t + 1]! + ls0;
}
