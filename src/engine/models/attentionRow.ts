import type { AttentionSideWeights, AttentionSize } from '../kernels/attentionParameters.ts';
import { ROW_LEAK, SCORE_LEAK } from '../kernels/attentionStep.ts';

/** Messages of nodes at their levels, ready to be attended to: message m is row m of both arrays. */
export interface Messages {
  readonly T: Float64Array; // [messages x d] T_m = (W + W_r) h + b_r
  readonly key: Float64Array; // [messages x heads] a_s·T + a_r
  /** e^key and e^(.2 key) side by side, worked out once for every row that hears the message. */
  readonly power: Float64Array; // [messages x heads x 2]
  /** Weighs and sums messages in place of the plain loops, to the same bits; then alphas are not told. */
  attend?(heard: Int32Array, n: number, own: Float64Array, sums: Float64Array, totals: Float64Array): void;
}

/** Room for `count` messages. */
export function newMessages(count: number, { dimension, heads }: Pick<AttentionSize, 'dimension' | 'heads'>): Messages {
  return {
    T: new Float64Array(count * dimension),
    key: new Float64Array(count * heads),
    power: new Float64Array(2 * count * heads),
  };
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
 * The message m that a node with hidden features h sends at a level: T = (W + W_r) h + b_r and, for each head, a_s·T + a_r with its powers.
 * @param side weights of the side that hears it
 */
export function writeMessage(side: AttentionSideWeights, h: Float64Array, level: number, { T, key, power }: Messages, m: number): void {
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
    const at = m * heads + head;
    key[at] = score;
    power[2 * at] = Math.exp(score);
    power[2 * at + 1] = Math.exp(SCORE_LEAK * score);
  }
}

/** Between these, a sum of powers has lost nothing to overflow or underflow. */
const [SMALLEST_SUM, LARGEST_SUM] = [1e-200, 1e200];

/**
 * One row by plain loops, as it is computed when a rating arrives: alpha = softmax over the messages of
 * LeakyReLU_.2(key + a_d·(W_d h)) for each head, z = O LeakyReLU_.1(Σ alpha T + S h).
 * As e^x rises, e^LeakyReLU(key + own) = max(e^key e^own, e^(.2 key) e^(.2 own)): no message needs an exponential of its own.
 * Source: Veličković and others 2018.
 */
export class AttentionRow {
  private readonly side: AttentionSideWeights;
  private readonly heads: number;
  private readonly most: number;
  private readonly listening: Float64Array; // [heads x d] a_d·W_d of each head
  private readonly weightOf: Float64Array; // [heads x most messages] softmax weights, not yet over their sum
  private readonly total: Float64Array; // [heads] their sums
  private readonly scores: Float64Array; // [heads] a_d·(W_d h), scratch
  private readonly powers: Float64Array; // [heads x 2] e^score and e^(.2 score), scratch
  private readonly own: Float64Array; // [d] S h, scratch
  private readonly sum: Float64Array; // [d] Σ alpha T + S h, scratch
  private readonly inOrder: Int32Array; // [d] 0, 1, 2 …

  /** @param side whose rows these are */
  constructor(side: AttentionSideWeights, { dimension, heads }: Pick<AttentionSize, 'dimension' | 'heads'>, mostMessages: number) {
    this.side = side;
    this.heads = heads;
    this.most = mostMessages;
    this.listening = listeningOf(side, dimension, heads);
    this.weightOf = new Float64Array(heads * mostMessages);
    this.total = new Float64Array(heads);
    this.scores = new Float64Array(heads);
    this.powers = new Float64Array(2 * heads);
    this.own = new Float64Array(dimension);
    this.sum = new Float64Array(dimension);
    this.inOrder = Int32Array.from({ length: dimension }, (_, b) => b);
  }

  /** alpha of message `e` of the last row that heard any by the plain loops, mean over the heads. */
  alphaOf(e: number): number {
    let alpha = 0;
    for (let head = 0; head < this.heads; head += 1) alpha += this.weightOf[head * this.most + e]! / this.total[head]! / this.heads;
    return alpha;
  }

  /**
   * @param h hidden features of the node [d]
   * @param heard which messages it hears, in any order; only the first `n` count
   * @param z the row, written at `at`
   */
  write(h: Float64Array, messages: Messages, heard: Int32Array, n: number, z: Float64Array, at: number): void {
    const { side, own, sum, inOrder } = this;
    const d = sum.length;
    own.fill(0);
    addRows(side.S, d, inOrder, h, 0, d, 0, d, own);
    sum.fill(0);
    if (n > 0) this.attend(h, messages, heard, n);
    for (let c = 0; c < d; c += 1) {
      sum[c] = leaky(sum[c]! + own[c]!, ROW_LEAK);
      z[at + c] = 0;
    }
    addRows(side.O, d, inOrder, sum, 0, d, 0, d, z, at);
  }

