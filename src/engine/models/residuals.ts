import { type FactorBlock, sumOverRatings } from './factorBlock.ts';
import { followAndScatter, followAndSum } from './ratingLoops.ts';

/**
 * What the factors leave of each rating, e = r − (m0 + b_u + c_i + p_u·q_i), and the sums over it that the next block needs.
 *
 * A column costs two passes over the ratings, both in the order by user: each lets e follow the block that has just moved and
 * gathers A and B of the one that moves next. Reading e by movie would jump through memory; the sums of all movies stay in
 * the cache, so that they are scattered instead. The precision of a rating is ω = beta_u beta_i.
 */
export class Residuals {
  readonly e: Float64Array; // [ratings] CSR order
  private readonly users: FactorBlock;
  private readonly movies: FactorBlock;

  /** @param r working ratings in CSR order */
  constructor(r: Float64Array, m0: number, users: FactorBlock, movies: FactorBlock) {
    this.users = users;
    this.movies = movies;
    this.e = r.map((value) => value - m0);
    // At the start every column counts as having just moved from 0.
    const bias = users.mean.length - 1;
    for (let f = 0; f <= bias; f += 1) {
      users.change.set(users.mean[f]!);
      this.passToMovies(f);
    }
    movies.change.set(movies.mean[bias]!);
    this.passToUsers(bias, bias);
  }

  /** Every column once, the bias first, the users before the movies: `update` moves a block, given its A and B. */
  sweep(update: (block: FactorBlock, f: number) => void): void {
    const { users, movies } = this;
    const bias = users.mean.length - 1;
    const order = [bias, ...Array(bias).keys()];
    this.passToUsers(bias, bias);
    for (const [place, f] of order.entries()) {
      update(users, f);
      this.passToMovies(f);
      update(movies, f);
      this.passToUsers(f, order[place + 1] ?? bias);
    }
  }

  /** e −= shift. */
  shift(shift: number): void {
    const { e } = this;
    for (let t = 0; t < e.length; t += 1) e[t]! -= shift;
  }

  /** e −= d_u q_i, where d_u is how far the users moved in column f; then the sums of the movies. */
  private passToMovies(f: number): void {
    const { users, movies, e } = this;
    const { ptr, column, rows } = users.ratings;
    const q = movies.factor[f]!;
    const weightedP = weigh(users, f);
    movies.B.fill(0);
    for (let u = 0; u < rows; u += 1) {
      followAndScatter(column, ptr[u]!, ptr[u + 1]!, e, users.change[u]!, q, weightedP[u]!, movies.B);
    }
    finish(movies, users);
  }

  /** e −= d_i p_u, where d_i is how far the movies moved in column f; then the sums of the users in column `next`. */
  private passToUsers(f: number, next: number): void {
    const { users, movies, e } = this;
    const { ptr, column, rows } = users.ratings;
    const p = users.factor[f]!;
    const weightedQ = weigh(movies, next);
    for (let u = 0; u < rows; u += 1) {
      users.B[u] = followAndSum(column, ptr[u]!, ptr[u + 1]!, e, p[u]!, movies.change, weightedQ);
    }
    finish(users, movies);
  }
}

/** What the other side sums over its ratings: beta_u (p_u² + v_p), kept, and beta_u p_u. */
function weigh({ factor, factorVariance, precision, weighted, weightedSquare }: FactorBlock, f: number): Float64Array {
  const p = factor[f]!;
  const vp = factorVariance[f]!;
  for (let u = 0; u < p.length; u += 1) {
    weighted[u] = precision[u]! * p[u]!;
    weightedSquare[u] = precision[u]! * (p[u]! * p[u]! + vp[u]!);
  }
  return weighted;
}

/** A of the block that moves next, and its own part of ω, the same in all its ratings; the other's move is done. */
function finish(next: FactorBlock, moved: FactorBlock): void {
  const { nodes, ratings, A, B, precision } = next;
  sumOverRatings(ratings, moved.weightedSquare, A);
  for (let u = 0; u < nodes; u += 1) {
    A[u]! *= precision[u]!;
    B[u]! *= precision[u]!;
  }
  moved.change.fill(0);
}
