import type { RatingScale } from '../../domain.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import type { ModelAnswers } from '../models/model.ts';

/** How many rows of a list are looked at. */
const LENGTH = 10;

export interface RankingSummary {
  /** Users with a relevant movie in the test; the means run over them. */
  readonly users: number;
  /** Null without such a user. */
  readonly ndcgAt10: number | null;
  readonly recallAt10: number | null;
}

/** The lowest rating that counts as liked: 80 % of the scale's top, 4 of 5. */
export function relevantFrom(scale: RatingScale): number {
  return scale.max - Math.abs(scale.max) / 5;
}

/**
 * Ranks, for every user with a relevant movie in the test, all movies that the user had not rated in `train`, by the model's
 * `rankingScore` (ties by movie index), and looks at the first ten. Binary gain, discount 1/log2(rank + 1), ideal
 * min(10, relevant); recall = found / relevant. (Järvelin and Kekäläinen 2002.)
 * @param train what the model was fitted on
 * @param test held-out rows, with the indices of `train`; a pair that `train` holds too is no candidate and is left out
 */
export function rankingQuality(model: ModelAnswers, train: RatingTable, test: RatingTable): RankingSummary {
  const rated = moviesByUser(train);
  let users = 0;
  let ndcg = 0;
  let recall = 0;
  for (const [u, relevant] of moviesByUser(test, relevantFrom(test.scale))) {
    const seen = rated.get(u) ?? new Set();
    for (const i of seen) relevant.delete(i);
    if (relevant.size === 0) continue;
    const hits = bestMovies(model, u, train.movies.length, seen).map((i) => relevant.has(i));
    users += 1;
    ndcg += ndcgOf(hits, relevant.size);
    recall += hits.filter(Boolean).length / relevant.size;
  }
  return { users, ndcgAt10: users === 0 ? null : ndcg / users, recallAt10: users === 0 ? null : recall / users };
}

/** @param hits whether the movie at each rank is relevant @param relevant how many movies are */
function ndcgOf(hits: readonly boolean[], relevant: number): number {
  let gain = 0;
  let ideal = 0;
  for (let row = 0; row < LENGTH; row += 1) {
    const discount = 1 / Math.log2(row + 2);
    if (hits[row]) gain += discount;
    if (row < relevant) ideal += discount;
  }
  return gain / ideal;
}

/** The movies of each user whose last rating is at or above `from`, users in order of first appearance. */
function moviesByUser(table: RatingTable, from = -Infinity): Map<number, Set<number>> {
  const result = new Map<number, Set<number>>();
  for (let t = 0; t < table.r.length; t += 1) {
    const u = table.u[t]!;
    const movies = result.get(u) ?? new Set();
    result.set(u, movies);
    if (table.r[t]! >= from) movies.add(table.i[t]!);
    else movies.delete(table.i[t]!);
  }
  return result;
}

/** The ten movies with the highest score, best first; of equal ones the lower index first. */
function bestMovies(model: ModelAnswers, u: number, movies: number, seen: ReadonlySet<number>): number[] {
  const best: { i: number; score: number }[] = [];
  for (let i = 0; i < movies; i += 1) {
    if (seen.has(i)) continue;
    const score = model.rankingScore(u, i);
    if (best.length === LENGTH && !(score > best[LENGTH - 1]!.score)) continue;
    let row = best.length;
    while (row > 0 && score > best[row - 1]!.score) row -= 1;
    best.splice(row, 0, { i, score });
    if (best.length > LENGTH) best.pop();
  }
  return best.map(({ i }) => i);
}
