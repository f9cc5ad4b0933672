import type { GroupError } from '../../domain.ts';
import { Random } from '../math/random.ts';
import { RankingQuality } from './ranking.ts';
import type { UserGrouping } from './userGroups.ts';

/** The errors of one user's predictions, none of which had seen its rating. */
export interface UserErrors {
  readonly u: number;
  readonly ratings: number;
  /** Sum of the squares, rating points squared. */
  readonly squares: number;
}

/** A list, and what of it is right. */
export interface JudgedList {
  readonly u: number;
  /** Best first. */
  readonly list: readonly number[];
  /** What the user liked of what the model had not seen; null: not known. */
  readonly relevant: ReadonlySet<number> | null;
}

/** One user has no interval, and is a person rather than a group. */
const FEWEST_USERS = 2;
/** Draws of a bootstrap: enough for two digits of the ends of an interval. */
const DRAWS = 500;
/** Drawn from a stream of its own. */
const STREAM = 21;
const [LOW, HIGH] = [0.025, 0.975];

/**
 * Error and, where lists can be judged, NDCG of each group, most ratings first within an attribute. The interval is the percentile
 * bootstrap over users (Efron and Tibshirani 1993), because the ratings of one user resemble each other. Yields between two groups.
 */
export function* groupErrors(
  groupings: readonly UserGrouping[],
  errors: readonly UserErrors[],
  lists: readonly JudgedList[],
  seed: number,
): Generator<void, GroupError[]> {
  const all: GroupError[] = [];
  for (const { attribute, groupOf } of groupings) {
    const judged = byGroup(lists, groupOf);
    const groups: GroupError[] = [];
    for (const [group, members] of byGroup(errors, groupOf)) {
      if (members.length < FEWEST_USERS) continue;
      groups.push({ attribute, group, ...errorOf(members, new Random(seed, STREAM)), ndcgAt10: ndcgOf(judged.get(group) ?? []) });
      yield;
    }
    all.push(...groups.sort((left, right) => right.ratings - left.ratings || (left.group < right.group ? -1 : 1)));
  }
  return all;
}

/** @param members at least two */
function errorOf(members: readonly UserErrors[], random: Random): Omit<GroupError, 'attribute' | 'group' | 'ndcgAt10'> {
  const n = members.length;
  const rmse = rmseOf(members);
  const draws = new Float64Array(DRAWS).map(() => {
    let [ratings, squares] = [0, 0];
    for (let draw = 0; draw < n; draw += 1) {
      const member = members[random.below(n)]!;
      ratings += member.ratings;
      squares += member.squares;
    }
    return Math.sqrt(squares / ratings);
  });
  draws.sort();
  const end = (share: number) => draws[Math.round(share * (DRAWS - 1))]!;
  const ratings = members.reduce((sum, member) => sum + member.ratings, 0);
  return { users: n, ratings, rmse, rmseLow: Math.min(rmse, end(LOW)), rmseHigh: Math.max(rmse, end(HIGH)) };
}

/** @param errors at least one */
export function rmseOf(errors: readonly UserErrors[]): number {
  let [ratings, squares] = [0, 0];
  for (const error of errors) {
    ratings += error.ratings;
    squares += error.squares;
  }
  return Math.sqrt(squares / ratings);
}

function ndcgOf(lists: readonly JudgedList[]): number | null {
  const quality = new RankingQuality();
  for (const { list, relevant } of lists) if (relevant !== null && relevant.size > 0) quality.add(list, relevant);
  return quality.summary().ndcgAt10;
}

function byGroup<T extends { readonly u: number }>(rows: readonly T[], groupOf: (u: number) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groupOf(row.u);
    if (group === null) continue;
    const members = groups.get(group) ?? [];
    members.push(row);
    groups.set(group, members);
  }
  return groups;
}
