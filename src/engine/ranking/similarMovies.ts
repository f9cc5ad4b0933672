import type { LatentFactor, SimilarMovie } from '../../domain.ts';
import { LIKED_FROM } from '../data/workingScale.ts';
import { topPositions } from '../math/topk.ts';
import { loadingsOf, type ReadableAxes } from '../models/readableAxes.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { latentFactor } from './latentFactors.ts';

/** Newest ratings of a movie, and newest ratings of each of their users, that are looked through. */
const MOST_HEARD = 1000;
/** An axis is shared when both loadings are at least this share of the farther one's. */
const SHARED = 0.25;

/**
 * Movies like one: similarity = half the cosine of the vectors of implicit ALS, half that of those who like the one and the other.
 * A movie that nobody has rated is placed by its genres and year. Ties by id.
 */
export function similarMovies(model: LiveModel, i: number, n: number): SimilarMovie[] {
  const { movies, movieRecords } = model.data;
  const together = likedTogether(model, i);
  const near = vectorCosines(model, i);
  const similarity = new Float64Array(movies.size);
  for (let j = 0; j < movies.size; j += 1) similarity[j] = j === i ? Number.NEGATIVE_INFINITY : (near[j]! + together[j]!) / 2;
  const best = topPositions(similarity, Math.min(n, movies.size - 1), (left, right) => movieRecords[left]!.id < movieRecords[right]!.id);
  return best.map((j) => describe(model, i, j, similarity[j]!, together[j]!));
}

function describe(model: LiveModel, i: number, j: number, similarity: number, together: number): SimilarMovie {
  const { data, axes } = model;
  const shared = axes === null ? null : sharedAxis(model, axes, i, j);
  return {
    movieId: data.movieRecords[j]!.id,
    similarity,
    likedTogether: together,
    sharedFactor: shared?.factor ?? null,
    reason: reasonOf(together, shared?.side ?? null),
  };
}

function reasonOf(together: number, side: string | null): string {
  const reasons: string[] = [];
  if (together >= 0.005) reasons.push(`liked by the same people (${Math.round(100 * together)} % overlap)`);
  if (side !== null) reasons.push(`both on the side of ${side}`);
  const [first = 'picked by people with similar lists', ...others] = reasons;
  return `${first[0]!.toUpperCase()}${[first, ...others].join(', ').slice(1)}.`;
}

/** Cosine between those who like movie i and those who like each other movie: both/√(n_i n_j), estimated from the newest ratings. */
function likedTogether({ data: { ratings, movies }, relevance, scale }: LiveModel, i: number): Float64Array {
  const isLiked = (edge: number) => scale.toWorking(ratings.ratingOf(edge)) >= LIKED_FROM;
  const both = new Float64Array(movies.size);
  const fans = ratings.ofMovie(i).slice(-MOST_HEARD).filter(isLiked);
  for (const fan of fans) {
    for (const edge of ratings.ofUser(ratings.userOf(fan)).slice(-MOST_HEARD)) if (isLiked(edge)) both[ratings.movieOf(edge)]! += 1;
  }
  const likes = (j: number) => relevance?.likedCount(j) ?? ratings.ofMovie(j).filter(isLiked).length;
  const all = likes(i);
  return both.map((count, j) => (count === 0 ? 0 : Math.min(1, (count / fans.length) * Math.sqrt(all / likes(j)))));
}

function vectorCosines({ relevance, data: { movies } }: LiveModel, i: number): Float64Array {
  const cosines = new Float64Array(movies.size);
  if (relevance === null) return cosines;
  const own = relevance.vectorOf(i);
  const norm = Math.sqrt(dot(own, own));
  for (let j = 0; j < movies.size; j += 1) {
    const other = relevance.vectorOf(j);
    const product = norm * Math.sqrt(dot(other, other));
    cosines[j] = product === 0 ? 0 : dot(own, other) / product;
  }
  return cosines;
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let f = 0; f < left.length; f += 1) sum += left[f]! * right[f]!;
  return sum;
}

/** The axis with the greatest product of loadings on which both lie clearly to the same side, and that side. */
function sharedAxis(model: LiveModel, axes: ReadableAxes, i: number, j: number): { factor: LatentFactor; side: string } | null {
  const stranger = model.data.users.size;
  const [a, b] = [i, j].map((movie) => loadingsOf(axes, model.parts(stranger, movie).q)) as [Float64Array, Float64Array];
  let best = -1;
  for (let f = 0; f < axes.described.length; f += 1) {
    const isShared = a[f]! * b[f]! > 0 && Math.min(Math.abs(a[f]!), Math.abs(b[f]!)) >= SHARED * Math.max(Math.abs(a[f]!), Math.abs(b[f]!));
    if (isShared && axes.described[f]!.strength > 0 && (best < 0 || a[f]! * b[f]! > a[best]! * b[best]!)) best = f;
  }
  if (best < 0) return null;
  const { high, low } = axes.described[best]!;
  return { factor: latentFactor(axes, best, model.data), side: a[best]! > 0 ? high : low };
}
