import type { IKernelFunctionThis } from 'gpu.js';

/*
 * Kernels of the graph attention on its way forward; the equations stand with the twins, in attentionForward.ts. Nothing
 * from outside may be used in here.
 *
 * Letters of the constants: d length of a row, H heads, w = d/H, R levels, I inputs of a product. Arrays are [nodes x d];
 * message m is number source x R + level; what there is of every edge and head is one-dimensional, at edge x H + head.
 * Neighbouring cells (`thread.x`) share a node and a head, so that loops over edges run alike in all four lanes of
 * WebAssembly; where a head's own elements are meant, a row is [H x w]. Graphics cards divide to a few units in the last
 * place: half a unit more keeps floor((y + ½)/R) right. By H, a power of two, they divide exactly. Sums over a dimension
 * are unrolled by 4: that takes a third off them.
 */

type Of<Constants extends string> = IKernelFunctionThis<Record<Constants, number>>;

/** h = (x F) times the dropout [nodes x d]. Most inputs are 0. */
export const hidden = function (this: Of<'I'>, x: Float32Array[], F: Float32Array[], dropout: Float32Array[]): number {
  let h = 0;
  for (let j = 0; j < this.constants.I; j += 1) {
    const xj = x[this.thread.y]![j]!;
    if (xj !== 0) h += xj * F[j]![this.thread.x]!;
  }
  return h * dropout[this.thread.y]![this.thread.x]!;
};

/** W + W_r of every level [R d x d]. */
export const transform = function (this: Of<'d'>, W: Float32Array[], Wr: Float32Array[]): number {
  const row = this.thread.y - this.constants.d * Math.floor((this.thread.y + 0.5) / this.constants.d);
  return W[row]![this.thread.x]! + Wr[this.thread.y]![this.thread.x]!;
};

/** T = (W + W_r) h + b_r [messages x d]; 0 for a message that nobody hears. */
export const message = function (
  this: Of<'d' | 'R'>,
  h: Float32Array[],
  M: Float32Array[],
  br: Float32Array[],
  heardPtr: Float32Array,
): number {
  if (heardPtr[this.thread.y]! === heardPtr[this.thread.y + 1]!) return 0;
  const source = Math.floor((this.thread.y + 0.5) / this.constants.R);
  const level = this.thread.y - source * this.constants.R;
  const from = level * this.constants.d;
  let T = br[level]![this.thread.x]!;
  for (let b = 0; b < this.constants.d; b += 4) {
    T +=
      h[source]![b]! * M[from + b]![this.thread.x]! +
      h[source]![b + 1]! * M[from + b + 1]![this.thread.x]! +
      h[source]![b + 2]! * M[from + b + 2]![this.thread.x]! +
      h[source]![b + 3]! * M[from + b + 3]![this.thread.x]!;
  }
  return T;
};

/** a_s·T + a_r [messages x H]. */
export const key = function (this: Of<'w' | 'R'>, T: Float32Array[], as: Float32Array, ar: Float32Array[]): number {
  const level = this.thread.y - this.constants.R * Math.floor((this.thread.y + 0.5) / this.constants.R);
  const from = this.thread.x * this.constants.w;
  let sum = ar[level]![this.thread.x]!;
  for (let c = 0; c < this.constants.w; c += 1) sum += as[from + c]! * T[this.thread.y]![from + c]!;
  return sum;
};

/** W_d a_d of each head [d x H]: what a node's hidden features add to the scores of its edges. */
export const query = function (this: Of<'w'>, Wd: Float32Array[], ad: Float32Array): number {
  const from = this.thread.x * this.constants.w;
  let sum = 0;
  for (let c = 0; c < this.constants.w; c += 1) sum += ad[from + c]! * Wd[this.thread.y]![from + c]!;
  return sum;
};

/** A M [rows x columns of M]. */
export const product = function (this: Of<'I'>, A: Float32Array[], M: Float32Array[]): number {
  let sum = 0;
  for (let b = 0; b < this.constants.I; b += 1) sum += A[this.thread.y]![b]! * M[b]![this.thread.x]!;
  return sum;
};

/** Largest score of a row's edges [rows x H]. Leaking keeps the order, so the largest key has it. */
export const most = function (
  this: Of<'leak'>,
  key: Float32Array[],
  own: Float32Array[],
  ptr: Float32Array,
  message: Float32Array,
): number {
  const end = ptr[this.thread.y + 1]!;
  let largest = -3e38;
  for (let e = ptr[this.thread.y]!; e < end; e += 1) largest = Math.max(largest, key[message[e]!]![this.thread.x]!);
  const score = largest + own[this.thread.y]![this.thread.x]!;
  return Math.max(score, this.constants.leak * score);
};

/**
 * exp(score − the row's largest) [edges H]. As 2^−k 2^−f with a polynomial for |f| ≤ ½, exact to single precision: every
 * backend computes it in its lanes, where Math.exp of WebAssembly is a call out of it. Below 2^−63 all is 2^−63.
 */
