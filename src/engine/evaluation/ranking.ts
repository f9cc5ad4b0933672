import type { RatingScale } from '../../domain.ts';
import type { RatingTable } from '../data/ratingTable.ts';

/** How many rows of a list are looked at. */
export const LIST_LENGTH = 10;

export interface RankingSummary {
  /** Lists that were looked at, one of each user that can be judged; the means run over them. */
  readonly users: number;
  /** Null without such a user. */
  readonly ndcgAt10: number | null;
  readonly recallAt10: number | null;
  readonly precisionAt10: number | null;
  /** Mean of 1/rank of the first relevant movie; 0 where none is among the ten. */
  readonly mrrAt10: number | null;
}

/** A user for whom a list is made; it can be judged where a movie is relevant. */
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

/** The users with a relevant movie in the test, in order of first appearance there; parameters as of `testUsers`. */
export function rankedUsers(train: RatingTable, test: RatingTable): RankedUser[] {
  return testUsers(train, test).filter(({ relevant }) => relevant.size > 0);
}

/**
 * All users of the test, those whose list can't be judged too, in order of first appearance there.
 * @param train what the users have seen
 * @param test held-out rows, with the indices of `train`; a pair that `train` holds too is no candidate and is left out
 */
export function testUsers(train: RatingTable, test: RatingTable): RankedUser[] {
  const rated = moviesByUser(train);
  const users: RankedUser[] = [];
  for (const [u, relevant] of moviesByUser(test, relevantFrom(test.scale))) {
    const seen = rated.get(u) ?? new Set();
    for (const i of seen) relevant.delete(i);
    users.push({ u, relevant, seen });
  }
  return users;
}

/**
 * How good lists of ten are. Binary gain, discount 1/log2(rank + 1), ideal min(10, relevant) (Järvelin and Kekäläinen 2002);
 * recall = found / relevant; precision = found / 10; reciprocal rank = 1/rank of the first that was found (Voorhees 1999).
 */
export class RankingQuality {
  private users = 0;
  private ndcg = 0;
  private recall = 0;
  private precision = 0;
  private reciprocal = 0;

  /** @param list best first @param relevant at least one movie */
  add(list: readonly number[], relevant: ReadonlySet<number>): void {
    const hits = list.slice(0, LIST_LENGTH).map((i) => (relevant.has(i) ? 1 : 0));
    const found = hits.reduce<number>((sum, hit) => sum + hit, 0);
    const ideal = new Array<number>(Math.min(LIST_LENGTH, relevant.size)).fill(1);
    this.users += 1;
    this.ndcg += discountedGain(hits) / discountedGain(ideal);
    this.recall += found / relevant.size;
    this.precision += found / LIST_LENGTH;
    if (found > 0) this.reciprocal += 1 / (hits.indexOf(1) + 1);
  }

  summary(): RankingSummary {
    const { users } = this;
    const mean = (sum: number) => (users === 0 ? null : sum / users);
    return {
      users,
      ndcgAt10: mean(this.ndcg),
      recallAt10: mean(this.recall),
      precisionAt10: mean(this.precision),
      mrrAt10: mean(this.reciprocal),
    };
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

/** DCG: Σ gain/log2(rank + 1). @param gains by rank, best first */
export function discountedGain(gains: readonly number[]): number {
  return gains.reduce((sum, gain, row) => sum + gain / Math.log2(row + 2), 0);
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
