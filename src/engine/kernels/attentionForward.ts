import type { SideGraph } from './attentionGraph.ts';
import { multiplyBy, times } from './attentionMatrix.ts';
import type { AttentionSideWeights, AttentionSize, AttentionWeights } from './attentionParameters.ts';
import { type AttentionInput, ROW_LEAK, SCORE_LEAK } from './attentionStep.ts';

export interface Forward {
  readonly userHidden: Float64Array; // [users x d]
  readonly movieHidden: Float64Array; // [movies x d]
  readonly users: SideState;
  readonly movies: SideState;
}

/** What the way forward leaves for the way back, for the rows of one side. */
export interface SideState {
  readonly T: Float64Array; // [messages x d]
  readonly query: Float64Array; // [d x heads] W_d a_d of each head
  readonly alpha: Float64Array; // [edges x heads]
  readonly slope: Float64Array; // [edges x heads] LeakyReLU' of the scores
  readonly sum: Float64Array; // [rows x d] Σ alpha T + S h
  readonly y: Float64Array; // [rows x d] LeakyReLU of it
  readonly z: Float64Array; // [rows x d] y O, after dropout
}

export function forward(weights: AttentionWeights, { graph, userFeatures, movieFeatures, dropout }: AttentionInput): Forward {
  const { dimension: d } = weights;
  const userHidden = times(userFeatures, weights.users.F, graph.users.rows, weights.userInputs, d);
  const movieHidden = times(movieFeatures, weights.movies.F, graph.movies.rows, weights.movieInputs, d);
  if (dropout !== null) {
    multiplyBy(userHidden, dropout.userHidden);
    multiplyBy(movieHidden, dropout.movieHidden);
  }
  const users = forwardSide(weights, weights.users, graph.users, userHidden, movieHidden);
  const movies = forwardSide(weights, weights.movies, graph.movies, movieHidden, userHidden);
  if (dropout !== null) {
    multiplyBy(users.z, dropout.userRow);
    multiplyBy(movies.z, dropout.movieRow);
  }
  return { userHidden, movieHidden, users, movies };
}

/**
 * T_m = (W + W_r) h_s + b_r; score_e = LeakyReLU_.2(a_s·T_m + a_r + a_d·(W_d h_n)) per head;
 * alpha = softmax over the edges of a row; z_n = O LeakyReLU_.1(Σ alpha_e T_m + S h_n).
 */
function forwardSide(size: AttentionSize, side: AttentionSideWeights, graph: SideGraph, h: Float64Array, source: Float64Array): SideState {
  const { dimension: d, heads } = size;
  const { ptr, message } = graph;
  const width = d / heads;
  const T = transforms(size, side, graph, source);
  const key = keys(size, side, graph, T);
  const query = queries(size, side);
  const own = times(h, query, graph.rows, d, heads); // a_d·(W_d h_n), what a row adds to its scores
  const sum = times(h, side.S, graph.rows, d, d);
  const alpha = new Float64Array(graph.edges * heads);
  const slope = new Float64Array(graph.edges * heads);
  for (let n = 0; n < graph.rows; n += 1) {
    const [start, end] = [ptr[n]!, ptr[n + 1]!];
    for (let head = 0; head < heads; head += 1) {
      const from = head * width;
      let most = Number.NEGATIVE_INFINITY;
      for (let e = start; e < end; e += 1) {
        const s = key[message[e]! * heads + head]! + own[n * heads + head]!;
        slope[e * heads + head] = s > 0 ? 1 : SCORE_LEAK;
        const leaky = s > 0 ? s : SCORE_LEAK * s;
        alpha[e * heads + head] = leaky;
        if (leaky > most) most = leaky;
      }
      let total = 0;
      for (let e = start; e < end; e += 1) {
        const weight = Math.exp(alpha[e * heads + head]! - most);
        alpha[e * heads + head] = weight;
        total += weight;
      }
      for (let e = start; e < end; e += 1) {
        const share = alpha[e * heads + head]! / total;
        alpha[e * heads + head] = share;
        const m = message[e]! * d;
        for (let c = from; c < from + width; c += 1) sum[n * d + c]! += share * T[m + c]!;
      }
    }
  }
  const y = sum.map((value) => (value > 0 ? value : ROW_LEAK * value));
  return { T, query, alpha, slope, sum, y, z: times(y, side.O, graph.rows, d, d) };
}

/** T_m of every message that somebody hears. */
function transforms(
  { dimension: d, levels }: AttentionSize,
  side: AttentionSideWeights,
  graph: SideGraph,
  other: Float64Array,
): Float64Array {
  const T = new Float64Array(graph.sources * levels * d);
  for (let level = 0; level < levels; level += 1) {
    const M = combined(side, level, d);
    for (let s = 0; s < graph.sources; s += 1) {
      const m = s * levels + level;
      if (graph.heardPtr[m] === graph.heardPtr[m + 1]) continue;
      for (let c = 0; c < d; c += 1) T[m * d + c] = side.br[level * d + c]!;
      for (let b = 0; b < d; b += 1) {
        const h = other[s * d + b]!;
        for (let c = 0; c < d; c += 1) T[m * d + c]! += h * M[b * d + c]!;
      }
    }
  }
  return T;
}

/** a_s·T_m + a_r of each head. */
function keys(
  { dimension: d, heads, levels }: AttentionSize,
  { as, ar }: AttentionSideWeights,
  graph: SideGraph,
  T: Float64Array,
): Float64Array {
  const key = new Float64Array(graph.sources * levels * heads);
  const width = d / heads;
  for (let m = 0; m < graph.sources * levels; m += 1) {
    for (let head = 0; head < heads; head += 1) {
      let s = ar[(m % levels) * heads + head]!;
      for (let c = head * width; c < (head + 1) * width; c += 1) s += as[c]! * T[m * d + c]!;
      key[m * heads + head] = s;
    }
  }
  return key;
}

/** W_d a_d of each head, as a_d·(W_d h) = (W_d a_d)·h. */
function queries({ dimension: d, heads }: AttentionSize, { Wd, ad }: AttentionSideWeights): Float64Array {
  const query = new Float64Array(d * heads);
  const width = d / heads;
  for (let b = 0; b < d; b += 1) {
    for (let c = 0; c < d; c += 1) query[b * heads + Math.floor(c / width)]! += Wd[b * d + c]! * ad[c]!;
  }
  return query;
}

/** W + W_r */
export function combined(side: AttentionSideWeights, level: number, d: number): Float64Array {
  return side.W.map((value, at) => value + side.Wr[level * d * d + at]!);
}
