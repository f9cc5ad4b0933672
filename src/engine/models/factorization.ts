import type { FeatureMatrix } from '../data/featureMatrix.ts';
import type { SparsePair, SparseRows } from '../data/sparse.ts';
import type { Random } from '../math/random.ts';
import type { FactorBlock } from './factorBlock.ts';

/*
 * Bayesian factorization with features: what its two inferences share.
 *
 * Prediction: r_ui = m0 + b_u + c_i + Σ_f p_uf q_if + noise, where p_u = Σ_j x_uj W_j and q_i = Σ_j x_ij Z_j are sums
 * over features: the node itself, the nodes on the other side of its ratings, side information. The bias is one more
 * column, for which the other side's factor is fixed at 1.
 *
 * Prior: W_jf ~ N(mu_gf, 1/lambda_gf) for the group g of feature j; noise ~ N(0, 1/(beta ω)).
 *
 * Inference: `fitVariational` (variational.ts) keeps a mean and a variance of every weight; `fitSampled` (sampled.ts) draws
 * the weights many times (Gibbs). Both go column by column with one coordinate update, `updateColumn` below.
 *
 * Sources: Salakhutdinov and Mnih 2008 (Bayesian probabilistic matrix factorization); Rendle 2010 (factorization
 * machines); Koren 2008 (implicit feedback); Lim and Teh 2007 (variational); Rendle, Zhang, Koren 2019 (tuned baselines).
 *
 * Learned arrays: FactorSide.
 */

/** What a fit reads: ratings on the working scale and the features of both sides. */
export interface FactorizationData {
  readonly ratings: SparsePair;
  /** Working ratings in CSR order. */
  readonly r: Float64Array; // [ratings]
  readonly users: FeatureMatrix;
  readonly movies: FeatureMatrix;
}

/** One side of a fit. K = factors + 1: the bias is the last column. */
export interface FactorSide {
  readonly mean: Float64Array; // [nodes x K] p_u, b_u (or q_i, c_i)
  readonly variance: Float64Array; // [nodes x K]
  /** mu and 1/lambda of the node's own one-hot group: the prior of a node without ratings. */
  readonly ownMean: Float64Array; // [K]
  readonly ownVariance: Float64Array; // [K]
  /** Weights of side features and their variances. */
  readonly sideMean: Float64Array; // [side features x K]
  readonly sideVariance: Float64Array; // [side features x K]
  /** What a rating by (or of) each node of the other side adds, before the weight 1/√n. */
  readonly implicit: Float64Array; // [other nodes x K]
  /** mu of the implicit group: what a node adds that the fit did not see. */
  readonly implicitMean: Float64Array; // [K]
  /** Noise offset of each node, as the inference learned it; null when it learned none. */
  readonly noiseOffset: Float64Array | null; // [nodes]
}

export interface FactorizationFit {
  readonly factors: number;
  readonly m0: number;
  /** 1/beta, working points squared. */
  readonly noiseVariance: number;
  readonly users: FactorSide;
  readonly movies: FactorSide;
}

/** Progress of one sweep: loss is the noise variance 1/beta, rmse the training error, in working points. */
export type SweepListener = (sweep: number, sweeps: number, loss: number, rmse: number) => void;

/** The other side's column while one side is updated: ones without variance for the bias. */
export interface OtherColumn {
  readonly q: Float64Array; // [other nodes]
  readonly vq: Float64Array; // [other nodes]
}

/** What makes an update a draw from the posterior instead of its mean. */
export interface Draw {
  readonly random: Random;
  /** Relative precision of each rating, in CSR order. */
  readonly omega: Float64Array; // [ratings]
}

/**
 * The coordinate update of one column, on the letters of a user block.
 * A_u = Σ ω (q² + v_q), B_u = Σ ω (q e − v_q p_u) over the user's ratings (ω = 1 for means, v_q = 0 for draws);
 * then for each feature j over its rows u: S = Σ x B_u, H = Σ x² A_u, precision = beta H + lambda,
 * m = (beta (S + W_j H) + lambda mu)/precision, for a draw plus N(0,1)/√precision;
 * d = m − W_j; W_j = m; v(W_j) = 1/precision; p_u += x d; B_u −= x d A_u; v_p += x² (change of variance).
 * At the end e −= (new p − old p) q.
 * @param e residuals in CSR order, kept up to date @param beta noise precision
 */
