import { sharedCopy } from '../data/sharedArray.ts';
import { choleskyFactor, choleskySolve } from '../math/cholesky.ts';
import type { Random } from '../math/random.ts';
import type { GradedMatrix } from './grades.ts';

export interface ImplicitAlsOptions {
  /** k: numbers of each user and movie. Twice as many rank better by .001 and take twice as long to follow a rating. */
  readonly factors: number;
  /** Confidence in "not picked", for every pair; a rating adds its grade. */
  readonly unseenWeight: number;
  /** Ridge of an average user; see `fitImplicitAls`. */
  readonly ridge: number;
  readonly sweeps: number;
  /** Standard deviation of the first movie vectors is this over √k. */
  readonly init: number;
}

export const IMPLICIT_ALS_DEFAULTS: ImplicitAlsOptions = { factors: 32, unseenWeight: 0.1, ridge: 5, sweeps: 5, init: 0.1 };

/** What a fit leaves: all that it takes to fold a user in. */
export interface ImplicitAlsFit {
  readonly factors: number;
  /** y_i; 0 for a movie without ratings. */
  readonly vectors: Float32Array; // [movies x k]
  /** Unseen weight × YᵀY, lower triangle. */
  readonly gram: Float64Array; // [k x k]
  /** The ridge of a user with n ratings is `ridge` × √(n + unseen). */
  readonly ridge: number;
  /** Unseen weight × number of movies. */
  readonly unseen: number;
}

type Vectors = Float64Array | Float32Array;

/** One side's normal equations, filled anew for every node. */
interface Workspace {
  readonly A: Float64Array; // [k x k]
  readonly b: Float64Array; // [k]
  /** The ratings that are added together: where their vectors begin, and their weights. */
  readonly start: Int32Array; // [TOGETHER]
  readonly weight: Float64Array; // [TOGETHER]
}

const TOGETHER = 4;

/**
 * Matrix factorization of what was picked, all unseen pairs included.
 *
 * Prediction: score_ui = z_u · y_i.
 * Loss: Σ_rated x_ui (1 − z·y)² + w0 Σ_all (z·y)² + ridge Σ_nodes √(n + w0 N) ‖vector‖², with the grade x_ui for confidence and
 * N nodes on the other side; ridge is divided by the mean of that root over users, so that it is a user's on average.
 * Update, users and movies in turn: z_u = A_u⁻¹ Σ_i x_ui y_i, A_u = w0 YᵀY + Σ_i x_ui y_i y_iᵀ + ridge √(n_u + w0 N) I.
 * Hu, Koren and Volinsky 2008, Collaborative filtering for implicit feedback datasets; Rendle and others 2021, Revisiting the
 * performance of iALS, for the frequency-scaled ridge.
 */
export function fitImplicitAls(X: GradedMatrix, options: ImplicitAlsOptions, random: Random): ImplicitAlsFit {
  const { users, movies, rows, x } = X;
  const { factors: k, unseenWeight: w0 } = options;
  const ridge = options.ridge / meanRoot(X, w0);
  const Z = new Float64Array(users * k);
  const Y = Float64Array.from({ length: movies * k }, () => (random.normal() * options.init) / Math.sqrt(k));
  const work = newWorkspace(k);
  const byMovie = Float64Array.from(rows.byMovie.entry, (entry) => x[entry]!);
  for (let sweep = 0; sweep < options.sweeps; sweep += 1) {
    solveSide(rows.byUser, x, gramOfRows(Y, k, w0), w0 * movies);
    solveSide(rows.byMovie, byMovie, gramOfRows(Z, k, w0), w0 * users);
  }
  const vectors = sharedCopy(Float32Array.from(Y));
  return { factors: k, vectors, gram: gramOfRows(vectors, k, w0), ridge, unseen: w0 * movies };

  /** The vectors of all nodes of one side, from the present ones of the other. */
  function solveSide(side: typeof rows.byUser, weights: Float64Array, gram: Float64Array, unseen: number): void {
    const [own, other] = side === rows.byUser ? [Z, Y] : [Y, Z];
    for (let node = 0; node < side.rows; node += 1) {
      const [from, to] = [side.ptr[node]!, side.ptr[node + 1]!];
      if (from === to) own.fill(0, node * k, (node + 1) * k);
      else {
        startNode(work, gram, k, ridge * Math.sqrt(to - from + unseen));
        addRatings(work, other, side.column, weights, from, to);
        choleskyFactor(work.A, k);
        choleskySolve(work.A, k, work.b);
        own.set(work.b, node * k);
      }
    }
  }
}

