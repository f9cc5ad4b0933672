import { FIRST_SIDE_GROUP, IMPLICIT_GROUP, OWN_GROUP } from '../data/featureMatrix.ts';
import type { SparseRows } from '../data/sparse.ts';
import type { Random } from '../math/random.ts';
import { type FactorBlock, groupValues, newBlock, nodeMajor, recompose, unitColumn } from './factorBlock.ts';
import {
  type FactorizationData,
  type FactorizationFit,
  type FactorSide,
  meanOf,
  meanSquare,
  residuals,
  SMALLEST_NOISE,
  type SweepListener,
  updateColumn,
} from './factorization.ts';

/** Options of the variational factorization; every default was chosen on training data alone. */
export interface VariationalOptions {
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

export const VARIATIONAL_DEFAULTS: VariationalOptions = {
  factors: 10,
  sweeps: 40,
  initialSpread: 0.1,
  initialVariance: 0.001,
  initialPrecision: 5,
  fixedHyperSweeps: 2,
};

/**
 * The factorization by variational inference: a posterior that is independent over all W_jf and Z_jf.
 *
 * Loss: the negative evidence lower bound. Update: exact coordinate ascent, one column after the other (`updateColumn`),
 * then in closed form mu = ΣW/(n+1), lambda = (1+n)/(1 + Σ[(W−mu)²+v] + mu²), 1/beta = mean[e² + epi], m0 += mean e,
 * with epi = v_b + v_c + Σ_f (p² v_q + v_p q² + v_p v_q).
 * Source: Lim and Teh 2007. Defaults: VARIATIONAL_DEFAULTS.
 */
export function fitVariational(
  data: FactorizationData,
  options: VariationalOptions,
  random: Random,
  onSweep: SweepListener = () => {},
): FactorizationFit {
  const { ratings, r } = data;
  const bias = options.factors;
  const users = newBlock(data.users, ratings.byUser, options, random);
  const movies = newBlock(data.movies, ratings.byMovie, options, random);
  const unit = unitColumn(Math.max(users.nodes, movies.nodes));

  let m0 = meanOf(r);
  let beta = 1 / Math.max(meanSquare(r, m0), SMALLEST_NOISE);
  const e = residuals(r, m0, users, movies, ratings.byUser);
  for (let sweep = 1; sweep <= options.sweeps; sweep += 1) {
    for (const f of [bias, ...Array(options.factors).keys()]) {
      updateColumn(users, f, f === bias ? unit : { q: movies.mean[f]!, vq: movies.variance[f]! }, e, beta, null);
      updateColumn(movies, f, f === bias ? unit : { q: users.mean[f]!, vq: users.variance[f]! }, e, beta, null);
      if (sweep > options.fixedHyperSweeps) {
        updateHyper(users, f);
        updateHyper(movies, f);
      }
    }
    const noise = Math.max(expectedSquare(e, users, movies, ratings.byUser), SMALLEST_NOISE);
    beta = 1 / noise;
    const shift = meanOf(e);
    m0 += shift;
    for (let t = 0; t < e.length; t += 1) e[t]! -= shift;
    onSweep(sweep, options.sweeps, noise, Math.sqrt(meanSquare(e)));
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
    noiseOffset: null,
  };
}

/** mu = ΣW/(n+1), lambda = (1+n)/(1 + Σ[(W−mu)²+v] + mu²) of each group, over features with a rated row. */
export function updateHyper(block: FactorBlock, f: number): void {
  const { group, rated, features, groups } = block.features;
  const W = block.W[f]!;
  const vW = block.varianceW[f]!;
  const mu = block.mu[f]!;
  const n = new Float64Array(groups);
  const spread = new Float64Array(groups);
  mu.fill(0);
  for (let j = 0; j < features; j += 1) {
    if (rated[j] === 0) continue;
    n[group[j]!]! += 1;
    mu[group[j]!]! += W[j]!;
  }
  for (let g = 0; g < groups; g += 1) mu[g]! /= n[g]! + 1;
  for (let j = 0; j < features; j += 1) {
    if (rated[j] === 1) spread[group[j]!]! += (W[j]! - mu[group[j]!]!) ** 2 + vW[j]!;
  }
  for (let g = 0; g < groups; g += 1) block.lambda[f]![g] = (1 + n[g]!) / (1 + spread[g]! + mu[g]! * mu[g]!);
}

/** mean[e² + epi] over the ratings. */
function expectedSquare(e: Float64Array, users: FactorBlock, movies: FactorBlock, byUser: SparseRows): number {
  const bias = users.mean.length - 1;
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
