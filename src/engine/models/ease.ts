import { sharedFloat32 } from '../data/sharedArray.ts';
import { invertPositiveDefinite } from '../math/cholesky.ts';
import { topPositions } from '../math/topk.ts';
import type { GradedMatrix } from './grades.ts';

/** What EASE may be told. */
export interface EaseOptions {
  /** Ridge on the weights, in squared grades. */
  readonly lambda: number;
  /** Up to this many movies all are covered. */
  readonly mostCovered: number;
  /** Of more movies only this many, those with the most ratings. */
  readonly coveredOfMany: number;
}

export const EASE_DEFAULTS: EaseOptions = { lambda: 300, mostCovered: 4000, coveredOfMany: 2000 };

/** What EASE learned. Column c stands for movie `movies[c]`; the other movies have no weights, as if they were 0. */
export interface EaseFit {
  /** Movie of each column, rising. */
  readonly movies: Int32Array; // [columns]
  /** W_ij, row i: what one unit of grade for i adds to the score of each j. */
  readonly W: Float32Array; // [columns x columns]
}

/**
 * EASE, a shallow linear autoencoder: which movies are liked together.
 *
 * Prediction: score_uj = Σ_i x_ui W_ij with W_jj = 0.
 * Loss: ‖X − X W‖² + lambda ‖W‖², subject to a zero diagonal.
 * Solution in closed form: P = (XᵀX + lambda I)⁻¹, W_ij = −P_ij/P_jj.
 * Steck 2019, Embarrassingly shallow autoencoders for sparse data.
 */
export function fitEase(grams: Float64Array, movies: Int32Array, { lambda }: EaseOptions): EaseFit {
  const n = movies.length;
  const P = grams.slice();
  for (let j = 0; j < n; j += 1) P[j * n + j]! += lambda;
  invertPositiveDefinite(P, n);
  const W = sharedFloat32(n * n);
  for (let i = 0; i < n; i += 1) for (let j = 0; j < n; j += 1) W[i * n + j] = i === j ? 0 : -P[i * n + j]! / P[j * n + j]!;
  return { movies, W };
}

/** The movies that get columns: all of few, of many those with the most ratings (ties by index), in rising order. */
export function coveredMovies({ movies, rows }: GradedMatrix, { mostCovered, coveredOfMany }: EaseOptions): Int32Array {
  if (movies <= mostCovered) return Int32Array.from({ length: movies }, (_, i) => i);
  const counts = new Float64Array(movies);
  for (let i = 0; i < movies; i += 1) counts[i] = rows.byMovie.ptr[i + 1]! - rows.byMovie.ptr[i]!;
  return Int32Array.from(topPositions(counts, coveredOfMany, (left, right) => left < right)).sort();
}

/** G = XᵀX between the covered movies, whole. @returns [columns x columns] */
export function gramOf({ users, movies, rows, x }: GradedMatrix, covered: Int32Array): Float64Array {
  const n = covered.length;
  const place = new Int32Array(movies).fill(-1);
  covered.forEach((movie, column) => {
    place[movie] = column;
  });
  const G = new Float64Array(n * n);
  const { ptr, column } = rows.byUser;
  for (let u = 0; u < users; u += 1) {
    for (let s = ptr[u]!; s < ptr[u + 1]!; s += 1) {
      const a = place[column[s]!]!;
      if (a < 0) continue;
      for (let t = ptr[u]!; t < ptr[u + 1]!; t += 1) {
        const b = place[column[t]!]!;
        if (b >= 0) G[a * n + b]! += x[s]! * x[t]!;
      }
    }
  }
  return G;
}
