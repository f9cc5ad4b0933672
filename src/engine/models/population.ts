import { sharedFloat32 } from '../data/sharedArray.ts';
import type { SideRow } from '../data/sideFeatures.ts';
import { choleskyFactor, choleskySolve } from '../math/cholesky.ts';
import type { GradedMatrix } from './grades.ts';
import { ridgeOnSides } from './sideRegression.ts';

/** Variance of an answer about its movie's own, squared grades. */
const ANSWER_NOISE = 0.1;
/** Questions that are put in order; after them the most liked movies are asked about. */
const QUESTIONS = 100;
/** Users' worth of doubt about what a side feature says. */
const SIDE_RIDGE = 50;

/** What is known of the grades of somebody about whom nothing is known: a Gaussian over movies. */
export interface PopulationFit {
  /** m_i: mean grade over the users with a rating. */
  readonly mean: Float32Array; // [movies]
  /** What each side feature of a user adds to m. */
  readonly side: Float32Array; // [user side features x movies]
  /** C between the covered movies. */
  readonly covariance: Float32Array; // [columns x columns]
  /** Columns in the order in which to ask about them. */
  readonly questions: Int32Array;
}

/**
 * Mean and covariance of the users' graded rows: m = Σ x_u / users, C = XᵀX/users − m mᵀ.
 * @param covered movie of each column of C @param G XᵀX between them @param sides side features of each user
 */
export function fitPopulation(
  X: GradedMatrix,
  covered: Int32Array,
  G: Float64Array,
  sides: readonly SideRow[],
  features: number,
): PopulationFit {
  const active = activeUsers(X);
  const mean = meanGrades(X, active);
  const n = covered.length;
  const C = new Float64Array(n * n);
  const users = Math.max(
    active.reduce((sum, one) => sum + one, 0),
    1,
  );
  for (let a = 0; a < n; a += 1) {
    for (let b = 0; b < n; b += 1) C[a * n + b] = G[a * n + b]! / users - mean[covered[a]!]! * mean[covered[b]!]!;
  }
  const covariance = sharedFloat32(n * n);
  covariance.set(C);
  return {
    mean: Float32Array.from(mean),
    side: sideOffsets(X, active, mean, sides, features),
    covariance,
    questions: greedyQuestions(C, n),
  };
}

/** How a population's grades look to somebody with these side features: m + Σ x side. */
export function priorMean({ mean, side }: PopulationFit, { columns, x }: SideRow): Float64Array {
  const prior = Float64Array.from(mean);
  const movies = mean.length;
  columns.forEach((column, place) => {
    for (let i = 0; i < movies; i += 1) prior[i]! += x[place]! * side[column * movies + i]!;
  });
  return prior;
}

/**
 * The Gaussian posterior of all covered grades after some answers: prior + C_:A (C_AA + .1 I)⁻¹ (x_A − prior_A); changes `prior`.
 * @param covered movie of each column @param A columns that were asked about @param x their grades, 0 for not seen
 */
export function conditionOn(
  { covariance }: PopulationFit,
  covered: Int32Array,
  prior: Float64Array,
  A: readonly number[],
  x: readonly number[],
): void {
  const n = covered.length;
  const size = A.length;
  if (size === 0) return;
  const K = new Float64Array(size * size);
  A.forEach((a, row) => {
    A.forEach((b, column) => {
      K[row * size + column] = covariance[a * n + b]! + (row === column ? ANSWER_NOISE : 0);
    });
  });
  const weights = Float64Array.from(A, (a, row) => x[row]! - prior[covered[a]!]!);
  choleskyFactor(K, size);
  choleskySolve(K, size, weights);
  A.forEach((a, row) => {
    for (let column = 0; column < n; column += 1) prior[covered[column]!]! += weights[row]! * covariance[a * n + column]!;
  });
}

/**
 * What to ask everybody, the most telling first: repeatedly the movie j whose answer removes most variance,
 * Σ_k C_kj²/(C_jj + .1), and then C −= C_:j C_j:/(C_jj + .1). Changes C.
 */
function greedyQuestions(C: Float64Array, n: number): Int32Array {
  const asked: number[] = [];
  const isAsked = new Uint8Array(n);
  while (asked.length < Math.min(QUESTIONS, n)) {
    const j = mostTelling(C, n, isAsked);
    asked.push(j);
    isAsked[j] = 1;
    const row = C.slice(j * n, (j + 1) * n);
    const scale = 1 / (row[j]! + ANSWER_NOISE);
    for (let a = 0; a < n; a += 1) {
      const factor = scale * row[a]!;
      for (let b = 0; b < n; b += 1) C[a * n + b]! -= factor * row[b]!;
    }
  }
  return Int32Array.from(asked);
}

function mostTelling(C: Float64Array, n: number, isAsked: Uint8Array): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < n; j += 1) {
    if (isAsked[j]) continue;
    let sum = 0;
    for (let k = 0; k < n; k += 1) sum += C[j * n + k]! ** 2;
    const removed = sum / (C[j * n + j]! + ANSWER_NOISE);
    if (removed <= most) continue;
    most = removed;
    best = j;
  }
  return best;
}

/** 1 for users with a rating. */
function activeUsers({ users, rows }: GradedMatrix): Uint8Array {
  return Uint8Array.from({ length: users }, (_, u) => (rows.byUser.ptr[u + 1]! > rows.byUser.ptr[u]! ? 1 : 0));
}

function meanGrades({ users, movies, rows, x }: GradedMatrix, active: Uint8Array): Float64Array {
  const mean = new Float64Array(movies);
  let count = 0;
  for (let u = 0; u < users; u += 1) count += active[u]!;
  for (let t = 0; t < x.length; t += 1) mean[rows.byUser.column[t]!]! += x[t]! / count;
  return mean;
}

function sideOffsets(
  { users, movies, rows, x }: GradedMatrix,
  active: Uint8Array,
  mean: Float64Array,
  sides: readonly SideRow[],
  features: number,
): Float32Array {
  const product = new Float64Array(features * movies);
  for (let u = 0; u < users; u += 1) {
    if (active[u] === 0) continue;
    const { columns, x: values } = sides[u]!;
    columns.forEach((column, place) => {
      const at = column * movies;
      for (let i = 0; i < movies; i += 1) product[at + i]! -= values[place]! * mean[i]!;
      for (let t = rows.byUser.ptr[u]!; t < rows.byUser.ptr[u + 1]!; t += 1)
        product[at + rows.byUser.column[t]!]! += values[place]! * x[t]!;
    });
  }
  ridgeOnSides(sides, Float64Array.from(active), SIDE_RIDGE, product, features);
  return Float32Array.from(product);
}
