import type { FeatureMatrix } from '../data/featureMatrix.ts';
import type { SparseRows } from '../data/sparse.ts';
import type { Random } from '../math/random.ts';

/**
 * One side of a factorization while it is fitted. Arrays are one per column f (factors, then the bias), since one
 * column at a time is updated. Letters are those of a user block; the movie block is symmetric.
 */
export interface FactorBlock {
  readonly nodes: number;
  readonly features: FeatureMatrix;
  readonly ratings: SparseRows;
  readonly W: Float64Array[]; // [K][features] mean of each feature's weight
  readonly varianceW: Float64Array[]; // [K][features]
  readonly mean: Float64Array[]; // [K][nodes] p = Σ x W
  readonly variance: Float64Array[]; // [K][nodes] v_p = Σ x² v(W)
  readonly mu: Float64Array[]; // [K][groups]
  readonly lambda: Float64Array[]; // [K][groups]
  readonly A: Float64Array; // [nodes] scratch
  readonly B: Float64Array; // [nodes] scratch
}

export interface BlockStart {
  readonly factors: number;
  readonly initialSpread: number;
  readonly initialVariance: number;
  readonly initialPrecision: number;
}

export function newBlock(features: FeatureMatrix, ratings: SparseRows, start: BlockStart, random: Random): FactorBlock {
  const columns = (length: number, value = 0) => Array.from({ length: start.factors + 1 }, () => new Float64Array(length).fill(value));
  const block: FactorBlock = {
    nodes: features.nodes,
    features,
    ratings,
    W: columns(features.features),
    varianceW: columns(features.features, start.initialVariance),
    mean: columns(features.nodes),
    variance: columns(features.nodes),
    mu: columns(features.groups),
    lambda: columns(features.groups, start.initialPrecision),
    A: new Float64Array(features.nodes),
    B: new Float64Array(features.nodes),
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
  const { ptr, rows, x, features } = block.features;
  for (let f = 0; f < block.W.length; f += 1) {
    const p = block.mean[f]!.fill(0);
    const vp = block.variance[f]!.fill(0);
    const W = block.W[f]!;
    const vW = block.varianceW[f]!;
    for (let j = 0; j < features; j += 1) {
      for (let z = ptr[j]!; z < ptr[j + 1]!; z += 1) {
        const xz = x[z]!;
        p[rows[z]!]! += xz * W[j]!;
        vp[rows[z]!]! += xz * xz * vW[j]!;
      }
    }
  }
}

/** Columns `from` .. `to - 1` of arrays by factor, turned to [nodes x K]. */
export function nodeMajor(byColumn: readonly Float64Array[], from: number, to: number): Float64Array {
  const K = byColumn.length;
  const rows = new Float64Array((to - from) * K);
  for (let f = 0; f < K; f += 1) for (let n = from; n < to; n += 1) rows[(n - from) * K + f] = byColumn[f]![n]!;
  return rows;
}

/** Columns of ones without variance: what a bias is multiplied by. */
export function unitColumn(nodes: number): { q: Float64Array; vq: Float64Array } {
  return { q: new Float64Array(nodes).fill(1), vq: new Float64Array(nodes) };
}

/** One group's value in every column. */
export function groupValues(byColumn: readonly Float64Array[], group: number): Float64Array {
  return Float64Array.from(byColumn, (column) => column[group]!);
}
