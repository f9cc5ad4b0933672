import type { Model, Recommendation } from '../../domain.ts';
import { topPositions } from '../math/topk.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { predictRow } from './prediction.ts';

export interface RecommendOptions {
  /** Rows wanted, at least 1. */
  readonly n: number;
  /** Which model answers. */
  readonly model: Model;
  /** Whether movies that the user has rated may be among them. */
  readonly includeRated: boolean;
}

/**
 * The best movies for a user: candidates, predict, rank; each row explains itself when asked.
 * The answer depends on the model's state and the arguments alone.
 */
export function recommend(model: LiveModel, userId: string, options: RecommendOptions): Recommendation[] {
  const u = model.rowOfUser(userId);
  const all = candidatesFor(model, u, options.includeRated);
  const { candidates, scores } = contenders(model, u, all, options);
  const { movieRecords } = model.data;
  const byId = (left: number, right: number) => movieRecords[candidates[left]!]!.id < movieRecords[candidates[right]!]!.id;
  const best = topPositions(scores, options.n, byId);
  return best.map((position, row) => {
    const i = candidates[position]!;
    const prediction = predictRow(model, { u, i, userId, movieId: movieRecords[i]!.id }, options.model);
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

interface Contenders {
  readonly candidates: Int32Array;
  readonly scores: Float64Array;
}

/**
 * The candidates that can be among the best n, with their scores. A head moves a score by a bounded offset, which takes a whole
 * prediction to know: only those are predicted that may come in within twice that bound of the n-th best before it.
 */
function contenders(model: LiveModel, u: number, all: Int32Array, { n, model: stage }: RecommendOptions): Contenders {
  const below = new Float64Array(all.length);
  for (let position = 0; position < all.length; position += 1) below[position] = model.scoreBelowHead(u, all[position]!, stage);
  const bounds = model.offsetBounds(stage);
  if (bounds === null) return { candidates: all, scores: below };
  const nth = topPositions(below, n, (left, right) => left < right).at(-1);
  if (nth === undefined) return { candidates: all, scores: below };
  const least = below[nth]! + bounds.least - bounds.most;
  const candidates = all.filter((_, position) => below[position]! >= least);
  return { candidates, scores: Float64Array.from(candidates, (i) => model.predict(u, i, stage).score) };
}
