import type { Influence, Prediction } from '../../domain.ts';
import type { LiveModel } from '../online/liveModel.ts';

/** What a prediction says of where it comes from. */
type Origin = Pick<Prediction, 'userId' | 'movieId' | 'model' | 'sequence'>;

/**
 * The user's own ratings that bring most relevance to a movie: those at or above the user's mean with a positive weight, the
 * largest first, ties by movie id. Only ratings that the prediction knew are among them, however much later they are asked for;
 * a rating changed or withdrawn since is not. Empty before the first fit. Changes nothing.
 * @param n how many at most
 */
export function influencesOn(model: LiveModel, { userId, movieId, model: answered, sequence }: Origin, n: number): Influence[] {
  const { data, hybrid, relevance } = model;
  const u = data.users.find(userId);
  if (relevance === null || u === undefined) return [];
  const { ratings: parts } = relevance.partsOf(u, model.rowOfMovie(movieId), sequence);
  const isHeard = hybrid !== null && (answered === 'GNN' || answered === 'HYBRID');
  const alphas = isHeard ? hybrid.attention.alphas(u, data, sequence) : null;
  const mean = parts.reduce((sum, { edge }) => sum + data.ratings.ratingOf(edge) / parts.length, 0);
  const influences = parts
    .filter(({ edge, weight }) => weight > 0 && data.ratings.ratingOf(edge) >= mean - TOLERANCE)
    .map(({ edge, weight }) => ({
      movieId: data.movieRecords[data.ratings.movieOf(edge)]!.id,
      rating: data.ratings.ratingOf(edge),
      weight,
      attention: alphas === null ? null : (alphas.get(edge) ?? 0),
    }));
  return influences.sort((left, right) => right.weight - left.weight || (left.movieId < right.movieId ? -1 : 1)).slice(0, n);
}

/** Equal ratings are at their mean, however it is rounded. */
const TOLERANCE = 1e-9;
