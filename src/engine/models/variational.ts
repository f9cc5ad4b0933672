import { FIRST_SIDE_GROUP, IMPLICIT_GROUP, OWN_GROUP } from '../data/featureMatrix.ts';
import type { Random } from '../math/random.ts';
import { type FactorBlock, groupValues, newBlock, nodeMajor, recompose, sumOverRatings } from './factorBlock.ts';
import {
  type FactorizationData,
  type FactorizationFit,
  type FactorSide,
  meanOf,
  meanSquare,
  SMALLEST_NOISE,
  type SweepListener,
} from './factorization.ts';
import { Residuals } from './residuals.ts';
import { updateWeights } from './weightUpdate.ts';

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
 * Loss: the negative evidence lower bound. Update: exact coordinate ascent, one column after the other (`updateWeights`),
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
  const users = newBlock(data.users, ratings.byUser, options, random);
  const movies = newBlock(data.movies, ratings.byMovie, options, random);

  let m0 = meanOf(r);
  let beta = 1 / Math.max(meanSquare(r, m0), SMALLEST_NOISE);
  const residuals = new Residuals(r, m0, users, movies);
  for (let sweep = 1; sweep <= options.sweeps; sweep += 1) {
    let doubt = 0;
    residuals.sweep((block, f) => {
      subtractDoubt(block, block === users ? movies : users, f);
      updateWeights(block, f, beta, null);
      if (sweep > options.fixedHyperSweeps) updateHyper(block, f);
      // Of a bias both sides' variances count; of a factor all is known when its second side has moved.
      if (block === movies || f === options.factors) doubt += doubtOf(block, f);
    });
    const noise = Math.max(r.length === 0 ? 1 : meanSquare(residuals.e) + doubt / r.length, SMALLEST_NOISE);
    beta = 1 / noise;
    const shift = meanOf(residuals.e);
    m0 += shift;
    residuals.shift(shift);
    onSweep(sweep, options.sweeps, noise, Math.sqrt(meanSquare(residuals.e)));
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

/** B_u −= p_u V_u with V_u = Σ v_q: what doubt about the other side takes from each sum. */
function subtractDoubt({ ratings, mean, B, V }: FactorBlock, other: FactorBlock, f: number): void {
  const p = mean[f]!;
  sumOverRatings(ratings, other.factorVariance[f]!, V);
  for (let u = 0; u < V.length; u += 1) B[u]! -= p[u]! * V[u]!;
}

/**
 * One column's part of Σ epi, over all ratings: Σ (p² v_q + v_p q² + v_p v_q) = Σ_u (p_u² V_u + v_p A_u), where the sums
 * A_u = Σ (q² + v_q) and V_u are those of the update that `block` has just had. For a bias A_u is the number of ratings, V_u is 0.
 */
function doubtOf({ mean, variance, A, V }: FactorBlock, f: number): number {
  const p = mean[f]!;
  const vp = variance[f]!;
  let sum = 0;
  for (let u = 0; u < p.length; u += 1) sum += p[u]! * p[u]! * V[u]! + vp[u]! * A[u]!;
  return sum;
}
