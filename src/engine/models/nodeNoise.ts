import type { Random } from '../math/random.ts';
import type { FactorBlock } from './factorBlock.ts';

/**
 * Draws a precision for each user and movie beside the common one: beta_u ~ Gamma((w + n_u)/2, rate (w + beta Σ beta_i e²)/2),
 * then beta_i likewise. A node without ratings keeps 1.
 * @param e residuals in CSR order @param weight w, in ratings: how much speaks for a node's noise being everybody's
 */
export function drawNodePrecisions(
  users: FactorBlock,
  movies: FactorBlock,
  e: Float64Array,
  beta: number,
  weight: number,
  random: Random,
): void {
  const { ptr, column } = users.ratings;
  const squares = new Float64Array(movies.nodes);
  for (let u = 0; u < users.nodes; u += 1) {
    const start = ptr[u]!;
    const end = ptr[u + 1]!;
    if (start === end) continue;
    let sum = 0;
    for (let t = start; t < end; t += 1) sum += movies.precision[column[t]!]! * e[t]! * e[t]!;
    const precision = drawGamma(random, weight + end - start, weight + beta * sum);
    users.precision[u] = precision;
    for (let t = start; t < end; t += 1) squares[column[t]!]! += precision * e[t]! * e[t]!;
  }
  for (let i = 0; i < movies.nodes; i += 1) {
    const n = movies.ratings.ptr[i + 1]! - movies.ratings.ptr[i]!;
    if (n > 0) movies.precision[i] = drawGamma(random, weight + n, weight + beta * squares[i]!);
  }
}

/** Gamma(shape/2, rate/2). */
export function drawGamma(random: Random, shape: number, rate: number): number {
  return random.gamma(shape / 2) / (rate / 2);
}

/** Σ ω, Σ ω e and Σ ω e² over all ratings, ω = beta_u beta_i. */
export function weightedSums(users: FactorBlock, movies: FactorBlock, e: Float64Array): { weight: number; sum: number; squares: number } {
  const { ptr, column } = users.ratings;
  let [weight, sum, squares] = [0, 0, 0];
  for (let u = 0; u < users.nodes; u += 1) {
    const end = ptr[u + 1]!;
    for (let t = ptr[u]!; t < end; t += 1) {
      const omega = users.precision[u]! * movies.precision[column[t]!]!;
      const et = e[t]!;
      weight += omega;
      sum += omega * et;
      squares += omega * et * et;
    }
  }
  return { weight, sum, squares };
}
