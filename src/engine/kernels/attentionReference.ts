import type { AttentionGraph, SideGraph } from './attentionGraph.ts';
import {
  type AttentionSideWeights,
  type AttentionSize,
  type AttentionWeights,
  type FlatWeights,
  flatWeights,
} from './attentionParameters.ts';

/** Slopes for negative values: of attention scores, and of rows before O. */
export const SCORE_LEAK = 0.2;
export const ROW_LEAK = 0.1;

/** What each value is multiplied by: 0 where it is dropped, 1/(1 − rate) elsewhere. Null: nothing is dropped. */
export interface Dropout {
  readonly userHidden: Float64Array; // [users x d]
  readonly movieHidden: Float64Array; // [movies x d]
  readonly userRow: Float64Array; // [users x d]
  readonly movieRow: Float64Array; // [movies x d]
}

export interface AttentionInput {
  readonly graph: AttentionGraph;
  readonly userFeatures: Float64Array; // [users x userInputs]
  readonly movieFeatures: Float64Array; // [movies x movieInputs]
  readonly dropout: Dropout | null;
}

export interface AttentionTargets {
  readonly u: Int32Array;
  readonly i: Int32Array;
  readonly residual: Float64Array;
}

export interface AttentionStepResult {
  /** Mean of (delta − residual)² over the targets. */
  readonly loss: number;
  /** Its gradient. Valid until the next step. */
  readonly gradient: Float64Array;
}

/** One step forward and backward. */
export interface AttentionTrainer {
  run(weights: AttentionWeights, input: AttentionInput, targets: AttentionTargets): Promise<AttentionStepResult>;
  close(): Promise<void>;
}

/** Rows of all nodes. */
export interface AttentionRows {
  readonly users: Float64Array; // [users x d] z_u
  readonly movies: Float64Array; // [movies x d] z_i
}

/** The plain-loop twin of the kernels' training step, in double precision. */
export function referenceTrainer(size: AttentionSize): AttentionTrainer {
  const gradient = flatWeights(size);
  return {
    async run(weights, input, targets) {
      gradient.flat.fill(0);
      const state = forward(weights, input);
      const { loss, dzu, dzi } = score(weights, gradient, state.users.z, state.movies.z, targets);
      backward(weights, gradient, input, state, dzu, dzi);
      return { loss, gradient: gradient.flat };
    },
    close: async () => {},
  };
}

export function referenceRows(weights: AttentionWeights, input: AttentionInput): AttentionRows {
  const { users, movies } = forward(weights, input);
  return { users: users.z, movies: movies.z };
}

interface Forward {
  readonly userHidden: Float64Array; // [users x d]
  readonly movieHidden: Float64Array; // [movies x d]
  readonly users: SideState;
  readonly movies: SideState;
}

/** What the way forward leaves for the way back, for the rows of one side. */
interface SideState {
  readonly T: Float64Array; // [messages x d]
  readonly query: Float64Array; // [rows x d] W_d h
  readonly alpha: Float64Array; // [edges x heads]
  readonly slope: Float64Array; // [edges x heads] LeakyReLU' of the scores
  readonly sum: Float64Array; // [rows x d] Σ alpha T + S h
  readonly y: Float64Array; // [rows x d] LeakyReLU of it
  readonly z: Float64Array; // [rows x d] y O, after dropout
}

