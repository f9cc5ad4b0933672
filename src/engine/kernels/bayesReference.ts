import {
  HEAD_INPUTS,
  HEAD_OUTPUTS,
  type HeadBatch,
  type HeadGradient,
  type HeadLayer,
  type HeadShape,
  type HeadSurface,
  type HeadTrainer,
  newGradient,
  newSurface,
} from './bayesShape.ts';

/** Keeps the root of a layer's variance away from 0, where its slope is infinite. */
const SMALLEST_SPREAD = 1e-12;

/**
 * The training step of the Bayesian head in plain loops and double precision: what the kernels are compared with, and
 * what runs without them.
 *
 * Forward, by local reparameterisation (Kingma, Salimans, Welling 2015): out = x M + b + eps √a with a = x² σ² + σ_b², so
 * that a row has its own draw of the weights at the price of one normal variate a unit.
 * Backward, with g the gradient of out and da = g eps / 2√a that of a: dM = xᵀ g, dσ² = (x²)ᵀ da, dx = g Mᵀ + 2 x ∘ (da σ²ᵀ).
 */
export function referenceTrainer(shape: HeadShape, capacity: number): HeadTrainer {
  const [first, second, last] = shape.layers;
  const rowsOf = (width: number) => new Float64Array(capacity * width);
  const gradient = newGradient(shape, capacity);
  const spread = [rowsOf(first.outputs), rowsOf(second.outputs), rowsOf(last.outputs)] as const; // √a
  const hidden = [rowsOf(first.outputs), rowsOf(second.outputs)] as const;
  const dHidden = [rowsOf(first.outputs), rowsOf(second.outputs)] as const;
  const dOutput = rowsOf(HEAD_OUTPUTS);
  return {
    async run(batch, mean, variance, ls0) {
      forward(first, batch, 0, batch.x, mean, variance, spread[0], hidden[0]);
      squash(hidden[0], batch.rows * first.outputs);
      forward(second, batch, 1, hidden[0], mean, variance, spread[1], hidden[1]);
      squash(hidden[1], batch.rows * second.outputs);
      forward(last, batch, 2, hidden[1], mean, variance, spread[2], gradient.output);
      outputGradient(batch, ls0, gradient.output, dOutput);
      gradient.mean.fill(0);
      gradient.variance.fill(0);
      backward(last, batch, 2, hidden[1], mean, variance, spread[2], dOutput, gradient, dHidden[1]);
      unsquash(hidden[1], dHidden[1], batch.rows * second.outputs);
      backward(second, batch, 1, hidden[0], mean, variance, spread[1], dHidden[1], gradient, dHidden[0]);
      unsquash(hidden[0], dHidden[0], batch.rows * first.outputs);
      backward(first, batch, 0, batch.x, mean, variance, spread[0], dHidden[0], gradient, null);
      return gradient;
    },
    async close() {},
  };
}

/** √a into `spread`, x M + b + eps √a into `out`. */
function forward(
  layer: HeadLayer,
  batch: HeadBatch,
  depth: 0 | 1 | 2,
  x: Float32Array | Float64Array, // [rows x inputs]
  M: Float64Array,
  v: Float64Array,
  spread: Float64Array, // [rows x outputs]
  out: Float64Array, // [rows x outputs]
): void {
  const { inputs, outputs, from } = layer;
  const eps = batch.noise[depth];
  const bias = from + inputs * outputs;
  for (let t = 0; t < batch.rows; t += 1) {
    const at = t * outputs;
    for (let j = 0; j < outputs; j += 1) {
      out[at + j] = M[bias + j]!;
      spread[at + j] = v[bias + j]! + SMALLEST_SPREAD;
    }
    for (let i = 0; i < inputs; i += 1) {
      const xi = x[t * inputs + i]!;
      const row = from + i * outputs;
      for (let j = 0; j < outputs; j += 1) {
        out[at + j]! += xi * M[row + j]!;
        spread[at + j]! += xi * xi * v[row + j]!;
      }
    }
    for (let j = 0; j < outputs; j += 1) {
      spread[at + j] = Math.sqrt(spread[at + j]!);
      out[at + j]! += eps[at + j]! * spread[at + j]!;
    }
  }
}

/** Gradient by o0 and o1 of log sd + ½ (e − o0)² e^(−2 log sd), with log sd = ½ ln V + ½ o1 + ls0. */
function outputGradient(batch: HeadBatch, ls0: number, output: Float64Array, g: Float64Array): void {
  for (let t = 0; t < batch.rows; t += 1) {
    const residual = batch.e[t]! - output[2 * t]!;
    const precision = Math.exp(-2 * (batch.logStd[t]! + 0.5 * output[2 * t + 1]! + ls0));
    g[2 * t] = -batch.share[t]! * residual * precision;
    g[2 * t + 1] = 0.5 * batch.share[t]! * (1 - residual * residual * precision);
  }
}

