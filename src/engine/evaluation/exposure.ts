import type { GroupExposure, MovieRecord } from '../../domain.ts';
import type { LiveData } from '../data/liveData.ts';
import { gini, headOf } from '../statistics/concentration.ts';
import type { JudgedList } from './groupErrors.ts';

export interface Exposure {
  readonly popularityOfRecommended: number;
  readonly popularityOfRated: number;
  readonly gini: number;
  /** Share of the catalogue that is in somebody's list. */
  readonly coverage: number;
  readonly longTailShare: number;
  /** The same of what these users rated. */
  readonly longTailOfRated: number;
  readonly byGroup: readonly GroupExposure[];
}

/**
 * What lists show, beside what the users who get them rate. Every user counts once, however much each has rated (Abdollahpouri et al.
 * 2019, The unfairness of popularity bias in recommendation).
 * @param counts [movies] ratings of each movie
 */
export function exposureOf(data: LiveData, counts: Float64Array, lists: readonly JudgedList[]): Exposure {
  const movies = data.movieRecords.length;
  const inHead = headOf(counts);
  const shown = new Float64Array(movies);
  const recommended = new Means();
  const rated = new Means();
  for (const { u, list } of lists) {
    for (const i of list) shown[i]! += 1;
    const history = data.ratings.ofUser(u).map((edge) => data.ratings.movieOf(edge));
    // A user who has none of the two can't be compared.
    if (list.length === 0 || history.length === 0) continue;
    recommended.add(list, counts, inHead);
    rated.add(history, counts, inHead);
  }
  return {
    popularityOfRecommended: recommended.popularity,
    popularityOfRated: rated.popularity,
    gini: gini(shown),
    coverage: movies === 0 ? 0 : shown.filter((times) => times > 0).length / movies,
    longTailShare: recommended.tail,
    longTailOfRated: rated.tail,
    byGroup: [
      ...groupsOf('genre', data.movieRecords, counts, shown, genresOf),
      ...groupsOf('decade', data.movieRecords, counts, shown, decadeOf),
    ],
  };
}

/** Means over users of the means of their movies. */
class Means {
  private users = 0;
  private popularitySum = 0;
  private tailSum = 0;

  add(movies: readonly number[], counts: Float64Array, inHead: Uint8Array): void {
    let [popularity, tail] = [0, 0];
    for (const i of movies) {
      popularity += counts[i] ?? 0;
      tail += 1 - (inHead[i] ?? 0);
    }
    this.users += 1;
    this.popularitySum += popularity / movies.length;
    this.tailSum += tail / movies.length;
  }

  get popularity(): number {
    return this.users === 0 ? 0 : this.popularitySum / this.users;
  }

  get tail(): number {
    return this.users === 0 ? 0 : this.tailSum / this.users;
  }
}

function genresOf({ genres }: MovieRecord): string[] {
  return [...new Set(genres)];
}

function decadeOf({ year }: MovieRecord): string[] {
  return year === null ? [] : [`${Math.floor(year / 10) * 10}s`];
}

/** By name. A movie of several groups counts for each. */
function groupsOf(
  attribute: string,
  records: readonly MovieRecord[],
  counts: Float64Array,
  shown: Float64Array,
  namesOf: (record: MovieRecord) => string[],
): GroupExposure[] {
  const groups = new Map<string, { movies: number; rated: number; shown: number }>();
  records.forEach((record, i) => {
    for (const name of namesOf(record)) {
      const before = groups.get(name) ?? { movies: 0, rated: 0, shown: 0 };
      groups.set(name, { movies: before.movies + 1, rated: before.rated + (counts[i] ?? 0), shown: before.shown + shown[i]! });
    }
  });
  const [allRated, allShown] = [counts, shown].map((column) => column.reduce((sum, value) => sum + value, 0)) as [number, number];
  return Array.from(groups, ([group, of]) => ({
    attribute,
    group,
    movies: of.movies,
    shareOfRated: allRated === 0 ? 0 : of.rated / allRated,
    shareOfRecommended: allShown === 0 ? 0 : of.shown / allShown,
  })).sort((left, right) => (left.group < right.group ? -1 : 1));
}
