import type { FeatureMatrix } from '../data/featureMatrix.ts';
import type { SparsePair } from '../data/sparse.ts';

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
 * the weights many times (Gibbs). Both go column by column with one coordinate update, `updateWeights` (weightUpdate.ts); `Residuals` (residuals.ts)
 * makes the sums over ratings that it needs.
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

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < values.length; t += 1) sum += values[t]!;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Mean squared distance from `around`; 1 without values. */
export function meanSquare(values: Float64Array, around = 0): number {
  let sum = 0;
  for (let t = 0; t < values.length; t += 1) sum += (values[t]! - around) * (values[t]! - around);
  return values.length === 0 ? 1 : sum / values.length;
}

/** Noise is never taken to be smaller: data without noise would make the precision infinite. */
export const SMALLEST_NOISE = 1e-6;
