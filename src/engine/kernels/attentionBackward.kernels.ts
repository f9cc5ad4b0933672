import type { IKernelFunctionThis } from 'gpu.js';

/*
 * Kernels of the graph attention's gradients; the equations stand with the twins, in attentionBackward.ts. Nothing from
 * outside may be used in here.
 *
 * Letters, arrays and the ways to divide and to sum are those of attentionForward.kernels.ts; N is the number of rows
 * summed over, B of those in a block. Long sums are taken in blocks: in single precision, one running sum of thousands
 * loses digits.
 */

type Of<Constants extends string> = IKernelFunctionThis<Record<Constants, number>>;

/**
 * Gradient by z before the dropout, of half the sum of squares [rows x d]: Σ error (w + z of the other side), by the
 * row's targets. The factor 2/targets comes at the very end.
 */
export const rowGradient = function (
  this: Of<never>,
  error: Float32Array,
  other: Float32Array[],
  w: Float32Array,
  ptr: Float32Array,
  at: Float32Array,
  partner: Float32Array,
  dropout: Float32Array[],
): number {
  const end = ptr[this.thread.y + 1]!;
  let sum = 0;
  let errors = 0;
  for (let e = ptr[this.thread.y]!; e < end; e += 1) {
    const t = at[e]!;
    const g = error[t]!;
    errors += g;
    sum += g * other[partner[t]!]![this.thread.x]!;
  }
  return (sum + errors * w[this.thread.x]!) * dropout[this.thread.y]![this.thread.x]!;
};

/** Sum of the errors of a row's targets [rows x 1]. */
export const errorSum = function (this: Of<never>, error: Float32Array, ptr: Float32Array, at: Float32Array): number {
  const end = ptr[this.thread.y + 1]!;
  let sum = 0;
  for (let e = ptr[this.thread.y]!; e < end; e += 1) sum += error[at[e]!]!;
  return sum;
};

/** G = (dz Oᵀ) times LeakyReLU' [rows x d], which y has the sign of. */
export const bentGradient = function (this: Of<'d' | 'leak'>, dz: Float32Array[], O: Float32Array[], y: Float32Array[]): number {
  let G = 0;
  for (let c = 0; c < this.constants.d; c += 4) {
    G +=
      dz[this.thread.y]![c]! * O[this.thread.x]![c]! +
      dz[this.thread.y]![c + 1]! * O[this.thread.x]![c + 1]! +
      dz[this.thread.y]![c + 2]! * O[this.thread.x]![c + 2]! +
      dz[this.thread.y]![c + 3]! * O[this.thread.x]![c + 3]!;
  }
  if (y[this.thread.y]![this.thread.x]! > 0) return G;
  return this.constants.leak * G;
};

/** Σ alpha dalpha of a row = G·Σ alpha T [rows x H]. */
export const meanGradient = function (this: Of<'H' | 'w'>, G: Float32Array[], heard: Float32Array[]): number {
  const from = this.thread.x * this.constants.w;
  const row = this.thread.y * this.constants.H + this.thread.x;
  let sum = 0;
  for (let c = 0; c < this.constants.w; c += 1) sum += G[this.thread.y]![from + c]! * heard[row]![c]!;
  return sum;
};

/** dalpha = G·T [edges H]. */
export const alphaGradient = function (
  this: Of<'H' | 'w'>,
  G: Float32Array[],
  T: Float32Array[],
  message: Float32Array,
  row: Float32Array,
): number {
  const e = Math.floor(this.thread.x / this.constants.H);
  const from = (this.thread.x - e * this.constants.H) * this.constants.w;
  const n = row[e]!;
  const m = message[e]!;
  let sum = 0;
  for (let c = 0; c < this.constants.w; c += 4) {
    sum +=
      G[n]![from + c]! * T[m]![from + c]! +
      G[n]![from + c + 1]! * T[m]![from + c + 1]! +
      G[n]![from + c + 2]! * T[m]![from + c + 2]! +
      G[n]![from + c + 3]! * T[m]![from + c + 3]!;
  }
  return sum;
};

