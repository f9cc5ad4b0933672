/** Inputs of the Bayesian head: base, (base − 3)², ½ ln V, standardised. */
export const HEAD_INPUTS = 3;
/** Its outputs: o0 moves the mean, o1 the noise. */
export const HEAD_OUTPUTS = 2;

/** One layer's place in the flat arrays: a matrix [(inputs + 1) x outputs], row-major, whose last row is the bias. */
export interface HeadLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly from: number;
  readonly to: number;
}

/** The network 3 → hidden tanh → hidden tanh → 2. Its means, variances and rho are flat arrays of `size` numbers. */
export interface HeadShape {
  readonly hidden: number;
  readonly layers: readonly [HeadLayer, HeadLayer, HeadLayer];
  /** Weights and biases together: 370 at 16 hidden units. */
  readonly size: number;
}

export function headShape(hidden: number): HeadShape {
  const layer = (inputs: number, outputs: number, from: number): HeadLayer => ({
    inputs,
    outputs,
    from,
    to: from + (inputs + 1) * outputs,
  });
  const first = layer(HEAD_INPUTS, hidden, 0);
  const second = layer(hidden, hidden, first.to);
  const last = layer(hidden, HEAD_OUTPUTS, second.to);
  return { hidden, layers: [first, second, last], size: last.to };
}

/** What one training step sees. Arrays have room for `capacity` rows; from `rows` on everything but the noise is 0. */
export interface HeadBatch {
  rows: number;
  readonly capacity: number;
  readonly x: Float32Array; // [capacity x 3] standardised inputs
  readonly e: Float32Array; // [capacity] rating minus score
  readonly logStd: Float32Array; // [capacity] ½ ln V
  readonly share: Float32Array; // [capacity] 1/rows of a row, 0 of padding
  readonly noise: [Float32Array, Float32Array, Float32Array]; // [capacity x outputs] of each layer, N(0, 1)
}

/** Gradients of the batch's mean of log sd + ½ (e − o0)² e^(−2 log sd), and what the network said. */
export interface HeadGradient {
  readonly output: Float64Array; // [capacity x 2] o0 and o1 of each row, for this draw
  readonly mean: Float64Array; // [size]
  readonly variance: Float64Array; // [size] by sigma²
}

/** Forward and backward of one step, on whatever computes it. The gradient is overwritten by the next run. */
export interface HeadTrainer {
  /**
   * @param mean [size] posterior means
   * @param variance [size] posterior variances sigma²
   * @param ls0 what the log standard deviation starts from
   */
  run(batch: HeadBatch, mean: Float64Array, variance: Float64Array, ls0: number): Promise<HeadGradient>;
  close(): Promise<void>;
}

/** What S draws of the weights say at many points. */
export interface HeadSurface {
  readonly offset: Float64Array; // [points] mean of o0
  readonly offsetVariance: Float64Array; // [points] variance of o0 over the draws
  readonly noise: Float64Array; // [points] mean of e^(o1 + 2 ls0), the factor on V
}

export function newBatch(shape: HeadShape, capacity: number): HeadBatch {
  const noise = (layer: HeadLayer) => new Float32Array(capacity * layer.outputs);
  return {
    rows: 0,
    capacity,
    x: new Float32Array(capacity * HEAD_INPUTS),
    e: new Float32Array(capacity),
    logStd: new Float32Array(capacity),
    share: new Float32Array(capacity),
    noise: [noise(shape.layers[0]), noise(shape.layers[1]), noise(shape.layers[2])],
  };
}

export function newGradient(shape: HeadShape, capacity: number): HeadGradient {
  return {
    output: new Float64Array(capacity * HEAD_OUTPUTS),
    mean: new Float64Array(shape.size),
    variance: new Float64Array(shape.size),
  };
}

export function newSurface(points: number): HeadSurface {
  return {
    offset: new Float64Array(points),
    offsetVariance: new Float64Array(points),
    noise: new Float64Array(points),
  };
}