export const weight = function (
  this: Of<'H' | 'leak'>,
  key: Float32Array[],
  own: Float32Array[],
  most: Float32Array[],
  message: Float32Array,
  row: Float32Array,
): number {
  const e = Math.floor(this.thread.x / this.constants.H);
  const head = this.thread.x - e * this.constants.H;
  const n = row[e]!;
  const score = key[message[e]!]![head]! + own[n]![head]!;
  const below = most[n]![head]! - Math.max(score, this.constants.leak * score);
  const x = Math.max(0, Math.min(63, below * Math.LOG2E));
  let k = Math.floor(x + 0.5);
  const f = (x - k) * -Math.LN2;
  let weight = 1 + f * (1 + f * (0.5 + f * (0.16666666666 + f * (0.041666666666 + f * (0.0083333333333 + f * 0.0013888888889)))));
  if (k >= 32) {
    weight *= 2.3283064365386963e-10;
    k -= 32;
  }
  if (k >= 16) {
    weight *= 0.0000152587890625;
    k -= 16;
  }
  if (k >= 8) {
    weight *= 0.00390625;
    k -= 8;
  }
  if (k >= 4) {
    weight *= 0.0625;
    k -= 4;
  }
  if (k >= 2) {
    weight *= 0.25;
    k -= 2;
  }
  if (k >= 1) weight *= 0.5;
  return weight;
};

/** Sum over a row's edges of what there is of each edge and head [rows x H]. */
export const edgeSum = function (this: Of<'H'>, values: Float32Array, ptr: Float32Array): number {
  const end = ptr[this.thread.y + 1]!;
  let sum = 0;
  for (let block = ptr[this.thread.y]!; block < end; block += 64) {
    const blockEnd = Math.min(block + 64, end);
    let part = 0;
    for (let e = block; e < blockEnd; e += 1) part += values[e * this.constants.H + this.thread.x]!;
    sum += part;
  }
  return sum;
};

/** alpha = weight / the row's sum of weights [edges H]. */
export const alpha = function (this: Of<'H'>, weight: Float32Array, total: Float32Array[], row: Float32Array): number {
  const e = Math.floor(this.thread.x / this.constants.H);
  return weight[this.thread.x]! / total[row[e]!]![this.thread.x - e * this.constants.H]!;
};

/** Σ alpha T over a row's edges [rows H x w]. */
export const heard = function (
  this: Of<'H' | 'w'>,
  alpha: Float32Array,
  T: Float32Array[],
  ptr: Float32Array,
  message: Float32Array,
): number {
  const n = Math.floor((this.thread.y + 0.5) / this.constants.H);
  const head = this.thread.y - n * this.constants.H;
  const column = head * this.constants.w + this.thread.x;
  const end = ptr[n + 1]!;
  let sum = 0;
  for (let block = ptr[n]!; block < end; block += 64) {
    const blockEnd = Math.min(block + 64, end);
    let part = 0;
    for (let e = block; e < blockEnd; e += 1) part += alpha[e * this.constants.H + head]! * T[message[e]!]![column]!;
    sum += part;
  }
  return sum;
};

/** LeakyReLU(Σ alpha T + S h) [rows x d]. */
export const bent = function (this: Of<'H' | 'w' | 'd' | 'leak'>, heard: Float32Array[], h: Float32Array[], S: Float32Array[]): number {
  const head = Math.floor((this.thread.x + 0.5) / this.constants.w);
  let sum = heard[this.thread.y * this.constants.H + head]![this.thread.x - head * this.constants.w]!;
  for (let b = 0; b < this.constants.d; b += 4) {
    sum +=
      h[this.thread.y]![b]! * S[b]![this.thread.x]! +
      h[this.thread.y]![b + 1]! * S[b + 1]![this.thread.x]! +
      h[this.thread.y]![b + 2]! * S[b + 2]![this.thread.x]! +
      h[this.thread.y]![b + 3]! * S[b + 3]![this.thread.x]!;
  }
  return Math.max(sum, this.constants.leak * sum);
};

/** z = O y times the dropout [rows x d]. */
export const output = function (this: Of<'d'>, y: Float32Array[], O: Float32Array[], dropout: Float32Array[]): number {
  let z = 0;
  for (let b = 0; b < this.constants.d; b += 4) {
    z +=
      y[this.thread.y]![b]! * O[b]![this.thread.x]! +
      y[this.thread.y]![b + 1]! * O[b + 1]![this.thread.x]! +
      y[this.thread.y]![b + 2]! * O[b + 2]![this.thread.x]! +
      y[this.thread.y]![b + 3]! * O[b + 3]![this.thread.x]!;
  }
  return z * dropout[this.thread.y]![this.thread.x]!;
};

/** w·z of each row [rows]. */
export const leaning = function (this: Of<'d'>, z: Float32Array[], w: Float32Array): number {
  let sum = 0;
  for (let c = 0; c < this.constants.d; c += 1) sum += w[c]! * z[this.thread.x]![c]!;
  return sum;
};

/** delta − residual [targets]; `aim` is residual − mu. */
export const error = function (
  this: Of<'d'>,
  zu: Float32Array[],
  zi: Float32Array[],
  leanU: Float32Array,
  leanI: Float32Array,
  u: Float32Array,
  i: Float32Array,
  aim: Float32Array,
): number {
  const atU = u[this.thread.x]!;
  const atI = i[this.thread.x]!;
  let delta = leanU[atU]! + leanI[atI]!;
  for (let c = 0; c < this.constants.d; c += 4) {
    delta +=
      zu[atU]![c]! * zi[atI]![c]! +
      zu[atU]![c + 1]! * zi[atI]![c + 1]! +
      zu[atU]![c + 2]! * zi[atI]![c + 2]! +
      zu[atU]![c + 3]! * zi[atI]![c + 3]!;
  }
  return delta - aim[this.thread.x]!;
};
