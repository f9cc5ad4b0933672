import type { RatingScale } from '../../domain.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import type { ModelAnswers } from '../models/model.ts';

/** How many rows of a list are looked at. */
export const LIST_LENGTH = 10;

export interface RankingSummary {
  /** Lists that were looked at, one of each user that can be judged; the means run over them. */
  readonly users: number;
  /** Null without such a user. */
  readonly ndcgAt10: number | null;
  readonly recallAt10: number | null;
}

/** A user whose list can be judged: one with a relevant movie in the test. */
export interface RankedUser {
  readonly u: number;
  /** Movies that the user will like; none of them is seen. */
  readonly relevant: ReadonlySet<number>;
  /** Movies that are no candidates. */
  readonly seen: ReadonlySet<number>;
}

/** The lowest rating that counts as liked: 80 % of the scale's top, 4 of 5. */
export function relevantFrom(scale: RatingScale): number {
  return scale.max - Math.abs(scale.max) / 5;
}

/**
 * The users with a relevant movie in the test, in order of first appearance there.
 * @param train what the users have seen
 * @param test held-out rows, with the indices of `train`; a pair that `train` holds too is no candidate and is left out
 */
export function rankedUsers(train: RatingTable, test: RatingTable): RankedUser[] {
  const rated = moviesByUser(train);
  const users: RankedUser[] = [];
  for (const [u, relevant] of moviesByUser(test, relevantFrom(test.scale))) {
    const seen = rated.get(u) ?? new Set();
    for (const i of seen) relevant.delete(i);
    if (relevant.size > 0) users.push({ u, relevant, seen });
  }
  return users;
}

/** Ranks, for every user that can be judged, all movies not rated in `train` by the model's `rankingScore`. */
export function rankingQuality(model: ModelAnswers, train: RatingTable, test: RatingTable): RankingSummary {
  const quality = new RankingQuality();
  for (const { u, relevant, seen } of rankedUsers(train, test)) {
    quality.add(
      bestMovies((i) => model.rankingScore(u, i), train.movies.length, seen),
      relevant,
    );
  }
  return quality.summary();
}

/**
 * How good lists of ten are. Binary gain, discount 1/log2(rank + 1), ideal min(10, relevant); recall = found / relevant.
 * (Järvelin and Kekäläinen 2002.)
 */
export class RankingQuality {
  private users = 0;
  private ndcg = 0;
  private recall = 0;

  /** @param list best first @param relevant at least one movie */
  add(list: readonly number[], relevant: ReadonlySet<number>): void {
    const hits = list.slice(0, LIST_LENGTH).map((i) => relevant.has(i));
    this.users += 1;
    this.ndcg += ndcgOf(hits, relevant.size);
    this.recall += hits.filter(Boolean).length / relevant.size;
  }

  summary(): RankingSummary {
    const { users } = this;
    return { users, ndcgAt10: users === 0 ? null : this.ndcg / users, recallAt10: users === 0 ? null : this.recall / users };
  }
}

/** The ten movies with the highest score, best first; of equal ones the lower index first. */
export function bestMovies(scoreOf: (i: number) => number, movies: number, seen: ReadonlySet<number>): number[] {
  const best: { i: number; score: number }[] = [];
  for (let i = 0; i < movies; i += 1) {
    if (seen.has(i)) continue;
    const score = scoreOf(i);
    if (best.length === LIST_LENGTH && !(score > best[LIST_LENGTH - 1]!.score)) continue;
    let row = best.length;
    while (row > 0 && score > best[row - 1]!.score) row -= 1;
    best.splice(row, 0, { i, score });
    if (best.length > LIST_LENGTH) best.pop();
  }
  return best.map(({ i }) => i);
}

/** @param hits whether the movie at each rank is relevant @param relevant how many movies are */
function ndcgOf(hits: readonly boolean[], relevant: number): number {
  let gain = 0;
  let ideal = 0;
  for (let row = 0; row < LIST_LENGTH; row += 1) {
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
