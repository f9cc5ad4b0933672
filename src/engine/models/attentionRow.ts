import type { AttentionSideWeights, AttentionSize } from '../kernels/attentionParameters.ts';
import { ROW_LEAK, SCORE_LEAK } from '../kernels/attentionStep.ts';

/** Messages of nodes at their levels, ready to be attended to: message m is row m of both arrays. */
export interface Messages {
  readonly T: Float64Array; // [messages x d] T_m = (W + W_r) h + b_r
  readonly key: Float64Array; // [messages x heads] a_s·T + a_r
}

/** h = F x of one node. @param h [d], overwritten */
export function hiddenOf({ F }: AttentionSideWeights, x: Float64Array, h: Float64Array): void {
  const d = h.length;
  h.fill(0);
  for (let j = 0; j < x.length; j += 1) {
    if (x[j] === 0) continue;
    for (let c = 0; c < d; c += 1) h[c]! += x[j]! * F[j * d + c]!;
  }
}

/**
 * The message m that a node with hidden features h sends at a level: T = (W + W_r) h + b_r and, for each head, a_s·T + a_r.
 * @param side weights of the side that hears it
 */
export function writeMessage(side: AttentionSideWeights, h: Float64Array, level: number, { T, key }: Messages, m: number): void {
  const { W, Wr, br, as, ar } = side;
  const d = h.length;
  const heads = ar.length / (br.length / d);
  const width = d / heads;
  for (let c = 0; c < d; c += 1) {
    let sum = br[level * d + c]!;
    for (let b = 0; b < d; b += 1) sum += h[b]! * (W[b * d + c]! + Wr[(level * d + b) * d + c]!);
    T[m * d + c] = sum;
  }
  for (let head = 0; head < heads; head += 1) {
    let score = ar[level * heads + head]!;
    for (let c = head * width; c < (head + 1) * width; c += 1) score += as[c]! * T[m * d + c]!;
    key[m * heads + head] = score;
  }
}

/**
 * One row by plain loops, as it is computed when a rating arrives: alpha = softmax over the messages of
 * LeakyReLU_.2(key + a_d·(W_d h)) for each head, z = O LeakyReLU_.1(Σ alpha T + S h).
 * Source: Veličković and others 2018.
 */
export class AttentionRow {
  /** alpha of the last row, mean over the heads. */
  readonly alpha: Float64Array; // [most messages]
  private readonly heads: number;
  private readonly weightOf: Float64Array; // [most messages] softmax weights of one head, scratch
  private readonly query: Float64Array; // [d] W_d h, scratch
  private readonly sum: Float64Array; // [d] Σ alpha T + S h, scratch

  constructor({ dimension, heads }: AttentionSize, mostMessages: number) {
    this.heads = heads;
    this.alpha = new Float64Array(mostMessages);
    this.weightOf = new Float64Array(mostMessages);
    this.query = new Float64Array(dimension);
    this.sum = new Float64Array(dimension);
  }

  /**
   * @param h hidden features of the node [d]
   * @param heard which messages it hears, in any order; only the first `n` count
   * @param z the row, written at `at`
   */
  write(side: AttentionSideWeights, h: Float64Array, messages: Messages, heard: Int32Array, n: number, z: Float64Array, at: number): void {
    multiply(side.Wd, h, this.query, 0);
    multiply(side.S, h, this.sum, 0);
    this.alpha.fill(0, 0, n);
    if (n > 0) for (let head = 0; head < this.heads; head += 1) this.attend(side, messages, heard, n, head);
    for (let c = 0; c < this.sum.length; c += 1) this.sum[c] = leaky(this.sum[c]!, ROW_LEAK);
    multiply(side.O, this.sum, z, at);
  }

  private attend({ ad }: AttentionSideWeights, { T, key }: Messages, heard: Int32Array, n: number, head: number): void {
    const { heads, alpha, weightOf, query, sum } = this;
    const d = query.length;
    const from = (head * d) / heads;
    const to = from + d / heads;
    let own = 0;
    for (let c = from; c < to; c += 1) own += ad[c]! * query[c]!;
    let most = Number.NEGATIVE_INFINITY;
    for (let e = 0; e < n; e += 1) {
      const score = leaky(key[heard[e]! * heads + head]! + own, SCORE_LEAK);
      weightOf[e] = score;
      if (score > most) most = score;
    }
    let total = 0;
    for (let e = 0; e < n; e += 1) {
      weightOf[e] = Math.exp(weightOf[e]! - most);
      total += weightOf[e]!;
    }
    for (let e = 0; e < n; e += 1) {
      const share = weightOf[e]! / total;
      const m = heard[e]! * d;
      alpha[e]! += share / heads;
      for (let c = from; c < to; c += 1) sum[c]! += share * T[m + c]!;
    }
  }
}

function leaky(value: number, leak: number): number {
  return value > 0 ? value : leak * value;
}

/** out = M h, M row-major by input: out_c = Σ_b h_b M_bc. */
function multiply(M: Float64Array, h: Float64Array, out: Float64Array, at: number): void {
  const d = h.length;
  for (let c = 0; c < d; c += 1) out[at + c] = 0;
  for (let b = 0; b < d; b += 1) {
    const value = h[b]!;
    for (let c = 0; c < d; c += 1) out[at + c]! += value * M[b * d + c]!;
  }
}
