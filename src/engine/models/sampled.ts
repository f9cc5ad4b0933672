import type { Random } from '../math/random.ts';
import { type FactorBlock, newBlock } from './factorBlock.ts';
import { type FactorizationData, type FactorizationFit, meanOf, meanSquare, SMALLEST_NOISE, type SweepListener } from './factorization.ts';
import { KeptDraws } from './keptDraws.ts';
import { drawGamma, drawNodePrecisions, weightedSums } from './nodeNoise.ts';
import { Residuals } from './residuals.ts';
import { updateWeights } from './weightUpdate.ts';

/** Options of the sampled factorization; every default was chosen on training data alone. */
export interface SampledOptions {
  /** Number of factors k, 1 to 200. Default 10. */
  readonly factors: number;
  /** Draws of everything, more than are dropped. Default 200. */
  readonly sweeps: number;
  /** First draws that are dropped, because the chain has not yet settled. Default 25. */
  readonly dropped: number;
  /** Standard deviation of the first W and Z. Default .1. */
  readonly initialSpread: number;
  /** Precision lambda of every group before it is drawn. Default 1. */
  readonly initialPrecision: number;
  /** Sweeps before each user and movie gets a noise precision of its own. Default 5. */
  readonly sharedNoiseSweeps: number;
  /** Weight, in ratings, of "this node's noise is like everybody's". Default 20. */
  readonly noisePriorWeight: number;
}

export const SAMPLED_DEFAULTS: SampledOptions = {
  factors: 10,
  sweeps: 200,
  dropped: 25,
  initialSpread: 0.1,
  initialPrecision: 1,
  sharedNoiseSweeps: 5,
  noisePriorWeight: 20,
};

/**
 * The factorization by Gibbs sampling: draw after draw from the exact posterior of every weight given all the others.
 *
 * A sweep: m0 += weighted mean e; beta ~ Gamma((1+n)/2, rate (1 + Σ ω e²)/2); for each column and side
 * mu ~ N(ΣW/(n+1), 1/((n+1) lambda)), lambda ~ Gamma((n+2)/2, rate (1 + Σ(W−mu)² + mu²)/2), then the weights
 * (`updateWeights`); then beta_u ~ Gamma((20+n_u)/2, rate (20 + beta Σ beta_i e²)/2), beta_i likewise, ω = beta_u beta_i.
 * The result is one factor set, mean and variance over the kept sweeps: within a chain the factors need no rotation.
 * Source: Salakhutdinov and Mnih 2008; Rendle, Zhang, Koren 2019. Defaults: SAMPLED_DEFAULTS.
 */
export function fitSampled(
  data: FactorizationData,
  options: SampledOptions,
  random: Random,
  onSweep: SweepListener = () => {},
): FactorizationFit {
  const { ratings, r } = data;
  const start = { ...options, initialVariance: 0 };
  const users = newBlock(data.users, ratings.byUser, start, random);
  const movies = newBlock(data.movies, ratings.byMovie, start, random);
  const kept = { users: new KeptDraws(users), movies: new KeptDraws(movies), m0: 0, logBeta: 0 };

  let m0 = meanOf(r);
  const residuals = new Residuals(r, m0, users, movies);
  const { e } = residuals;
  for (let sweep = 0; sweep < options.sweeps; sweep += 1) {
    const { weight, sum, squares } = weightedSums(users, movies, e);
    const shift = weight === 0 ? 0 : sum / weight;
    m0 += shift;
    residuals.shift(shift);
    // Σ ω (e − shift)² = Σ ω e² − shift Σ ω e.
    const beta = drawGamma(random, 1 + e.length, 1 + squares - shift * sum);
    residuals.sweep((block, f) => {
      drawHyper(block, f, random);
      updateWeights(block, f, beta, random);
    });
    if (sweep >= options.sharedNoiseSweeps) drawNodePrecisions(users, movies, e, beta, options.noisePriorWeight, random);
    if (sweep >= options.dropped) {
      kept.users.add();
      kept.movies.add();
      kept.m0 += m0;
      kept.logBeta += Math.log(beta);
    }
    onSweep(sweep + 1, options.sweeps, 1 / beta, Math.sqrt(meanSquare(e)));
  }
  const n = options.sweeps - options.dropped;
  return {
    factors: options.factors,
    m0: kept.m0 / n,
    noiseVariance: Math.max(Math.exp(-kept.logBeta / n), SMALLEST_NOISE),
    users: kept.users.side(),
    movies: kept.movies.side(),
  };
}

/** mu ~ N(ΣW/(n+1), 1/((n+1) lambda)), then lambda given mu, of each group over features with a rated row. */
function drawHyper(block: FactorBlock, f: number, random: Random): void {
  const { group, rated, features, groups } = block.features;
  const W = block.W[f]!;
  const mu = block.mu[f]!;
  const lambda = block.lambda[f]!;
  const n = new Float64Array(groups);
  const sum = new Float64Array(groups);
  const spread = new Float64Array(groups);
  for (let j = 0; j < features; j += 1) {
    if (rated[j] === 0) continue;
    n[group[j]!]! += 1;
    sum[group[j]!]! += W[j]!;
  }
  for (let g = 0; g < groups; g += 1) mu[g] = sum[g]! / (n[g]! + 1) + random.normal() / Math.sqrt((n[g]! + 1) * lambda[g]!);
  for (let j = 0; j < features; j += 1) if (rated[j] === 1) spread[group[j]!]! += (W[j]! - mu[group[j]!]!) ** 2;
  for (let g = 0; g < groups; g += 1) lambda[g] = drawGamma(random, n[g]! + 2, 1 + spread[g]! + mu[g]! * mu[g]!);
}
