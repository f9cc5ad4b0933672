import type { IKernelFunctionThis } from 'gpu.js';

/*
 * Kernels of the Bayesian head; its equations stand with the twins, in bayesReference.ts. Nothing from outside may be
 * used in here.
 *
 * In training, arrays are [rows x units] and `thread.x` is a unit. On the grid they are [draws x units] by point, and
 * `thread.x` is a point: neighbouring cells then read neighbouring numbers. The weights of a layer are a matrix
 * [(inputs + 1) x outputs] whose last row, number I, is the bias.
 */

/** √a [rows x outputs], a = x² σ² + σ_b². */
export const spread = function (this: IKernelFunctionThis<{ I: number }>, x: Float32Array[], v: Float32Array[]): number {
  let a = v[this.constants.I]![this.thread.x]! + 1e-12;
  for (let i = 0; i < this.constants.I; i += 1) {
    const xi = x[this.thread.y]![i]!;
    a += xi * xi * v[i]![this.thread.x]!;
  }
  return Math.sqrt(a);
};

/** x M + b + eps √a [rows x outputs]. */
export const linear = function (
  this: IKernelFunctionThis<{ I: number }>,
  x: Float32Array[],
  M: Float32Array[],
  eps: Float32Array[],
  spread: Float32Array[],
): number {
  let out = M[this.constants.I]![this.thread.x]!;
  for (let i = 0; i < this.constants.I; i += 1) out += x[this.thread.y]![i]! * M[i]![this.thread.x]!;
  return out + eps[this.thread.y]![this.thread.x]! * spread[this.thread.y]![this.thread.x]!;
};

/**
 * tanh, element by element, as a quotient of polynomials that is exact to single precision (that of Eigen's float tanh):
 * every backend computes it four or more at a time, where each Math.tanh of WebAssembly is a call out of it.
 */
export const squash = function (this: IKernelFunctionThis, values: Float32Array[]): number {
  const x = Math.max(-7.905311107635498, Math.min(7.905311107635498, values[this.thread.y]![this.thread.x]!));
  const y = x * x;
  let top = 2.00018790482477e-13 - 2.76076847742355e-16 * y;
  top = top * y - 8.60467152213735e-11;
  top = top * y + 5.12229709037114e-8;
  top = top * y + 1.48572235717979e-5;
  top = top * y + 6.37261928875436e-4;
  top = top * y + 4.89352455891786e-3;
  let bottom = 1.19825839466702e-6 * y + 1.18534705686654e-4;
  bottom = bottom * y + 2.268434632439e-3;
  bottom = bottom * y + 4.89352518554385e-3;
  return (x * top) / bottom;
};

/** e^(−2 log sd) [rows x 1], log sd = ½ ln V + ls0 + ½ o1; `logStd` is ½ ln V + ls0. */
export const precision = function (this: IKernelFunctionThis, logStd: Float32Array[], output: Float32Array[]): number {
  return Math.exp(-2 * logStd[this.thread.y]![0]! - output[this.thread.y]![1]!);
};

/** Gradient of the loss by o0 and o1 [rows x 2]. */
export const outputGradient = function (
  this: IKernelFunctionThis,
  e: Float32Array[],
  share: Float32Array[],
  output: Float32Array[],
  precision: Float32Array[],
): number {
  const residual = e[this.thread.y]![0]! - output[this.thread.y]![0]!;
  const weighted = residual * precision[this.thread.y]![0]!;
  if (this.thread.x === 0) return -share[this.thread.y]![0]! * weighted;
  return 0.5 * share[this.thread.y]![0]! * (1 - residual * weighted);
};

/** da = g eps / 2√a [rows x outputs], the gradient by a. */
export const spreadGradient = function (this: IKernelFunctionThis, g: Float32Array[], eps: Float32Array[], spread: Float32Array[]): number {
  return (0.5 * g[this.thread.y]![this.thread.x]! * eps[this.thread.y]![this.thread.x]!) / spread[this.thread.y]![this.thread.x]!;
};