/** dscore = alpha (dalpha − Σ alpha dalpha) LeakyReLU' [edges H]. */
export const scoreGradient = function (
  this: Of<'H' | 'leak'>,
  alpha: Float32Array,
  dalpha: Float32Array,
  mean: Float32Array[],
  key: Float32Array[],
  own: Float32Array[],
  message: Float32Array,
  row: Float32Array,
): number {
  const e = Math.floor(this.thread.x / this.constants.H);
  const head = this.thread.x - e * this.constants.H;
  const n = row[e]!;
  const dscore = alpha[this.thread.x]! * (dalpha[this.thread.x]! - mean[n]![head]!);
  if (key[message[e]!]![head]! + own[n]![head]! > 0) return dscore;
  return this.constants.leak * dscore;
};

/** Sum of dscore over the edges that hear a message [messages x H]. */
export const keyGradient = function (this: Of<'H'>, dscore: Float32Array, heardPtr: Float32Array, heardBy: Float32Array): number {
  const end = heardPtr[this.thread.y + 1]!;
  let sum = 0;
  for (let e = heardPtr[this.thread.y]!; e < end; e += 1) sum += dscore[heardBy[e]! * this.constants.H + this.thread.x]!;
  return sum;
};

/** dT = Σ alpha G over the edges that hear a message, + dkey a_s [messages H x w]. */
export const messageGradient = function (
  this: Of<'H' | 'w'>,
  alpha: Float32Array,
  G: Float32Array[],
  dkey: Float32Array[],
  as: Float32Array,
  heardPtr: Float32Array,
  heardBy: Float32Array,
  row: Float32Array,
): number {
  const m = Math.floor((this.thread.y + 0.5) / this.constants.H);
  const head = this.thread.y - m * this.constants.H;
  const column = head * this.constants.w + this.thread.x;
  const end = heardPtr[m + 1]!;
  let sum = dkey[m]![head]! * as[column]!;
  for (let h = heardPtr[m]!; h < end; h += 1) {
    const e = heardBy[h]!;
    sum += alpha[e * this.constants.H + head]! * G[row[e]!]![column]!;
  }
  return sum;
};

/** dh of the rows, through S and the scores [rows x d]. */
export const ownGradient = function (
  this: Of<'d' | 'H'>,
  G: Float32Array[],
  S: Float32Array[],
  down: Float32Array[],
  query: Float32Array[],
): number {
  let sum = 0;
  for (let c = 0; c < this.constants.d; c += 4) {
    sum +=
      G[this.thread.y]![c]! * S[this.thread.x]![c]! +
      G[this.thread.y]![c + 1]! * S[this.thread.x]![c + 1]! +
      G[this.thread.y]![c + 2]! * S[this.thread.x]![c + 2]! +
      G[this.thread.y]![c + 3]! * S[this.thread.x]![c + 3]!;
  }
  for (let head = 0; head < this.constants.H; head += 1) sum += down[this.thread.y]![head]! * query[this.thread.x]![head]!;
  return sum;
};

/** dh before the dropout: of the node as a source, through its messages, and as a row [sources x d]. */
export const hiddenGradient = function (
  this: Of<'d' | 'H' | 'w' | 'R'>,
  dT: Float32Array[],
  M: Float32Array[],
  heardPtr: Float32Array,
  asRow: Float32Array[],
  dropout: Float32Array[],
): number {
  let sum = asRow[this.thread.y]![this.thread.x]!;
  for (let level = 0; level < this.constants.R; level += 1) {
    const m = this.thread.y * this.constants.R + level;
    if (heardPtr[m]! !== heardPtr[m + 1]!) {
      const row = level * this.constants.d + this.thread.x;
      for (let head = 0; head < this.constants.H; head += 1) {
        const from = head * this.constants.w;
        const of = m * this.constants.H + head;
        for (let c = 0; c < this.constants.w; c += 4) {
          sum +=
            dT[of]![c]! * M[row]![from + c]! +
            dT[of]![c + 1]! * M[row]![from + c + 1]! +
            dT[of]![c + 2]! * M[row]![from + c + 2]! +
            dT[of]![c + 3]! * M[row]![from + c + 3]!;
        }
      }
    }
  }
  return sum * dropout[this.thread.y]![this.thread.x]!;
};

