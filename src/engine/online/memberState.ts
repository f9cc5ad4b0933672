import { copyRow, Rows } from '../data/growable.ts';
import type { SideRow } from '../data/sideFeatures.ts';
import type { RuleConstants, VectorAndBias } from './rule.ts';

/**
 * What one member of the factorization knows of its users. K = factors + 1, the bias last.
 * The row after the last user always holds the prior of a user about whom nothing is known, so that a stranger
 * is predicted by the same code and nothing is created by asking.
 */
export interface UserRows {
  readonly p: Rows; // [users x K] p_u, b_u
  readonly v: Rows; // [users x K] their variances
  readonly mood: Rows; // [users x 1] x_u
  readonly moodVariance: Rows; // [users x 1] v_x
  readonly last: Rows; // [users x 1] time of the last rating, seconds; NaN: unknown
  readonly implicitSum: Rows; // [users x K] Y_u
  readonly implicitCount: Rows; // [users x 1] n_u
}

/** What stays as it is when a user's side is replayed. */
export interface UserContext {
  readonly priorVariance: Rows; // [users x K] V0
  readonly eta: Rows; // [users x 1] noise offset
}

export interface MovieRows {
  readonly q: Rows; // [movies x K] q_i, c_i
  readonly v: Rows; // [movies x K]
  readonly implicit: Rows; // [movies x K] y_i
  readonly priorVariance: Rows; // [movies x K] V0
  readonly eta: Rows; // [movies x 1]
}

/** The prior of one kind of node: own group's mean and variance plus weights of side features. */
export interface NodePrior {
  readonly mean: Float64Array; // [K]
  readonly variance: Float64Array; // [K]
  readonly sideMean: Float64Array; // [side features x K]
  readonly sideVariance: Float64Array; // [side features x K]
}

export function newUserRows(K: number): UserRows {
  return {
    p: new Rows(K),
    v: new Rows(K),
    mood: new Rows(1),
    moodVariance: new Rows(1),
    last: new Rows(1),
    implicitSum: new Rows(K),
    implicitCount: new Rows(1),
  };
}

export function newUserContext(K: number): UserContext {
  return { priorVariance: new Rows(K), eta: new Rows(1) };
}

export function newMovieRows(K: number): MovieRows {
  return { q: new Rows(K), v: new Rows(K), implicit: new Rows(K), priorVariance: new Rows(K), eta: new Rows(1) };
}

export function reserve(rows: object, count: number): void {
  for (const part of Object.values(rows) as Rows[]) part.reserve(count);
}

/** Copies everything that is known of one user. */
export function copyUser(from: UserRows, to: UserRows, u: number): void {
  for (const name of Object.keys(from) as (keyof UserRows)[]) copyRow(from[name], to[name], u);
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
