import { FIRST_SIDE_GROUP, IMPLICIT_GROUP, OWN_GROUP } from '../data/featureMatrix.ts';
import type { SparsePair, SparseRows } from '../data/sparse.ts';
import type { Random } from '../math/random.ts';
import { type FactorBlock, groupValues, newBlock, nodeMajor, unitColumn } from './factorBlock.ts';
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
 * (`updateColumn`); then beta_u ~ Gamma((20+n_u)/2, rate (20 + beta Σ beta_i e²)/2), beta_i likewise, ω = beta_u beta_i.
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
  const bias = options.factors;
  const start = { ...options, initialVariance: 0 };
  const users = newBlock(data.users, ratings.byUser, start, random);
  const movies = newBlock(data.movies, ratings.byMovie, start, random);
  const noise = new NodeNoise(ratings, options.noisePriorWeight);
  const unit = unitColumn(Math.max(users.nodes, movies.nodes));
  const draw = { random, omega: noise.omega };
  const kept = { users: new KeptDraws(users), movies: new KeptDraws(movies), m0: 0, logBeta: 0 };

  let m0 = meanOf(r);
  const e = residuals(r, m0, users, movies, ratings.byUser);
  for (let sweep = 0; sweep < options.sweeps; sweep += 1) {
    m0 += shiftToMean(e, noise.omega);
    const beta = drawGamma(random, 1 + e.length, 1 + weightedSquares(e, noise.omega));
    for (const f of [bias, ...Array(options.factors).keys()]) {
      drawHyper(users, f, random);
      updateColumn(users, f, f === bias ? unit : { q: movies.mean[f]!, vq: movies.variance[f]! }, e, beta, draw);
      drawHyper(movies, f, random);
      updateColumn(movies, f, f === bias ? unit : { q: users.mean[f]!, vq: users.variance[f]! }, e, beta, draw);
    }
    if (sweep >= options.sharedNoiseSweeps) noise.draw(e, beta, random);
    if (sweep >= options.dropped) {
      kept.users.add(noise.users);
      kept.movies.add(noise.movies);
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

/** A precision for each user and movie beside the common one; a node without ratings keeps 1. */
class NodeNoise {
  readonly users: Float64Array; // [users] beta_u
  readonly movies: Float64Array; // [movies] beta_i
  readonly omega: Float64Array; // [ratings] beta_u beta_i, CSR order
  private readonly ratings: SparsePair;
  private readonly weight: number;

  constructor(ratings: SparsePair, weight: number) {
    this.ratings = ratings;
    this.weight = weight;
    this.users = new Float64Array(ratings.byUser.rows).fill(1);
    this.movies = new Float64Array(ratings.byMovie.rows).fill(1);
    this.omega = new Float64Array(ratings.order.length).fill(1);
  }

  draw(e: Float64Array, beta: number, random: Random): void {
    this.drawSide(this.users, this.movies, this.ratings.byUser, e, beta, random);
    this.drawSide(this.movies, this.users, this.ratings.byMovie, e, beta, random);
    const { ptr, column, rows } = this.ratings.byUser;
    for (let u = 0; u < rows; u += 1) {
      for (let t = ptr[u]!; t < ptr[u + 1]!; t += 1) this.omega[t] = this.users[u]! * this.movies[column[t]!]!;
    }
  }

  private drawSide(own: Float64Array, other: Float64Array, sparse: SparseRows, e: Float64Array, beta: number, random: Random): void {
    const { ptr, column, entry, rows } = sparse;
    for (let node = 0; node < rows; node += 1) {
      const n = ptr[node + 1]! - ptr[node]!;
      if (n === 0) continue;
      let squares = 0;
      for (let z = ptr[node]!; z < ptr[node + 1]!; z += 1) squares += other[column[z]!]! * e[entry[z]!]! ** 2;
      own[node] = drawGamma(random, this.weight + n, this.weight + beta * squares);
    }
  }
}

/** Sums over the kept draws of one side, for their means and variances. */
class KeptDraws {
  private readonly block: FactorBlock;
  private readonly W: Moments;
  private readonly nodes: Moments;
  private readonly mu: Moments;
  private readonly priorVariance: Moments;
  private readonly logPrecision: Float64Array; // [nodes] sum of log beta_u
  private n = 0;

  constructor(block: FactorBlock) {
    this.block = block;
    this.W = new Moments(block.W);
    this.nodes = new Moments(block.mean);
    this.mu = new Moments(block.mu);
    this.priorVariance = new Moments(block.lambda);
    this.logPrecision = new Float64Array(block.nodes);
  }

  add(precision: Float64Array): void {
    this.n += 1;
    this.W.add(this.block.W);
    this.nodes.add(this.block.mean);
    this.mu.add(this.block.mu);
    this.priorVariance.add(this.block.lambda.map((column) => column.map((lambda) => 1 / lambda)));
    for (let node = 0; node < precision.length; node += 1) this.logPrecision[node]! += Math.log(precision[node]!);
  }

  side(): FactorSide {
    const { groupStart, features } = this.block.features;
    const implicitStart = groupStart[IMPLICIT_GROUP]!;
    const sideStart = groupStart[FIRST_SIDE_GROUP]!;
    const mu = this.mu.means();
    const weights = this.W.means();
    return {
      mean: nodeMajor(this.nodes.means(), 0, this.block.nodes),
      variance: nodeMajor(this.nodes.variances(), 0, this.block.nodes),
      ownMean: groupValues(mu, OWN_GROUP),
      ownVariance: groupValues(this.priorVariance.means(), OWN_GROUP),
      sideMean: nodeMajor(weights, sideStart, features),
      sideVariance: nodeMajor(this.W.variances(), sideStart, features),
      implicit: nodeMajor(weights, implicitStart, sideStart),
      implicitMean: groupValues(mu, IMPLICIT_GROUP),
      noiseOffset: this.logPrecision.map((sum) => -sum / this.n),
    };
  }
}

/** Mean and variance of arrays by column, over what was added. */
class Moments {
  private readonly first: Float64Array[];
  private readonly second: Float64Array[];
  private n = 0;

  constructor(like: readonly Float64Array[]) {
    this.first = like.map((column) => new Float64Array(column.length));
    this.second = like.map((column) => new Float64Array(column.length));
  }

  add(columns: readonly Float64Array[]): void {
    this.n += 1;
    for (let f = 0; f < columns.length; f += 1) {
      const [column, first, second] = [columns[f]!, this.first[f]!, this.second[f]!];
      for (let at = 0; at < column.length; at += 1) {
        const value = column[at]!;
        first[at]! += value;
        second[at]! += value * value;
      }
    }
  }

  means(): Float64Array[] {
    return this.first.map((column) => column.map((sum) => sum / this.n));
  }

  variances(): Float64Array[] {
    return this.second.map((column, f) => column.map((squares, at) => Math.max(squares / this.n - (this.first[f]![at]! / this.n) ** 2, 0)));
  }
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

/** Gamma(shape/2, rate/2). */
function drawGamma(random: Random, shape: number, rate: number): number {
  return random.gamma(shape / 2) / (rate / 2);
}

/** Takes the weighted mean off the residuals. @returns the mean */
function shiftToMean(e: Float64Array, omega: Float64Array): number {
  let sum = 0;
  let weight = 0;
  for (let t = 0; t < e.length; t += 1) {
    sum += omega[t]! * e[t]!;
    weight += omega[t]!;
  }
  const shift = weight === 0 ? 0 : sum / weight;
  for (let t = 0; t < e.length; t += 1) e[t]! -= shift;
  return shift;
}

function weightedSquares(e: Float64Array, omega: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < e.length; t += 1) sum += omega[t]! * e[t]! * e[t]!;
  return sum;
}