function backward(
  layer: HeadLayer,
  batch: HeadBatch,
  depth: 0 | 1 | 2,
  x: Float32Array | Float64Array, // [rows x inputs]
  M: Float64Array,
  v: Float64Array,
  spread: Float64Array, // [rows x outputs]
  g: Float64Array, // [rows x outputs]
  gradient: HeadGradient,
  dx: Float64Array | null, // [rows x inputs]
): void {
  const { inputs, outputs, from } = layer;
  const { mean: dM, variance: dv } = gradient;
  const eps = batch.noise[depth];
  const bias = from + inputs * outputs;
  const da = new Float64Array(outputs);
  for (let t = 0; t < batch.rows; t += 1) {
    const at = t * outputs;
    for (let j = 0; j < outputs; j += 1) {
      da[j] = (g[at + j]! * eps[at + j]!) / (2 * spread[at + j]!);
      dM[bias + j]! += g[at + j]!;
      dv[bias + j]! += da[j]!;
    }
    for (let i = 0; i < inputs; i += 1) {
      const xi = x[t * inputs + i]!;
      const row = from + i * outputs;
      let sum = 0;
      for (let j = 0; j < outputs; j += 1) {
        const gj = g[at + j]!;
        dM[row + j]! += xi * gj;
        dv[row + j]! += xi * xi * da[j]!;
        sum += gj * M[row + j]! + 2 * xi * da[j]! * v[row + j]!;
      }
      if (dx !== null) dx[t * inputs + i] = sum;
    }
  }
}

function squash(values: Float64Array, count: number): void {
  for (let n = 0; n < count; n += 1) values[n] = Math.tanh(values[n]!);
}

/** The gradient before the tanh: tanh' = 1 − tanh². */
function unsquash(value: Float64Array, g: Float64Array, count: number): void {
  for (let n = 0; n < count; n += 1) g[n]! *= 1 - value[n]! * value[n]!;
}

/**
 * Monte Carlo over drawn networks, at many points.
 *
 * @param drawn [draws x size] weights of each draw
 * @param x [points x 3] standardised inputs
 */
export function referenceSurface(shape: HeadShape, drawn: Float64Array, ls0: number, x: Float64Array): HeadSurface {
  const points = x.length / HEAD_INPUTS;
  const surface = newSurface(points);
  const scratch = pointScratch(shape);
  for (let n = 0; n < points; n += 1) {
    scratch.x.set(x.subarray(n * HEAD_INPUTS, (n + 1) * HEAD_INPUTS));
    readPoint(shape, drawn, ls0, scratch, surface, n);
  }
  return surface;
}

export interface PointScratch {
  readonly x: Float64Array; // [3] standardised inputs of the point
  readonly hidden: readonly [Float64Array, Float64Array]; // [hidden] each
  readonly output: Float64Array; // [2]
}

export function pointScratch(shape: HeadShape): PointScratch {
  return {
    x: new Float64Array(HEAD_INPUTS),
    hidden: [new Float64Array(shape.hidden), new Float64Array(shape.hidden)],
    output: new Float64Array(HEAD_OUTPUTS),
  };
}

/** Mean and variance of o0 and mean of e^(o1 + 2 ls0) over the draws, at the point in `scratch.x`, into place n. */
export function readPoint(shape: HeadShape, drawn: Float64Array, ls0: number, scratch: PointScratch, into: HeadSurface, n: number): void {
  const [first, second, last] = shape.layers;
  const { x, hidden, output } = scratch;
  const draws = drawn.length / shape.size;
  let mean = 0;
  let squares = 0; // Σ (o0 − mean)², kept exact by Welford's update
  let noise = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const at = draw * shape.size;
    apply(first, drawn, at, x, hidden[0]);
    squash(hidden[0], shape.hidden);
    apply(second, drawn, at, hidden[0], hidden[1]);
    squash(hidden[1], shape.hidden);
    apply(last, drawn, at, hidden[1], output);
    const change = output[0]! - mean;
    mean += change / (draw + 1);
    squares += change * (output[0]! - mean);
    noise += Math.exp(output[1]! + 2 * ls0);
  }
  into.offset[n] = mean;
  into.offsetVariance[n] = squares / draws;
  into.noise[n] = noise / draws;
}

/** out = x W + b of the network at `at`. */
function apply(layer: HeadLayer, W: Float64Array, at: number, x: Float64Array, out: Float64Array): void {
  const { inputs, outputs } = layer;
  const from = at + layer.from;
  for (let j = 0; j < outputs; j += 1) out[j] = W[from + inputs * outputs + j]!;
  for (let i = 0; i < inputs; i += 1) {
    for (let j = 0; j < outputs; j += 1) out[j]! += x[i]! * W[from + i * outputs + j]!;
  }
}
