import { type FeatureMatrix, FIRST_SIDE_GROUP, IMPLICIT_GROUP, squaredWeights } from '../data/featureMatrix.ts';
import type { SparseRows } from '../data/sparse.ts';
import type { Random } from '../math/random.ts';
import { sumAt } from './ratingLoops.ts';

/**
 * One side of a factorization while it is fitted. Arrays are one per column f (factors, then the bias), since one
 * column at a time is updated. Letters are those of a user block; the movie block is symmetric.
 */
export interface FactorBlock {
  readonly nodes: number;
  readonly features: FeatureMatrix;
  /** The same features with x² in place of x. */
  readonly squared: FeatureMatrix;
  readonly ratings: SparseRows;
  readonly W: Float64Array[]; // [K][features] mean of each feature's weight
  readonly varianceW: Float64Array[]; // [K][features]
  readonly mean: Float64Array[]; // [K][nodes] p = Σ x W
  readonly variance: Float64Array[]; // [K][nodes] v_p = Σ x² v(W)
  /** What the other side's column is multiplied by: the mean and the variance; for the bias ones without variance. */
  readonly factor: Float64Array[]; // [K][nodes]
  readonly factorVariance: Float64Array[]; // [K][nodes]
  readonly mu: Float64Array[]; // [K][groups]
  readonly lambda: Float64Array[]; // [K][groups]
  /** Precision of a node's ratings, relative to the common one. */
  readonly precision: Float64Array; // [nodes] beta_u
  /** Sums over each node's ratings, of the column that is updated next. */
  readonly A: Float64Array; // [nodes] Σ ω (q² + v_q)
  readonly B: Float64Array; // [nodes] Σ ω q e; of means less p V
  readonly V: Float64Array; // [nodes] Σ v_q; 0 when sampling
  /** What the other side's A and B are sums of. */
  readonly weightedSquare: Float64Array; // [nodes] beta_u (p² + v_p)
  readonly weighted: Float64Array; // [nodes] beta_u p
  /** How far p has moved since the residuals last followed it; 0 before an update. */
  readonly change: Float64Array; // [nodes]
}

export interface BlockStart {
  readonly factors: number;
  readonly initialSpread: number;
  readonly initialVariance: number;
  readonly initialPrecision: number;
}

export function newBlock(features: FeatureMatrix, ratings: SparseRows, start: BlockStart, random: Random): FactorBlock {
  const { nodes } = features;
  const columns = (length: number, value = 0) => Array.from({ length: start.factors + 1 }, () => new Float64Array(length).fill(value));
  const [mean, variance] = [columns(nodes), columns(nodes)];
  const block: FactorBlock = {
    nodes,
    features,
    squared: squaredWeights(features),
    ratings,
    W: columns(features.features),
    varianceW: columns(features.features, start.initialVariance),
    mean,
    variance,
    factor: mean.with(start.factors, new Float64Array(nodes).fill(1)),
    factorVariance: variance.with(start.factors, new Float64Array(nodes)),
    mu: columns(features.groups),
    lambda: columns(features.groups, start.initialPrecision),
    precision: new Float64Array(nodes).fill(1),
    A: new Float64Array(nodes),
    B: new Float64Array(nodes),
    V: new Float64Array(nodes),
    weightedSquare: new Float64Array(nodes),
    weighted: new Float64Array(nodes),
    change: new Float64Array(nodes),
  };
  // Biases start at 0: a random start there costs accuracy on small data.
  for (let f = 0; f < start.factors; f += 1) {
    for (let j = 0; j < features.features; j += 1) block.W[f]![j] = start.initialSpread * random.normal();
  }
  recompose(block);
  return block;
}

/** p = Σ_j x_j W_j and v_p = Σ_j x_j² v(W_j), for every node and column. */
export function recompose(block: FactorBlock): void {
  for (let f = 0; f < block.W.length; f += 1) {
    composeColumn(block.features, block.ratings, block.W[f]!, block.mean[f]!);
    composeColumn(block.squared, block.ratings, block.varianceW[f]!, block.variance[f]!);
  }
}

/** p_u = Σ_j x_uj W_j of every node, into `p`. @param ratings by this kind of node */
export function composeColumn(features: FeatureMatrix, ratings: SparseRows, W: Float64Array, p: Float64Array): void {
  const { nodes, implicitX, ptr, rows, x, groupStart } = features;
  sumOverRatings(ratings, W.subarray(groupStart[IMPLICIT_GROUP]), p);
  for (let u = 0; u < nodes; u += 1) p[u] = W[u]! + implicitX[u]! * p[u]!;
  for (let j = groupStart[FIRST_SIDE_GROUP]!; j < features.features; j += 1) {
    const w = W[j]!;
    const end = ptr[j + 1]!;
    for (let z = ptr[j]!; z < end; z += 1) p[rows[z]!]! += x[z]! * w;
  }
}

/** Σ_i values_i over the nodes i on the other side of each node's ratings, into `sums`. */
export function sumOverRatings({ rows, ptr, column }: SparseRows, values: Float64Array, sums: Float64Array): void {
  for (let u = 0; u < rows; u += 1) sums[u] = sumAt(column, ptr[u]!, ptr[u + 1]!, values);
}

/** Columns `from` .. `to - 1` of arrays by factor, turned to [nodes x K]. */
export function nodeMajor(byColumn: readonly Float64Array[], from: number, to: number): Float64Array {
  const K = byColumn.length;
  const rows = new Float64Array((to - from) * K);
  for (let f = 0; f < K; f += 1) for (let n = from; n < to; n += 1) rows[(n - from) * K + f] = byColumn[f]![n]!;
  return rows;
}

/** One group's value in every column. */
export function groupValues(byColumn: readonly Float64Array[], group: number): Float64Array {
  return Float64Array.from(byColumn, (column) => column[group]!);
}
