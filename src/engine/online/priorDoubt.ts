import type { RatingTable } from '../data/ratingTable.ts';
import { WorkingScale } from '../data/workingScale.ts';
import type { FactorizationFit, FactorSide } from '../models/factorization.ts';
import type { Member } from './member.ts';
import { scaled } from './memberState.ts';

/** The limit is never tighter than this, working points squared: all ratings may be equal so far. */
const SMALLEST_LIMIT = 0.25;

/**
 * The share c ≤ 1 of a fit's variances that keeps a newcomer's epistemic variance within that of the ratings themselves:
 * who knows nothing would predict their mean and be wrong by no more. Fitted to a few dozen ratings, the prior variances of
 * all columns and side features add up to many times that; fitted to thousands, c is 1.
 * c solves c (v_b + v_c + Σ p² v_q + v_p q²) + c² Σ v_p v_q = limit, at the mean V0 and mean squares of the nodes.
 */
export function doubtShare({ learner }: Member, fit: FactorizationFit, table: RatingTable): number {
  const { factors, constants, context, movies } = learner;
  const K = factors + 1;
  const vp = scaled(columnMeans(context.priorVariance.take(table.users.length), table.users.length, K), constants.newUser);
  const vq = scaled(columnMeans(movies.priorVariance.take(table.movies.length), table.movies.length, K), constants.newMovie);
  const p2 = columnMeans(
    fit.users.mean.map((p) => p * p),
    table.users.length,
    K,
  );
  const q2 = columnMeans(
    fit.movies.mean.map((q) => q * q),
    table.movies.length,
    K,
  );
  let linear = vp[factors]! + vq[factors]!;
  let square = 0;
  for (let f = 0; f < factors; f += 1) {
    linear += p2[f]! * vq[f]! + vp[f]! * q2[f]!;
    square += vp[f]! * vq[f]!;
  }
  const limit = Math.max(ratingVariance(table), SMALLEST_LIMIT);
  if (linear + square <= limit) return 1;
  return square === 0 ? limit / linear : (Math.sqrt(linear * linear + 4 * square * limit) - linear) / (2 * square);
}

/** The same fit with every variance of its factors times `share`. */
export function withLessDoubt(fit: FactorizationFit, share: number): FactorizationFit {
  const times = (values: Float64Array) => values.map((value) => value * share);
  const side = (of: FactorSide): FactorSide => ({
    ...of,
    ownVariance: times(of.ownVariance),
    sideVariance: times(of.sideVariance),
  });
  return { ...fit, users: side(fit.users), movies: side(fit.movies) };
}

/** The same fit with a noise no greater than the variance of the ratings. */
export function withLessNoise(fit: FactorizationFit, table: RatingTable): FactorizationFit {
  return { ...fit, noiseVariance: Math.min(fit.noiseVariance, Math.max(ratingVariance(table), SMALLEST_LIMIT)) };
}

function columnMeans(rows: Float64Array, n: number, K: number): Float64Array {
  const means = new Float64Array(K);
  for (let row = 0; row < n; row += 1) for (let f = 0; f < K; f += 1) means[f]! += rows[row * K + f]! / n;
  return means;
}

function ratingVariance({ r, scale }: RatingTable): number {
  const working = new WorkingScale(scale);
  let sum = 0;
  let squares = 0;
  for (const rating of r) {
    const value = working.toWorking(rating);
    sum += value;
    squares += value * value;
  }
  return squares / r.length - (sum / r.length) ** 2;
}
