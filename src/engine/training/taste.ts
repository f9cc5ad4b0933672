import type { RatingTable } from '../data/ratingTable.ts';
import { vocabularyOf } from '../data/sideFeatures.ts';
import { Random } from '../math/random.ts';
import { fitReadableAxes, type ReadableAxes } from '../models/readableAxes.ts';
import { fitRelevance, type RelevanceFit } from '../models/relevance.ts';
import { countsOf } from './describe.ts';
import type { MemberFits } from './members.ts';

/** The implicit ALS draws from a stream of its own. */
const RELEVANCE_STREAM = 9;

/** What serves beside predicted ratings: what to recommend, and words for why. */
export interface TasteFit {
  readonly relevance: RelevanceFit;
  readonly axes: ReadableAxes;
}

export function fitTaste(fits: MemberFits, seed: number): TasteFit {
  return { relevance: fitRelevanceTo(fits.table, seed), axes: axesOf(fits) };
}

/** The part that needs no members. */
export function fitRelevanceTo(table: RatingTable, seed: number): RelevanceFit {
  return fitRelevance(table, vocabularyOf(table.users, table.movies), new Random(seed, RELEVANCE_STREAM));
}

/** The members' factors side by side, the movies' divided by the number of members: one bilinear form, which is `mf`'s. */
export function axesOf({ table, fits }: MemberFits): ReadableAxes {
  const members = [...fits.values()];
  const width = members.reduce((sum, { factors }) => sum + factors, 0);
  const counts = countsOf(table, table.r.length);
  const rated = Array.from(counts.users.keys()).filter((u) => counts.users[u]! > 0);
  const users = new Float64Array(rated.length * width);
  const movies = new Float64Array(table.movies.length * width);
  let start = 0;
  for (const { factors: k, users: p, movies: q } of members) {
    rated.forEach((u, row) => {
      for (let f = 0; f < k; f += 1) users[row * width + start + f] = p.mean[u * (k + 1) + f]!;
    });
    for (let i = 0; i < table.movies.length; i += 1) {
      for (let f = 0; f < k; f += 1) movies[i * width + start + f] = q.mean[i * (k + 1) + f]! / members.length;
    }
    start += k;
  }
  return fitReadableAxes({ width, users, movies, ratingCounts: counts.movies, records: table.movies });
}
