import type { Recommendation } from '../../domain.ts';
import { topPositions } from '../math/topk.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { predictRow } from './prediction.ts';

export interface RecommendOptions {
  /** Rows wanted, at least 1. */
  readonly n: number;
  /** Whether movies that the user has rated may be among them. */
  readonly includeRated: boolean;
}

/**
 * The best movies for a user: candidates, predict, rank; each row explains itself when asked.
 * The answer depends on the model's state and the arguments alone.
 */
export function recommend(model: LiveModel, userId: string, options: RecommendOptions): Recommendation[] {
  const u = model.rowOfUser(userId);
  const candidates = candidatesFor(model, u, options.includeRated);
  const scores = new Float64Array(candidates.length);
  for (let position = 0; position < scores.length; position += 1) scores[position] = model.score(u, candidates[position]!);
  const { movieRecords } = model.data;
  const byId = (left: number, right: number) => movieRecords[candidates[left]!]!.id < movieRecords[candidates[right]!]!.id;
  const best = topPositions(scores, options.n, byId);
  return best.map((position, row) => {
    const i = candidates[position]!;
    const prediction = predictRow(model, u, i, userId, movieRecords[i]!.id);
    return { rank: row + 1, rankingScore: model.scale.toRating(scores[position]!), prediction };
  });
}

function candidatesFor(model: LiveModel, u: number, includeRated: boolean): Int32Array {
  const { ratings, movies } = model.data;
  const rated = new Uint8Array(movies.size);
  if (!includeRated) for (const edge of ratings.ofUser(u)) rated[ratings.movieOf(edge)] = 1;
  const candidates = new Int32Array(movies.size);
  let count = 0;
  for (let i = 0; i < movies.size; i += 1) if (rated[i] === 0) candidates[count++] = i;
  return candidates.subarray(0, count);
}