export function updateColumn(block: FactorBlock, f: number, other: OtherColumn, e: Float64Array, beta: number, draw: Draw | null): void {
  const p = block.mean[f]!;
  const before = p.slice();
  if (draw === null) accumulate(block, p, other, e);
  else accumulateWeighted(block, other.q, e, draw.omega);
  updateWeights(block, f, beta, draw === null ? null : draw.random);
  const { ptr, column, entry } = block.ratings;
  const { q } = other;
  for (let u = 0; u < block.nodes; u += 1) {
    const d = p[u]! - before[u]!;
    const end = ptr[u + 1]!;
    for (let z = ptr[u]!; z < end; z += 1) e[entry[z]!]! -= d * q[column[z]!]!;
  }
}

/** A and B with variances, every rating weighing the same. */
function accumulate(block: FactorBlock, p: Float64Array, { q, vq }: OtherColumn, e: Float64Array): void {
  const { A, B } = block;
  const { ptr, column, entry } = block.ratings;
  for (let u = 0; u < block.nodes; u += 1) {
    const end = ptr[u + 1]!;
    let a = 0;
    let b = 0;
    let v = 0;
    for (let z = ptr[u]!; z < end; z += 1) {
      const i = column[z]!;
      const qi = q[i]!;
      a += qi * qi;
      b += qi * e[entry[z]!]!;
      v += vq[i]!;
    }
    A[u] = a + v;
    B[u] = b - v * p[u]!;
  }
}

/** A and B of a draw: no variances, each rating with its precision. */
function accumulateWeighted(block: FactorBlock, q: Float64Array, e: Float64Array, omega: Float64Array): void {
  const { A, B } = block;
  const { ptr, column, entry } = block.ratings;
  for (let u = 0; u < block.nodes; u += 1) {
    const end = ptr[u + 1]!;
    let a = 0;
    let b = 0;
    for (let z = ptr[u]!; z < end; z += 1) {
      const t = entry[z]!;
      const qi = q[column[z]!]!;
      const weighted = omega[t]! * qi;
      a += weighted * qi;
      b += weighted * e[t]!;
    }
    A[u] = a;
    B[u] = b;
  }
}

function updateWeights(block: FactorBlock, f: number, beta: number, random: Random | null): void {
  const { A, B } = block;
  const { ptr, rows, x, group, features } = block.features;
  const p = block.mean[f]!;
  const vp = block.variance[f]!;
  const W = block.W[f]!;
  const vW = block.varianceW[f]!;
  const mu = block.mu[f]!;
  const lambda = block.lambda[f]!;
  for (let j = 0; j < features; j += 1) {
    const start = ptr[j]!;
    const end = ptr[j + 1]!;
    let S = 0;
    let H = 0;
    for (let z = start; z < end; z += 1) {
      const u = rows[z]!;
      const xz = x[z]!;
      S += xz * B[u]!;
      H += xz * xz * A[u]!;
    }
    const g = group[j]!;
    const precision = beta * H + lambda[g]!;
    let m = (beta * (S + W[j]! * H) + lambda[g]! * mu[g]!) / precision;
    if (random !== null) m += random.normal() / Math.sqrt(precision);
    const d = m - W[j]!;
    const dv = random === null ? 1 / precision - vW[j]! : 0;
    W[j] = m;
    vW[j]! += dv;
    for (let z = start; z < end; z += 1) {
      const u = rows[z]!;
      const xz = x[z]!;
      p[u]! += xz * d;
      B[u]! -= xz * d * A[u]!;
      vp[u]! += xz * xz * dv;
    }
  }
}

/** e_t = r_t − (m0 + b_u + c_i + p_u·q_i), in CSR order. */
export function residuals(r: Float64Array, m0: number, users: FactorBlock, movies: FactorBlock, byUser: SparseRows): Float64Array {
  const bias = users.mean.length - 1;
  const e = new Float64Array(r.length);
  for (let u = 0; u < byUser.rows; u += 1) {
    for (let t = byUser.ptr[u]!; t < byUser.ptr[u + 1]!; t += 1) {
      const i = byUser.column[t]!;
      let s = m0 + users.mean[bias]![u]! + movies.mean[bias]![i]!;
      for (let f = 0; f < bias; f += 1) s += users.mean[f]![u]! * movies.mean[f]![i]!;
      e[t] = r[t]! - s;
    }
  }
  return e;
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Mean squared distance from `around`; 1 without values. */
export function meanSquare(values: Float64Array, around = 0): number {
  let sum = 0;
  for (const value of values) sum += (value - around) ** 2;
  return values.length === 0 ? 1 : sum / values.length;
}

/** Noise is never taken to be smaller: data without noise would make the precision infinite. */
export const SMALLEST_NOISE = 1e-6;