/** xᵀ g over the rows [(inputs + 1) x outputs]; for the bias x is 1. */
export const meanGradient = function (
  this: IKernelFunctionThis<{ I: number; rows: number }>,
  x: Float32Array[],
  g: Float32Array[],
): number {
  let sum = 0;
  if (this.thread.y === this.constants.I) {
    for (let t = 0; t < this.constants.rows; t += 1) sum += g[t]![this.thread.x]!;
  } else {
    for (let t = 0; t < this.constants.rows; t += 1) {
      const xi = x[t]![this.thread.y]!;
      sum += xi * g[t]![this.thread.x]!;
    }
  }
  return sum;
};

/** (x²)ᵀ da over the rows [(inputs + 1) x outputs]; for the bias x is 1. */
export const varianceGradient = function (
  this: IKernelFunctionThis<{ I: number; rows: number }>,
  x: Float32Array[],
  da: Float32Array[],
): number {
  let sum = 0;
  if (this.thread.y === this.constants.I) {
    for (let t = 0; t < this.constants.rows; t += 1) sum += da[t]![this.thread.x]!;
  } else {
    for (let t = 0; t < this.constants.rows; t += 1) {
      const xi = x[t]![this.thread.y]!;
      sum += xi * xi * da[t]![this.thread.x]!;
    }
  }
  return sum;
};

/** Gradient by what the tanh below was given [rows x inputs]: (g Mᵀ + 2 x ∘ (da σ²ᵀ)) ∘ (1 − x²), with x = tanh. */
export const inputGradient = function (
  this: IKernelFunctionThis<{ O: number }>,
  x: Float32Array[],
  g: Float32Array[],
  da: Float32Array[],
  M: Float32Array[],
  v: Float32Array[],
): number {
  const xi = x[this.thread.y]![this.thread.x]!;
  let mean = 0;
  let variance = 0;
  for (let j = 0; j < this.constants.O; j += 1) {
    mean += g[this.thread.y]![j]! * M[this.thread.x]![j]!;
    variance += da[this.thread.y]![j]! * v[this.thread.x]![j]!;
  }
  return (mean + 2 * xi * variance) * (1 - xi * xi);
};

/** First layer of every draw [(draws x units) by point]: x is [3 by point], W [(draws x units) x (inputs + 1)]. */
export const drawnFirst = function (this: IKernelFunctionThis<{ I: number }>, x: Float32Array[], W: Float32Array[]): number {
  let out = W[this.thread.y]![this.constants.I]!;
  for (let i = 0; i < this.constants.I; i += 1) out += W[this.thread.y]![i]! * x[i]![this.thread.x]!;
  return out;
};

/**
 * A later layer of every draw: a draw's units read the I units of the same draw, of the O units that it has here. The loop counts rows:
 * a row number that is a sum is three times slower in WebAssembly.
 */
export const drawnNext = function (this: IKernelFunctionThis<{ I: number; O: number }>, x: Float32Array[], W: Float32Array[]): number {
  const from = Math.floor(this.thread.y / this.constants.O) * this.constants.I;
  const end = from + this.constants.I;
  let out = W[this.thread.y]![this.constants.I]!;
  let i = 0;
  for (let row = from; row < end; row += 1) {
    out += W[this.thread.y]![i]! * x[row]![this.thread.x]!;
    i += 1;
  }
  return out;
};

/** Mean over the draws [1 by point] of the first of `stride` rows that each has. */
export const drawnMean = function (this: IKernelFunctionThis<{ draws: number; stride: number }>, values: Float32Array[]): number {
  let sum = 0;
  for (let draw = 0; draw < this.constants.draws; draw += 1) {
    sum += values[draw * this.constants.stride]![this.thread.x]!;
  }
  return sum / this.constants.draws;
};

/** Variance over the draws of o0 [1 by point]. */
export const drawnVariance = function (this: IKernelFunctionThis<{ draws: number }>, output: Float32Array[], mean: Float32Array[]): number {
  const centre = mean[0]![this.thread.x]!;
  let sum = 0;
  for (let draw = 0; draw < this.constants.draws; draw += 1) {
    const change = output[2 * draw]![this.thread.x]! - centre;
    sum += change * change;
  }
  return sum / this.constants.draws;
};

/** e^(o1 + 2 ls0) of every draw [draws by point]. */
export const drawnNoise = function (this: IKernelFunctionThis, output: Float32Array[], ls0: number): number {
  return Math.exp(output[2 * this.thread.y + 1]![this.thread.x]! + 2 * ls0);
};
