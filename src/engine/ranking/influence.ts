import type { Influence, Prediction } from '../../domain.ts';
import type { LiveModel } from '../online/liveModel.ts';

/** What a prediction says of where it comes from. */
type Origin = Pick<Prediction, 'userId' | 'model' | 'sequence'>;

/**
 * Which of a user's ratings graph attention listens to most: the newest ones that the user's row is made from, largest alpha
 * first, ties by movie id. They belong to the user, so they are the same for every movie. Only ratings that the prediction
 * knew are among them, however much later they are asked for; a rating changed or withdrawn since is not. Empty for a model
 * without attention. Changes nothing.
 * @param n how many at most
 */
export function influencesOn(model: LiveModel, { userId, model: answered, sequence }: Origin, n: number): Influence[] {
  const { data, hybrid } = model;
  const u = data.users.find(userId);
  if (hybrid === null || u === undefined || (answered !== 'GNN' && answered !== 'HYBRID')) return [];
  const influences = Array.from(hybrid.attention.alphas(u, data, sequence), ([edge, attention]) => ({
    movieId: data.movieRecords[data.ratings.movieOf(edge)]!.id,
    rating: data.ratings.ratingOf(edge),
    attention,
  }));
  return influences.sort((left, right) => right.attention - left.attention || (left.movieId < right.movieId ? -1 : 1)).slice(0, n);
}
