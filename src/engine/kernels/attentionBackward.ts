import { combined, type Forward, type SideState } from './attentionForward.ts';
import type { SideGraph } from './attentionGraph.ts';
import { addOuter, addTo, multiplyBy, timesTransposed } from './attentionMatrix.ts';
import type { AttentionSideWeights, AttentionSize, AttentionWeights, FlatWeights } from './attentionParameters.ts';
import { type AttentionInput, type AttentionTargets, ROW_LEAK } from './attentionStep.ts';

/** delta = mu + w_u·z_u + w_i·z_i + z_u·z_i of each target, the loss, and its gradient with respect to rows, mu, w_u and w_i. */
export function score(
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

export function backward(
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
  backwardSide(weights, weights.users, gradient.users, graph.users, state.users, { h: userHidden, source: movieHidden }, dzu, dhu, dhi);
  backwardSide(weights, weights.movies, gradient.movies, graph.movies, state.movies, { h: movieHidden, source: userHidden }, dzi, dhi, dhu);
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
 * @param dh, dSource added to: gradients of the hidden features of the rows and of the sources
 */
function backwardSide(
  size: AttentionSize,
  side: AttentionSideWeights,
  gradient: AttentionSideWeights,
  graph: SideGraph,
  { T, query, alpha, slope, sum, y }: SideState,
  { h, source }: { h: Float64Array; source: Float64Array },
  dz: Float64Array,
  dh: Float64Array,
  dSource: Float64Array,
): void {
  const { dimension: d, heads, levels } = size;
  const width = d / heads;
  addOuter(y, dz, graph.rows, d, d, gradient.O);
  const G = timesTransposed(dz, side.O, graph.rows, d, d);
  for (let at = 0; at < G.length; at += 1) if (!(sum[at]! > 0)) G[at]! *= ROW_LEAK;
  addOuter(h, G, graph.rows, d, d, gradient.S);
  addTo(dh, timesTransposed(G, side.S, graph.rows, d, d));

  const dT = new Float64Array(T.length);
  const dkey = new Float64Array(graph.sources * levels * heads);
  const dOwn = new Float64Array(graph.rows * heads);
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
      for (let e = start; e < end; e += 1) {
        const dscore = alpha[e * heads + head]! * (dalpha[e]! - mean) * slope[e * heads + head]!;
        dkey[graph.message[e]! * heads + head]! += dscore;
        dOwn[n * heads + head]! += dscore;
      }
    }
  }
  const dQuery = new Float64Array(query.length);
  addOuter(h, dOwn, graph.rows, d, heads, dQuery);
  writeQueryGradient(gradient, side, dQuery);
  addTo(dh, timesTransposed(dOwn, query, graph.rows, d, heads));
  backwardMessages(size, side, gradient, graph, T, dT, dkey, source, dSource);
}

/** From the gradient by W_d a_d of each head to those by W_d and a_d. @param dQuery [d x heads] */
export function writeQueryGradient(
  gradient: AttentionSideWeights,
  { Wd, ad }: AttentionSideWeights,
  dQuery: Float64Array | Float32Array,
): void {
  const d = ad.length;
  const heads = dQuery.length / d;
  const width = d / heads;
  gradient.ad.fill(0);
  for (let b = 0; b < d; b += 1) {
    for (let c = 0; c < d; c += 1) {
      const g = dQuery[b * heads + Math.floor(c / width)]!;
      gradient.Wd[b * d + c] = g * ad[c]!;
      gradient.ad[c]! += g * Wd[b * d + c]!;
    }
  }
}

function backwardMessages(
  { dimension: d, heads, levels }: AttentionSize,
  side: AttentionSideWeights,
  gradient: AttentionSideWeights,
  graph: SideGraph,
  T: Float64Array,
  dT: Float64Array,
  dkey: Float64Array,
  source: Float64Array,
  dSource: Float64Array,
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
        const h = source[s * d + b]!;
        let back = 0;
        for (let c = 0; c < d; c += 1) {
          const g = dT[m * d + c]!;
          dM[b * d + c]! += h * g;
          back += M[b * d + c]! * g;
        }
        dSource[s * d + b]! += back;
      }
    }
    addTo(gradient.W, dM);
  }
}