  /** Σ alpha T, into `sum`. */
  private attend(h: Float64Array, messages: Messages, heard: Int32Array, n: number): void {
    const { heads, listening, scores, powers, sum, total } = this;
    const width = sum.length / heads;
    for (let head = 0; head < heads; head += 1) {
      let own = 0;
      for (let b = 0; b < h.length; b += 1) own += listening[head * h.length + b]! * h[b]!;
      scores[head] = own;
      powers[2 * head] = Math.exp(own);
      powers[2 * head + 1] = Math.exp(SCORE_LEAK * own);
    }
    if (messages.attend !== undefined) messages.attend(heard, n, powers, sum, total);
    else for (let head = 0; head < heads; head += 1) this.sumHead(messages, heard, n, head, this.weigh(messages, heard, n, head));
    for (let head = 0; head < heads; head += 1) {
      if (!(total[head]! > SMALLEST_SUM && total[head]! < LARGEST_SUM)) {
        this.sumHead(messages, heard, n, head, this.weighFromMost(messages, heard, n, head));
      }
      for (let c = head * width; c < (head + 1) * width; c += 1) sum[c]! /= total[head]!;
    }
  }

  /** Σ weight T over a head's columns, and `total`. */
  private sumHead({ T }: Messages, heard: Int32Array, n: number, head: number, total: number): void {
    const { heads, most, weightOf, sum } = this;
    const width = sum.length / heads;
    const from = head * width;
    sum.fill(0, from, from + width);
    addRows(T, sum.length, heard, weightOf, head * most, n, from, from + width, sum);
    this.total[head] = total;
  }

  /** Fills `weightOf` of a head. @returns the sum */
  private weigh({ power }: Messages, heard: Int32Array, n: number, head: number): number {
    const { heads, weightOf, powers } = this;
    const start = head * this.most;
    const up = powers[2 * head]!;
    const down = powers[2 * head + 1]!;
    let total = 0;
    for (let e = 0; e < n; e += 1) {
      const at = 2 * (heard[e]! * heads + head);
      const weight = Math.max(power[at]! * up, power[at + 1]! * down);
      weightOf[start + e] = weight;
      total += weight;
    }
    return total;
  }

  /** The same for scores whose powers leave the range of a number: each is taken from the highest one. */
  private weighFromMost({ key }: Messages, heard: Int32Array, n: number, head: number): number {
    const { heads, weightOf, scores } = this;
    const start = head * this.most;
    let most = Number.NEGATIVE_INFINITY;
    for (let e = 0; e < n; e += 1) {
      weightOf[start + e] = leaky(key[heard[e]! * heads + head]! + scores[head]!, SCORE_LEAK);
      most = Math.max(most, weightOf[start + e]!);
    }
    let total = 0;
    for (let e = 0; e < n; e += 1) {
      weightOf[start + e] = Math.exp(weightOf[start + e]! - most);
      total += weightOf[start + e]!;
    }
    return total;
  }
}

/** Σ_c W_d,bc a_d,c over the columns of each head. Returns [heads x d]. */
function listeningOf({ Wd, ad }: AttentionSideWeights, d: number, heads: number): Float64Array {
  const width = d / heads;
  const listening = new Float64Array(heads * d);
  for (let head = 0; head < heads; head += 1) {
    for (let b = 0; b < d; b += 1) {
      for (let c = head * width; c < (head + 1) * width; c += 1) listening[head * d + b]! += Wd[b * d + c]! * ad[c]!;
    }
  }
  return listening;
}

/**
 * Adds Σ_e weight_e M_(row e) to columns `from` to `to` of `out`: each eight of them are summed side by side in registers.
 * @param M [rows x d] @param weights of the rows, from `start` on @param at where column 0 of `out` lies
 */
function addRows(
  M: Float64Array,
  d: number,
  rows: Int32Array,
  weights: Float64Array,
  start: number,
  n: number,
  from: number,
  to: number,
  out: Float64Array,
  at = 0,
): void {
  let c = from;
  for (; c + 7 < to; c += 8) {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let e = 0; e < n; e += 1) {
      const weight = weights[start + e]!;
      const m = rows[e]! * d + c;
      s0 += weight * M[m]!;
      s1 += weight * M[m + 1]!;
      s2 += weight * M[m + 2]!;
      s3 += weight * M[m + 3]!;
      s4 += weight * M[m + 4]!;
      s5 += weight * M[m + 5]!;
      s6 += weight * M[m + 6]!;
      s7 += weight * M[m + 7]!;
    }
    out[at + c]! += s0;
    out[at + c + 1]! += s1;
    out[at + c + 2]! += s2;
    out[at + c + 3]! += s3;
    out[at + c + 4]! += s4;
    out[at + c + 5]! += s5;
    out[at + c + 6]! += s6;
    out[at + c + 7]! += s7;
  }
  for (; c < to; c += 1) for (let e = 0; e < n; e += 1) out[at + c]! += weights[start + e]! * M[rows[e]! * d + c]!;
}

function leaky(value: number, leak: number): number {
  return value > 0 ? value : leak * value;
}