function forward(weights: AttentionWeights, { graph, userFeatures, movieFeatures, dropout }: AttentionInput): Forward {
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
function forwardSide(size: AttentionSize, side: AttentionSideWeights, graph: SideGraph, own: Float64Array, other: Float64Array): SideState {
  const { dimension: d, heads } = size;
  const { ptr, message } = graph;
  const width = d / heads;
  const T = transforms(size, side, graph, other);
  const key = keys(size, side, graph, T);
  const query = times(own, side.Wd, graph.rows, d, d);
  const sum = times(own, side.S, graph.rows, d, d);
  const alpha = new Float64Array(graph.edges * heads);
  const slope = new Float64Array(graph.edges * heads);
  for (let n = 0; n < graph.rows; n += 1) {
    const [start, end] = [ptr[n]!, ptr[n + 1]!];
    for (let head = 0; head < heads; head += 1) {
      const from = head * width;
      let down = 0;
      for (let c = from; c < from + width; c += 1) down += side.ad[c]! * query[n * d + c]!;
      let most = Number.NEGATIVE_INFINITY;
      for (let e = start; e < end; e += 1) {
        const s = key[message[e]! * heads + head]! + down;
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

/** W + W_r */
function combined(side: AttentionSideWeights, level: number, d: number): Float64Array {
  return side.W.map((value, at) => value + side.Wr[level * d * d + at]!);
}

/** delta = mu + w_u·z_u + w_i·z_i + z_u·z_i of each target, the loss, and its gradient with respect to rows, mu, w_u and w_i. */
function score(
  { dimension: d, mu, userWeight, movieWeight }: AttentionWeights,
  { weights: gradient }: FlatWeights,
  zu: Float64Array,
  zi: Float64Array,
  { u, i, residual }: AttentionTargets,
): { loss: number; dzu: Float64Array; dzi: Float64Array } {
  const [dzu, dzi] = [new Float64Array(zu.length), new Float64Array(zi.length)];
  const n = residual.length;
  let loss = 0;
  for (let t = 0; t < n; t += 1) {
    const [atU, atI] = [u[t]! * d, i[t]! * d];
    let delta = mu[0]!;
    for (let c = 0; c < d; c += 1) {
      const [a, b] = [zu[atU + c]!, zi[atI + c]!];
      delta += userWeight[c]! * a + movieWeight[c]! * b + a * b;
    }
    const e = delta - residual[t]!;
    loss += (e * e) / n;
    const g = (2 * e) / n;
    gradient.mu[0]! += g;
    for (let c = 0; c < d; c += 1) {
      const [a, b] = [zu[atU + c]!, zi[atI + c]!];
      gradient.userWeight[c]! += g * a;
      gradient.movieWeight[c]! += g * b;
      dzu[atU + c]! += g * (userWeight[c]! + b);
      dzi[atI + c]! += g * (movieWeight[c]! + a);
    }
  }
  return { loss, dzu, dzi };
}

function backward(
  weights: AttentionWeights,
  { weights: gradient }: FlatWeights,
  { graph, userFeatures, movieFeatures, dropout }: AttentionInput,
  state: Forward,
  dzu: Float64Array,
  dzi: Float64Array,
): void {
  const { dimension: d } = weights;
  if (dropout !== null) {
    multiplyBy(dzu, dropout.userRow);
    multiplyBy(dzi, dropout.movieRow);
  }
  const dhu = new Float64Array(state.userHidden.length);
  const dhi = new Float64Array(state.movieHidden.length);
  const { userHidden, movieHidden } = state;
  backwardSide(weights, weights.users, gradient.users, graph.users, state.users, { own: userHidden, other: movieHidden }, dzu, dhu, dhi);
  backwardSide(
    weights,
    weights.movies,
    gradient.movies,
    graph.movies,
    state.movies,
    { own: movieHidden, other: userHidden },
    dzi,
    dhi,
    dhu,
  );
  if (dropout !== null) {
    multiplyBy(dhu, dropout.userHidden);
    multiplyBy(dhi, dropout.movieHidden);
  }
  addOuter(userFeatures, dhu, graph.users.rows, weights.userInputs, d, gradient.users.F);
  addOuter(movieFeatures, dhi, graph.movies.rows, weights.movieInputs, d, gradient.movies.F);
}

/**
 * With G the gradient of Σ alpha T + S h: dalpha_e = G·T_m, dscore_e = alpha_e (dalpha_e − Σ alpha dalpha) LeakyReLU',
 * dT_m = Σ_e alpha_e G + dscore_e a_s; then to a_r, b_r, W, W_r and h of the source, to a_d, W_d, S and h of the row.
 * @param dOwn, dOther added to: gradients of the hidden features of the rows and of the sources
 */
function backwardSide(
  size: AttentionSize,
  side: AttentionSideWeights,
  gradient: AttentionSideWeights,
  graph: SideGraph,
  { T, query, alpha, slope, sum, y }: SideState,
  { own, other }: { own: Float64Array; other: Float64Array },
  dz: Float64Array,
  dOwn: Float64Array,
  dOther: Float64Array,
): void {
  const { dimension: d, heads, levels } = size;
  const width = d / heads;
  addOuter(y, dz, graph.rows, d, d, gradient.O);
  const G = timesTransposed(dz, side.O, graph.rows, d);
  for (let at = 0; at < G.length; at += 1) if (!(sum[at]! > 0)) G[at]! *= ROW_LEAK;
  addOuter(own, G, graph.rows, d, d, gradient.S);
  addTo(dOwn, timesTransposed(G, side.S, graph.rows, d));

  const dT = new Float64Array(T.length);
  const dkey = new Float64Array(graph.sources * levels * heads);
  const dQuery = new Float64Array(query.length);
  const dalpha = new Float64Array(graph.edges);
  for (let n = 0; n < graph.rows; n += 1) {
    const [start, end] = [graph.ptr[n]!, graph.ptr[n + 1]!];
    for (let head = 0; head < heads; head += 1) {
      const from = head * width;
      let mean = 0;
      for (let e = start; e < end; e += 1) {
        const m = graph.message[e]! * d;
        const share = alpha[e * heads + head]!;
        let dot = 0;
        for (let c = from; c < from + width; c += 1) {
          const g = G[n * d + c]!;
          dot += g * T[m + c]!;
          dT[m + c]! += share * g;
        }
        dalpha[e] = dot;
        mean += share * dot;
      }
      let down = 0;
      for (let e = start; e < end; e += 1) {
        const dscore = alpha[e * heads + head]! * (dalpha[e]! - mean) * slope[e * heads + head]!;
        dkey[graph.message[e]! * heads + head]! += dscore;
        down += dscore;
      }
      for (let c = from; c < from + width; c += 1) {
        gradient.ad[c]! += down * query[n * d + c]!;
        dQuery[n * d + c] = down * side.ad[c]!;
      }
    }
  }
  addOuter(own, dQuery, graph.rows, d, d, gradient.Wd);
  addTo(dOwn, timesTransposed(dQuery, side.Wd, graph.rows, d));
  backwardMessages(size, side, gradient, graph, T, dT, dkey, other, dOther);
}

function backwardMessages(
  { dimension: d, heads, levels }: AttentionSize,
  side: AttentionSideWeights,
  gradient: AttentionSideWeights,
  graph: SideGraph,
  T: Float64Array,
  dT: Float64Array,
  dkey: Float64Array,
  other: Float64Array,
  dOther: Float64Array,
): void {
  const width = d / heads;
  for (let level = 0; level < levels; level += 1) {
    const M = combined(side, level, d);
    const dM = gradient.Wr.subarray(level * d * d, (level + 1) * d * d);
    for (let s = 0; s < graph.sources; s += 1) {
      const m = s * levels + level;
      if (graph.heardPtr[m] === graph.heardPtr[m + 1]) continue;
      for (let head = 0; head < heads; head += 1) {
        const g = dkey[m * heads + head]!;
        gradient.ar[level * heads + head]! += g;
        for (let c = head * width; c < (head + 1) * width; c += 1) {
          gradient.as[c]! += g * T[m * d + c]!;
          dT[m * d + c]! += g * side.as[c]!;
        }
      }
      for (let c = 0; c < d; c += 1) gradient.br[level * d + c]! += dT[m * d + c]!;
      for (let b = 0; b < d; b += 1) {
        const h = other[s * d + b]!;
        let back = 0;
        for (let c = 0; c < d; c += 1) {
          const g = dT[m * d + c]!;
          dM[b * d + c]! += h * g;
          back += M[b * d + c]! * g;
        }
        dOther[s * d + b]! += back;
      }
    }
    addTo(gradient.W, dM);
  }
}

/** A M: [rows x inputs] times [inputs x outputs]. */
function times(A: Float64Array, M: Float64Array, rows: number, inputs: number, outputs: number): Float64Array {
  const out = new Float64Array(rows * outputs);
  for (let n = 0; n < rows; n += 1) {
    for (let b = 0; b < inputs; b += 1) {
      const a = A[n * inputs + b]!;
      if (a === 0) continue;
      for (let c = 0; c < outputs; c += 1) out[n * outputs + c]! += a * M[b * outputs + c]!;
    }
  }
  return out;
}

/** A Mᵀ for a square M. */
function timesTransposed(A: Float64Array, M: Float64Array, rows: number, d: number): Float64Array {
  const out = new Float64Array(rows * d);
  for (let n = 0; n < rows; n += 1) {
    for (let b = 0; b < d; b += 1) {
      let total = 0;
      for (let c = 0; c < d; c += 1) total += A[n * d + c]! * M[b * d + c]!;
      out[n * d + b] = total;
    }
  }
  return out;
}

/** out += Aᵀ B: [rows x inputs] and [rows x outputs]. */
function addOuter(A: Float64Array, B: Float64Array, rows: number, inputs: number, outputs: number, out: Float64Array): void {
  for (let n = 0; n < rows; n += 1) {
    for (let b = 0; b < inputs; b += 1) {
      const a = A[n * inputs + b]!;
      if (a === 0) continue;
      for (let c = 0; c < outputs; c += 1) out[b * outputs + c]! += a * B[n * outputs + c]!;
    }
  }
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (let at = 0; at < sums.length; at += 1) sums[at]! += values[at]!;
}

function multiplyBy(values: Float64Array, factors: Float64Array): void {
  for (let at = 0; at < values.length; at += 1) values[at]! *= factors[at]!;
}