/** A user of an implicit ALS: z_u, and what explains it. */
export interface FoldedUser {
  readonly z: Float64Array; // [k]
  /** Replaces y [k] by A_u⁻¹ y: a rating with weight c of movie i brings c y_jᵀ A_u⁻¹ y_i to movie j. */
  readonly solve: (y: Float64Array) => void;
}

/**
 * The vector of one user by the fit's own normal equations, movies as they are.
 * @param i movies that the user rated @param c their weights @param vectors y_i of every movie, those new since the fit too
 */
export function foldIn(fit: ImplicitAlsFit, i: ArrayLike<number>, c: ArrayLike<number>, vectors: Float32Array): FoldedUser {
  const { factors: k, gram, ridge, unseen } = fit;
  const work = newWorkspace(k);
  startNode(work, gram, k, ridge * Math.sqrt(i.length + unseen));
  addRatings(work, vectors, i, c, 0, i.length);
  choleskyFactor(work.A, k);
  choleskySolve(work.A, k, work.b);
  return { z: work.b, solve: (y) => choleskySolve(work.A, k, y) };
}

function newWorkspace(k: number): Workspace {
  return { A: new Float64Array(k * k), b: new Float64Array(k), start: new Int32Array(TOGETHER), weight: new Float64Array(TOGETHER) };
}

function startNode({ A, b }: Workspace, gram: Float64Array, k: number, ridge: number): void {
  A.set(gram);
  b.fill(0);
  for (let f = 0; f < k; f += 1) A[f * k + f]! += ridge;
}

/** A += Σ c y yᵀ (lower triangle), b += Σ c y, over the ratings [from, to); four at a time, which reads and writes A a quarter as often. */
function addRatings(work: Workspace, vectors: Vectors, rows: ArrayLike<number>, c: ArrayLike<number>, from: number, to: number): void {
  const k = work.b.length;
  const { start, weight } = work;
  for (let t = from; t < to; t += TOGETHER) {
    for (let r = 0; r < TOGETHER; r += 1) {
      start[r] = t + r < to ? rows[t + r]! * k : 0;
      weight[r] = t + r < to ? c[t + r]! : 0;
    }
    addFour(work, vectors, k);
  }
}

/** Four ratings, by where their vectors begin; a weight of 0 stands for none. */
function addFour({ A, b, start, weight }: Workspace, vectors: Vectors, k: number): void {
  const [v0, v1, v2, v3] = [start[0]!, start[1]!, start[2]!, start[3]!];
  for (let f = 0; f < k; f += 1) {
    const x0 = weight[0]! * vectors[v0 + f]!;
    const x1 = weight[1]! * vectors[v1 + f]!;
    const x2 = weight[2]! * vectors[v2 + f]!;
    const x3 = weight[3]! * vectors[v3 + f]!;
    b[f]! += x0 + x1 + x2 + x3;
    const row = f * k;
    for (let g = 0; g <= f; g += 1) {
      A[row + g]! += x0 * vectors[v0 + g]! + x1 * vectors[v1 + g]! + x2 * vectors[v2 + g]! + x3 * vectors[v3 + g]!;
    }
  }
}

/** w0 × VᵀV, lower triangle. */
function gramOfRows(V: Vectors, k: number, w0: number): Float64Array {
  const gram = new Float64Array(k * k);
  for (let at = 0; at < V.length; at += k) {
    for (let f = 0; f < k; f += 1) {
      const v = w0 * V[at + f]!;
      for (let g = 0; g <= f; g += 1) gram[f * k + g]! += v * V[at + g]!;
    }
  }
  return gram;
}

function meanRoot({ users, movies, rows }: GradedMatrix, w0: number): number {
  let sum = 0;
  for (let u = 0; u < users; u += 1) sum += Math.sqrt(rows.byUser.ptr[u + 1]! - rows.byUser.ptr[u]! + w0 * movies);
  return sum === 0 ? 1 : sum / users;
}
