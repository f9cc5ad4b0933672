import { FIRST_SIDE_GROUP, IMPLICIT_GROUP, OWN_GROUP } from '../data/featureMatrix.ts';
import type { Random } from '../math/random.ts';
import { composeColumn, type FactorBlock, sumOverRatings } from './factorBlock.ts';
import { subtractAt, sumBothAt } from './ratingLoops.ts';

/**
 * The coordinate update of one column's weights, on the letters of a user block, given A_u and B_u. For each feature j
 * over its rows u: S = Σ x B_u, H = Σ x² A_u, precision = beta H + lambda, m = (beta (S + W_j H) + lambda mu)/precision,
 * for a draw plus N(0,1)/√precision; d = m − W_j; W_j = m; v(W_j) = 1/precision; p_u += x d; B_u −= x d A_u;
 * v_p = Σ x² v(W). The three kinds of group differ in their x alone. p's change is kept for the residuals.
 * @param beta noise precision @param random makes the update a draw from the posterior instead of its mean
 */
export function updateWeights(block: FactorBlock, f: number, beta: number, random: Random | null): void {
  const column = new ColumnPosterior(block, f, beta, random);
  updateOwn(block, column);
  updateImplicit(block, column);
  updateSide(block, column);
  const { change } = block;
  const p = block.mean[f]!;
  for (let u = 0; u < block.nodes; u += 1) p[u]! += change[u]!;
  // Draws have no variance.
  if (random === null) composeColumn(block.squared, block.ratings, block.varianceW[f]!, block.variance[f]!);
}

/** What each weight of a column is, given all the others. */
class ColumnPosterior {
  private readonly W: Float64Array; // [features]
  private readonly varianceW: Float64Array; // [features]
  private readonly mu: Float64Array; // [groups]
  private readonly lambda: Float64Array; // [groups]
  private readonly beta: number;
  private readonly random: Random | null;

  constructor(block: FactorBlock, f: number, beta: number, random: Random | null) {
    this.W = block.W[f]!;
    this.varianceW = block.varianceW[f]!;
    this.mu = block.mu[f]!;
    this.lambda = block.lambda[f]!;
    this.beta = beta;
    this.random = random;
  }

  /** Puts feature j of group g to its mean, or draws it. @returns d, its change */
  renew(j: number, g: number, S: number, H: number): number {
    const { W, beta, random } = this;
    const lambda = this.lambda[g]!;
    const old = W[j]!;
    const precision = beta * H + lambda;
    let m = (beta * (S + old * H) + lambda * this.mu[g]!) / precision;
    if (random === null) this.varianceW[j] = 1 / precision;
    else m += random.normal() / Math.sqrt(precision);
    W[j] = m;
    return m - old;
  }
}

/** One-hot features: one row each, x = 1, S = B_u, H = A_u. */
function updateOwn({ nodes, A, B, change }: FactorBlock, column: ColumnPosterior): void {
  for (let u = 0; u < nodes; u += 1) {
    const d = column.renew(u, OWN_GROUP, B[u]!, A[u]!);
    change[u]! += d;
    B[u]! -= d * A[u]!;
  }
}

/**
 * Implicit features: x = 1/√n_u in all of a row. With A'_u = A_u/n_u and B'_u = B_u/√n_u, side by side in BA, the loops need
 * no x: S = Σ B'_u, H = Σ A'_u, B'_u −= d A'_u. At the end p_u += Σ d/√n_u, over the features of u.
 */
function updateImplicit(block: FactorBlock, column: ColumnPosterior): void {
  const { nodes, ratings, A, B, change } = block;
  const { ptr, rows, implicitX, groupStart } = block.features;
  const first = groupStart[IMPLICIT_GROUP]!;
  const end = groupStart[FIRST_SIDE_GROUP]!;
  const BA = new Float64Array(2 * nodes);
  const SH = new Float64Array(2);
  const d = new Float64Array(end - first);
  for (let u = 0; u < nodes; u += 1) {
    BA[2 * u] = B[u]! * implicitX[u]!;
    BA[2 * u + 1] = A[u]! * implicitX[u]! * implicitX[u]!;
  }
  for (let j = first; j < end; j += 1) {
    const from = ptr[j]!;
    const to = ptr[j + 1]!;
    sumBothAt(rows, from, to, BA, SH);
    const dj = column.renew(j, IMPLICIT_GROUP, SH[0]!, SH[1]!);
    subtractAt(rows, from, to, dj, BA);
    d[j - first] = dj;
  }
  const moved = new Float64Array(nodes);
  sumOverRatings(ratings, d, moved);
  for (let u = 0; u < nodes; u += 1) {
    const du = implicitX[u]! * moved[u]!;
    change[u]! += du;
    B[u]! -= du * A[u]!;
  }
}

/** Side features: any rows, any x. */
function updateSide({ features, A, B, change }: FactorBlock, column: ColumnPosterior): void {
  const { ptr, rows, x, group, groupStart } = features;
  for (let j = groupStart[FIRST_SIDE_GROUP]!; j < features.features; j += 1) {
    const from = ptr[j]!;
    const to = ptr[j + 1]!;
    let S = 0;
    let H = 0;
    for (let z = from; z < to; z += 1) {
      const u = rows[z]!;
      S += x[z]! * B[u]!;
      H += x[z]! * x[z]! * A[u]!;
    }
    const d = column.renew(j, group[j]!, S, H);
    for (let z = from; z < to; z += 1) {
      const u = rows[z]!;
      change[u]! += x[z]! * d;
      B[u]! -= x[z]! * d * A[u]!;
    }
  }
}
