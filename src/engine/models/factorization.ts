import type { FeatureMatrix } from '../data/featureMatrix.ts';
import { FIRST_SIDE_GROUP, IMPLICIT_GROUP, OWN_GROUP } from '../data/featureMatrix.ts';
import type { SparsePair, SparseRows } from '../data/sparse.ts';
import type { Random } from '../math/random.ts';
import { type FactorBlock, groupValues, newBlock, nodeMajor, recompose, updateColumn, updateHyper } from './factorBlock.ts';

/** Options of the Bayesian factorization; every default was chosen on training data alone. */
export interface FactorizationOptions {
  /** Number of factors k, 1 to 200. Default 10. */
  readonly factors: number;
  /** Passes over all columns, at least 1. Default 40. */
  readonly sweeps: number;
  /** Standard deviation of the first W and Z. Default .1. */
  readonly initialSpread: number;
  /** Variance of the first W and Z. Default .001. */
  readonly initialVariance: number;
  /** Precision lambda of every group before it is learned. Default 5. */
  readonly initialPrecision: number;
  /** Sweeps before mu and lambda are learned. Default 2. */
  readonly fixedHyperSweeps: number;
}

export const VARIATIONAL_DEFAULTS: FactorizationOptions = {
  factors: 10,
  sweeps: 40,
  initialSpread: 0.1,
  initialVariance: 0.001,
  initialPrecision: 5,
  fixedHyperSweeps: 2,
};

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

/**
 * Variational Bayesian factorization with features.
 *
 * Prediction: r_ui = m0 + b_u + c_i + Σ_f p_uf q_if, where p_u = Σ_j x_uj W_j and q_i = Σ_j x_ij Z_j are sums over
 * features (the node itself, the nodes on the other side of its ratings, side information); the bias is one more
 * column, for which the other side's factor is fixed at 1.
 *
 * Loss: the negative evidence lower bound of r ~ N(r_ui, 1/beta), W_jf ~ N(mu_gf, 1/lambda_gf), with a posterior
 * that is independent over all W_jf and Z_jf.
 *
 * Update: exact coordinate ascent, one column after the other (`updateColumn`), then mu, lambda, beta and m0 in
 * closed form: mu = ΣW/(n+1), lambda = (1+n)/(1 + Σ[(W−mu)²+v] + mu²), 1/beta = mean[e² + epi], m0 += mean e.
 *
 * Sources: Lim and Teh 2007 (variational); Rendle 2010 (factorization machines); Koren 2008 (implicit feedback);
 * Rendle, Zhang, Koren 2019 (tuned Bayesian baselines).
 *
 * Defaults: VARIATIONAL_DEFAULTS. Learned arrays: see FactorSide.
 */
export function fitVariational(
  data: FactorizationData,
  options: FactorizationOptions,
  random: Random,
  onSweep: SweepListener = () => {},
): FactorizationFit {
  const { ratings, r } = data;
  const bias = options.factors;
  const users = newBlock(data.users, ratings.byUser, options, random);
  const movies = newBlock(data.movies, ratings.byMovie, options, random);
  const fixed = {
    q: new Float64Array(Math.max(users.nodes, movies.nodes)).fill(1),
    vq: new Float64Array(Math.max(users.nodes, movies.nodes)),
  };

  let m0 = mean(r);
  let beta = 1 / Math.max(variance(r, m0), 1e-6);
  const e = residuals(r, m0, users, movies, ratings.byUser, bias);
  const columns = [bias, ...Array(options.factors).keys()];
  for (let sweep = 1; sweep <= options.sweeps; sweep += 1) {
    for (const f of columns) {
      const q = f === bias ? fixed : { q: movies.mean[f]!, vq: movies.variance[f]! };
      updateColumn(users, f, q.q, q.vq, e, beta);
      const p = f === bias ? fixed : { q: users.mean[f]!, vq: users.variance[f]! };
      updateColumn(movies, f, p.q, p.vq, e, beta);
      if (sweep > options.fixedHyperSweeps) {
        updateHyper(users, f);
        updateHyper(movies, f);
      }
    }
    const noise = expectedSquare(e, users, movies, ratings.byUser, bias);
    beta = 1 / Math.max(noise, 1e-6);
    const shift = mean(e);
    m0 += shift;
    for (let t = 0; t < e.length; t += 1) e[t]! -= shift;
    onSweep(sweep, options.sweeps, noise, Math.sqrt(variance(e, 0)));
  }
  // Sums kept up to date by differences have drifted by rounding; the factors are the sums of their features.
  recompose(users);
  recompose(movies);
  return { factors: options.factors, m0, noiseVariance: 1 / beta, users: sideOf(users), movies: sideOf(movies) };
}

function sideOf(block: FactorBlock): FactorSide {
  const { features, W, varianceW } = block;
  const implicitStart = features.groupStart[IMPLICIT_GROUP]!;
  const sideStart = features.groupStart[FIRST_SIDE_GROUP]!;
  return {
    mean: nodeMajor(block.mean, 0, block.nodes),
    variance: nodeMajor(block.variance, 0, block.nodes),
    ownMean: groupValues(block.mu, OWN_GROUP),
    ownVariance: groupValues(block.lambda, OWN_GROUP).map((lambda) => 1 / lambda),
    sideMean: nodeMajor(W, sideStart, features.features),
    sideVariance: nodeMajor(varianceW, sideStart, features.features),
    implicit: nodeMajor(W, implicitStart, sideStart),
    implicitMean: groupValues(block.mu, IMPLICIT_GROUP),
  };
}

/** e_t = r_t − (m0 + b_u + c_i + p_u·q_i), in CSR order. */
function residuals(r: Float64Array, m0: number, users: FactorBlock, movies: FactorBlock, byUser: SparseRows, bias: number): Float64Array {
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

/** mean[e² + epi], epi = v_b + v_c + Σ_f (p² v_q + v_p q² + v_p v_q). */
function expectedSquare(e: Float64Array, users: FactorBlock, movies: FactorBlock, byUser: SparseRows, bias: number): number {
  let sum = 0;
  for (let f = 0; f <= bias; f += 1) {
    const p = users.mean[f]!;
    const vp = users.variance[f]!;
    const q = movies.mean[f]!;
    const vq = movies.variance[f]!;
    for (let u = 0; u < byUser.rows; u += 1) {
      const pu2 = p[u]! * p[u]!;
      const vpu = vp[u]!;
      for (let t = byUser.ptr[u]!; t < byUser.ptr[u + 1]!; t += 1) {
        const i = byUser.column[t]!;
        const vqi = vq[i]!;
        if (f === bias) sum += e[t]! * e[t]! + vpu + vqi;
        else sum += pu2 * vqi + vpu * (q[i]! * q[i]! + vqi);
      }
    }
  }
  return e.length === 0 ? 1 : sum / e.length;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

function variance(values: Float64Array, around: number): number {
  let sum = 0;
  for (const value of values) sum += (value - around) ** 2;
  return values.length === 0 ? 1 : sum / values.length;
}