/**
 * Gradient of W_r (and, over all levels, of W): Σ h dT over one block of a level's messages that somebody hears
 * [blocks R d H x w].
 */
export const transformGradient = function (
  this: Of<'d' | 'H' | 'R' | 'B'>,
  h: Float32Array[],
  dT: Float32Array[],
  levelPtr: Float32Array,
  heardAt: Float32Array,
  from: Float32Array,
): number {
  const dH = this.constants.d * this.constants.H;
  const block = Math.floor((this.thread.y + 0.5) / (this.constants.R * dH));
  const inBlock = this.thread.y - block * this.constants.R * dH;
  const level = Math.floor((inBlock + 0.5) / dH);
  const b = Math.floor((inBlock - level * dH + 0.5) / this.constants.H);
  const head = inBlock - level * dH - b * this.constants.H;
  const start = levelPtr[level]! + block * this.constants.B;
  const end = Math.max(start, Math.min(start + this.constants.B, levelPtr[level + 1]!));
  const rest = start + 4 * Math.floor((end - start) / 4);
  let sum = 0;
  for (let at = start; at < rest; at += 4) {
    sum +=
      h[from[at]!]![b]! * dT[heardAt[at]! * this.constants.H + head]![this.thread.x]! +
      h[from[at + 1]!]![b]! * dT[heardAt[at + 1]! * this.constants.H + head]![this.thread.x]! +
      h[from[at + 2]!]![b]! * dT[heardAt[at + 2]! * this.constants.H + head]![this.thread.x]! +
      h[from[at + 3]!]![b]! * dT[heardAt[at + 3]! * this.constants.H + head]![this.thread.x]!;
  }
  for (let last = rest; last < end; last += 1) sum += h[from[last]!]![b]! * dT[heardAt[last]! * this.constants.H + head]![this.thread.x]!;
  return sum;
};

/** Aᵀ C over one block of rows [blocks I x columns of C]. */
export const outer = function (this: Of<'I' | 'N' | 'B'>, A: Float32Array[], C: Float32Array[]): number {
  const block = Math.floor((this.thread.y + 0.5) / this.constants.I);
  const b = this.thread.y - block * this.constants.I;
  const end = Math.min((block + 1) * this.constants.B, this.constants.N);
  let sum = 0;
  for (let n = block * this.constants.B; n < end; n += 1) {
    const a = A[n]![b]!;
    if (a !== 0) sum += a * C[n]![this.thread.x]!;
  }
  return sum;
};

/** Gradient of a_s over one block of messages [blocks x d]: Σ dkey T. */
export const keyWeightGradient = function (this: Of<'w' | 'N' | 'B'>, dkey: Float32Array[], T: Float32Array[]): number {
  const head = Math.floor((this.thread.x + 0.5) / this.constants.w);
  const end = Math.min((this.thread.y + 1) * this.constants.B, this.constants.N);
  let sum = 0;
  for (let m = this.thread.y * this.constants.B; m < end; m += 1) sum += dkey[m]![head]! * T[m]![this.thread.x]!;
  return sum;
};

/** Sum over one block of sources of what there is of each of their I rows [blocks I x columns]. */
export const levelSum = function (this: Of<'I' | 'N' | 'B'>, values: Float32Array[]): number {
  const block = Math.floor((this.thread.y + 0.5) / this.constants.I);
  const row = this.thread.y - block * this.constants.I;
  const end = Math.min((block + 1) * this.constants.B, this.constants.N);
  let sum = 0;
  for (let s = block * this.constants.B; s < end; s += 1) sum += values[s * this.constants.I + row]![this.thread.x]!;
  return sum;
};

/** Sum of the N blocks of I rows each [I x columns]. */
export const blockSum = function (this: Of<'I' | 'N'>, parts: Float32Array[]): number {
  let sum = 0;
  for (let block = 0; block < this.constants.N; block += 1) sum += parts[block * this.constants.I + this.thread.y]![this.thread.x]!;
  return sum;
};
