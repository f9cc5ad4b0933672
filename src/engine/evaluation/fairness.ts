import type { FairnessFigures } from '../../domain.ts';
import type { LiveData } from '../data/liveData.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import type { ModelAnswers } from '../models/model.ts';
import { gini } from '../statistics/concentration.ts';
import { type Statistics, statisticsOf } from '../statistics/statistics.ts';
import { dataOf } from '../training/lessons.ts';
import { exposureOf } from './exposure.ts';
import { fairnessSummary } from './fairnessSummary.ts';
import { groupErrors, type JudgedList, rmseOf, type UserErrors } from './groupErrors.ts';
import { bestMovies, type RankedUser, rankedUsers } from './ranking.ts';
import { userGroupings } from './userGroups.ts';

export interface FairnessInput {
  /** What was known when lists were made. */
  readonly data: LiveData;
  /** Of `data`. */
  readonly statistics: Statistics;
  /** Of predictions that had not seen their rating. */
  readonly errors: readonly UserErrors[];
  readonly lists: readonly JudgedList[];
  /** One sentence on what was sampled and predicted. */
  readonly basis: string;
  readonly seed: number;
}

/** Whom a recommender serves worse, and what it shows too often. Yields every now and then, so that others may have their turn. */
export function* fairnessSteps({ data, statistics, errors, lists, basis, seed }: FairnessInput): Generator<void, FairnessFigures> {
  const { byGroup, ...exposure } = exposureOf(data, statistics.movies.count, lists);
  yield;
  const groups = yield* groupErrors(userGroupings(data, statistics), errors, lists, seed);
  const rmse = errors.length === 0 ? null : rmseOf(errors);
  const giniOfRated = gini(statistics.movies.count);
  return {
    popularityOfRecommended: exposure.popularityOfRecommended,
    popularityOfRated: exposure.popularityOfRated,
    gini: exposure.gini,
    longTailShare: exposure.longTailShare,
    groups,
    exposure: byGroup,
    summary: fairnessSummary({ exposure: { ...exposure, byGroup }, giniOfRated, groups, rmse, basis }),
  };
}

/**
 * Fairness of a model that was fitted to `train`, judged on `test`: errors of all test ratings, and lists of ten for the users who like
 * something in the test.
 * @param listOf a user's list, best first; by default all that is unrated in `train`, by the model's ranking score
 */
export function fairnessOf(
  model: ModelAnswers,
  train: RatingTable,
  test: RatingTable,
  seed: number,
  listOf = (user: RankedUser): readonly number[] => bestMovies((i) => model.rankingScore(user.u, i), train.movies.length, user.seen),
): FairnessFigures {
  const lists = rankedUsers(train, test).map((user) => ({ u: user.u, list: listOf(user), relevant: user.relevant }));
  const errors = errorsByUser(
    Array.from(test.r, (r, row) => ({ u: test.u[row]!, error: r - model.predictOne(test.u[row]!, test.i[row]!, null).mean })),
  );
  const basis = `Errors of ${whole(test.r.length)} ratings that were held back, by ${whole(errors.length)} users; lists for the ${whole(lists.length)} of them who like something of it.`;
  const steps = fairnessSteps({ data: dataOf(train), statistics: statisticsOf(train), errors, lists, basis, seed });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Sums by user, in order of first appearance. */
export function errorsByUser(errors: Iterable<{ readonly u: number; readonly error: number }>): UserErrors[] {
  const users = new Map<number, { u: number; ratings: number; squares: number }>();
  for (const { u, error } of errors) {
    const sums = users.get(u) ?? { u, ratings: 0, squares: 0 };
    users.set(u, { u, ratings: sums.ratings + 1, squares: sums.squares + error * error });
  }
  return [...users.values()];
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
