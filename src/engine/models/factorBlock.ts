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

/**
 * The coordinate update of one column (models: Rendle 2010 with a variance beside each weight).
 * A_u = Σ (q² + v_q), B_u = Σ (q e − v_q p_u) over the user's ratings; then for each feature j over its rows u:
 * S = Σ x B_u, H = Σ x² A_u, precision = beta H + lambda, m = (beta (S + W_j H) + lambda mu)/precision,
 * d = m − W_j; W_j = m; v(W_j) = 1/precision; p_u += x d; B_u −= x d A_u; v_p += x² (change of variance).
 * At the end e −= (new p − old p) q.
 * @param q the other side's column (ones for the bias) @param vq its variances (zeros for the bias)
 * @param e residuals in CSR order, kept up to date @param beta noise precision
 */
export function updateColumn(block: FactorBlock, f: number, q: Float64Array, vq: Float64Array, e: Float64Array, beta: number): void {
  const p = block.mean[f]!;
  const before = p.slice();
  accumulate(block, p, q, vq, e);
  updateWeights(block, f, beta);
  const { ptr, column, entry } = block.ratings;
  for (let u = 0; u < block.nodes; u += 1) {
    const d = p[u]! - before[u]!;
    for (let z = ptr[u]!; z < ptr[u + 1]!; z += 1) e[entry[z]!]! -= d * q[column[z]!]!;
  }
}

function accumulate(block: FactorBlock, p: Float64Array, q: Float64Array, vq: Float64Array, e: Float64Array): void {
  const { A, B } = block;
  const { ptr, column, entry } = block.ratings;
  for (let u = 0; u < block.nodes; u += 1) {
    const pu = p[u]!;
    let a = 0;
    let b = 0;
    for (let z = ptr[u]!; z < ptr[u + 1]!; z += 1) {
      const i = column[z]!;
      const qi = q[i]!;
      const vqi = vq[i]!;
      a += qi * qi + vqi;
      b += qi * e[entry[z]!]! - vqi * pu;
    }
    A[u] = a;
    B[u] = b;
  }
}

function updateWeights(block: FactorBlock, f: number, beta: number): void {
  const { A, B } = block;
  const { ptr, rows, x, group, features } = block.features;
  const p = block.mean[f]!;
  const vp = block.variance[f]!;
  const W = block.W[f]!;
  const vW = block.varianceW[f]!;
  const mu = block.mu[f]!;
  const lambda = block.lambda[f]!;
  for (let j = 0; j < features; j += 1) {
    const start = ptr[j]!;
    const end = ptr[j + 1]!;
    let S = 0;
    let H = 0;
    for (let z = start; z < end; z += 1) {
      const u = rows[z]!;
      const xz = x[z]!;
      S += xz * B[u]!;
      H += xz * xz * A[u]!;
    }
    const g = group[j]!;
    const precision = beta * H + lambda[g]!;
    const m = (beta * (S + W[j]! * H) + lambda[g]! * mu[g]!) / precision;
    const d = m - W[j]!;
    const dv = 1 / precision - vW[j]!;
    W[j] = m;
    vW[j] = 1 / precision;
    for (let z = start; z < end; z += 1) {
      const u = rows[z]!;
      const xz = x[z]!;
      p[u]! += xz * d;
      B[u]! -= xz * d * A[u]!;
      vp[u]! += xz * xz * dv;
    }
  }
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
