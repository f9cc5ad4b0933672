import type { LiveData } from '../data/liveData.ts';
import { favouriteGenres } from '../ranking/userTaste.ts';
import type { Statistics } from '../statistics/statistics.ts';

/** One way to tell users apart. */
export interface UserGrouping {
  readonly attribute: string;
  /** Null: nothing is known of the user that tells. */
  groupOf(u: number): string | null;
}

/** First ages of the bands but the lowest, those of MovieLens 1M. */
const AGES = [18, 25, 35, 45, 50, 56];
/** Into as many groups of activity as the users are cut. */
const QUARTERS = 4;

/** By what users say of themselves, by how much they rate, and by the genre that they rate higher than others do. */
export function userGroupings(data: LiveData, { users, movies }: Statistics): UserGrouping[] {
  const record = (u: number) => data.userRecords[u]!;
  const movieMeanOf = (i: number) => movies.sum[i]! / movies.count[i]!;
  return [
    { attribute: 'gender', groupOf: (u) => record(u).gender },
    { attribute: 'ageBand', groupOf: (u) => ageBand(record(u).age) },
    { attribute: 'occupation', groupOf: (u) => record(u).occupation },
    { attribute: 'activity', groupOf: activityOf(users.count) },
    { attribute: 'genreTaste', groupOf: (u) => favouriteGenres({ data }, u, 1, movieMeanOf)[0]?.genre ?? null },
  ];
}

function ageBand(age: number | null): string | null {
  if (age === null) return null;
  const next = AGES.findIndex((first) => age < first);
  if (next === 0) return `under ${AGES[0]}`;
  if (next === -1) return `${AGES.at(-1)} and over`;
  return `${AGES[next - 1]}-${AGES[next]! - 1}`;
}

/** Quarters of the users by number of ratings, named by these numbers; who has as many is in the same one. */
function activityOf(counts: Float64Array): (u: number) => string | null {
  const rising = counts.filter((count) => count > 0).sort();
  const edges = Array.from({ length: QUARTERS - 1 }, (_, at) => rising[Math.floor(((at + 1) * rising.length) / QUARTERS)] ?? 0);
  const firsts = [...new Set([rising[0] ?? 0, ...edges])];
  const names = firsts.map((first, at) => rangeName(first, at + 1 < firsts.length ? firsts[at + 1]! - 1 : null));
  return (u) => {
    const count = counts[u] ?? 0;
    if (count === 0) return 'no ratings yet';
    return names[firsts.findLastIndex((first) => count >= first)] ?? null;
  };
}

function rangeName(from: number, to: number | null): string {
  if (to === null) return `${from} ratings and more`;
  return from === to ? `${from} ratings` : `${from} to ${to} ratings`;
}
