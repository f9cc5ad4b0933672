import type { SideRow } from '../data/sideFeatures.ts';
import { nodeLayout } from './nodeLayout.ts';
import { Field, type NodeRecords } from './nodeRecords.ts';
import type { RuleConstants, VectorAndBias } from './rule.ts';

/**
 * What one member of the factorization knows of its users. K = factors + 1, the bias last.
 * The row after the last user always holds the prior of a user about whom nothing is known, so that a stranger
 * is predicted by the same code and nothing is created by asking.
 */
export interface UserRows {
  readonly p: Field; // [users x K] p_u, b_u
  readonly v: Field; // [users x K] their variances
  readonly mood: Field; // [users x 1] x_u
  readonly moodVariance: Field; // [users x 1] v_x
  readonly last: Field; // [users x 1] time of the last rating, seconds; NaN: unknown
  readonly implicitSum: Field; // [users x K] Y_u
  readonly implicitCount: Field; // [users x 1] n_u
}

/** What stays as it is when a user's side is replayed. */
export interface UserContext {
  readonly priorVariance: Field; // [users x K] V0
  readonly eta: Field; // [users x 1] noise offset
}

export interface MovieRows {
  readonly q: Field; // [movies x K] q_i, c_i
  readonly v: Field; // [movies x K]
  readonly implicit: Field; // [movies x K] y_i
  readonly priorVariance: Field; // [movies x K] V0
  readonly eta: Field; // [movies x 1]
}

/** The prior of one kind of node: own group's mean and variance plus weights of side features. */
export interface NodePrior {
  readonly mean: Float64Array; // [K]
  readonly variance: Float64Array; // [K]
  readonly sideMean: Float64Array; // [side features x K]
  readonly sideVariance: Float64Array; // [side features x K]
}

export function userRows(records: NodeRecords, K: number): UserRows {
  const layout = nodeLayout(K);
  return {
    p: new Field(records, 0, K),
    v: new Field(records, layout.variance, K),
    mood: new Field(records, layout.mood, 1),
    moodVariance: new Field(records, layout.moodVariance, 1),
    last: new Field(records, layout.last, 1),
    implicitSum: new Field(records, layout.implicit, K),
    implicitCount: new Field(records, layout.implicitCount, 1),
  };
}

export function userContext(records: NodeRecords, K: number): UserContext {
  const { prior, eta } = nodeLayout(K);
  return { priorVariance: new Field(records, prior, K), eta: new Field(records, eta, 1) };
}

export function movieRows(records: NodeRecords, K: number): MovieRows {
  const { variance, implicit, prior, eta } = nodeLayout(K);
  return {
    q: new Field(records, 0, K),
    v: new Field(records, variance, K),
    implicit: new Field(records, implicit, K),
    priorVariance: new Field(records, prior, K),
    eta: new Field(records, eta, 1),
  };
}

/** Copies everything that is known of one user. */
export function copyUser(from: UserRows, to: UserRows, u: number): void {
  for (const name of Object.keys(from) as (keyof UserRows)[]) to[name].write(u, from[name].read(u));
}

/** Prior mean and V0 of a node with these side features: mu + Σ x side weight, 1/lambda + Σ x² their variance. */
export function priorOf(prior: NodePrior, side: SideRow): { mean: Float64Array; variance: Float64Array } {
  const K = prior.mean.length;
  const mean = prior.mean.slice();
  const variance = prior.variance.slice();
  side.columns.forEach((column, place) => {
    const x = side.x[place]!;
    for (let f = 0; f < K; f += 1) {
      mean[f]! += x * prior.sideMean[column * K + f]!;
      variance[f]! += x * x * prior.sideVariance[column * K + f]!;
    }
  });
  return { mean, variance };
}

/** `values` times the vector's scale, the last one times the bias's. */
export function scaled(values: Float64Array, scale: VectorAndBias): Float64Array {
  const bias = values.length - 1;
  return values.map((value, f) => value * (f === bias ? scale.bias : scale.vector));
}

/** Largest variance of a node's factors as a multiple of V0: the greater of the known and the new scale. */
export function varianceBound(constants: RuleConstants, node: 'User' | 'Movie'): VectorAndBias {
  const known = constants[`known${node}`];
  const fresh = constants[`new${node}`];
  return { vector: Math.max(known.vector, fresh.vector), bias: Math.max(known.bias, fresh.bias) };
}

/** Weight of each part of an implicit sum: 1/√n_u, 0 if n_u = 0. */
export function implicitWeight(n: number): number {
  return n > 0 ? 1 / Math.sqrt(n) : 0;
}
