import type { Dataset, GenreCount, MovieRecord } from '../../domain.ts';
import { FORGOTTEN_ID } from '../data/idIndex.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import { topPositions } from '../math/topk.ts';
import { Bins } from './bins.ts';
import { countSummary } from './concentration.ts';
import { Months } from './months.ts';

/** Number and sum of the ratings of each user or movie. */
export interface Totals {
  readonly count: Float64Array; // [nodes]
  readonly sum: Float64Array; // [nodes] rating points
}

/** What a set of ratings looks like, and what further questions about it are answered from. */
export interface Statistics {
  readonly dataset: Dataset;
  readonly users: Totals;
  readonly movies: Totals;
}

/** One pass over the ratings, in whatever order they are; the rest is by user and by movie. */
export function statisticsOf(table: RatingTable): Statistics {
  const { scale, u, i, r, time } = table;
  const users = totals(table.users.length);
  const movies = totals(table.movies.length);
  const histogram = Bins.ofRatings(scale);
  const months = new Months();
  // Taken from the middle of the scale, so that squares are as small as can be and lose nothing.
  const middle = (scale.min + scale.max) / 2;
  let [sum, squares] = [0, 0];
  for (let row = 0; row < r.length; row += 1) {
    const rating = r[row]!;
    addTo(users, u[row]!, rating);
    addTo(movies, i[row]!, rating);
    histogram.add(rating);
    months.add(time[row]!, rating);
    sum += rating;
    squares += (rating - middle) ** 2;
  }
  const n = r.length;
  const mean = n === 0 ? middle : sum / n;
  const userCount = table.users.reduce((count, { id }) => count + (id === FORGOTTEN_ID ? 0 : 1), 0);
  const cells = userCount * table.movies.length;
  const dataset: Dataset = {
    ratingCount: n,
    userCount,
    movieCount: table.movies.length,
    mean,
    variance: n === 0 ? 0 : Math.max(0, squares / n - (mean - middle) ** 2),
    sparsity: cells === 0 ? 1 : 1 - n / cells,
    scale,
    histogram: histogram.table(),
    ratingsPerUser: countSummary(users.count),
    ratingsPerMovie: countSummary(movies.count),
    userMeans: Bins.ofMeans(scale, meansOf(users)),
    movieMeans: Bins.ofMeans(scale, meansOf(movies)),
    months: months.table(),
    undatedCount: months.undated,
    genres: genreTable(table.movies, movies),
  };
  return { dataset, users, movies };
}

/** Those with the most ratings first, equal ones by id; none of them forgotten. */
export function mostOf({ count }: Pick<Totals, 'count'>, records: readonly { readonly id: string }[], n: number): number[] {
  return first(count, records, n).filter((at) => records[at]!.id !== FORGOTTEN_ID);
}

/** Those with the fewest ratings first, but at least one; equal ones by id. */
export function leastOf({ count }: Pick<Totals, 'count'>, records: readonly { readonly id: string }[], n: number): number[] {
  const negated = count.map((ratings) => (ratings === 0 ? -Infinity : -ratings));
  return first(negated, records, n).filter((at) => count[at]! > 0);
}

function first(values: Float64Array, records: readonly { readonly id: string }[], n: number): number[] {
  return topPositions(values, n, (left, right) => records[left]!.id < records[right]!.id);
}

function totals(nodes: number): Totals {
  return { count: new Float64Array(nodes), sum: new Float64Array(nodes) };
}

function addTo({ count, sum }: Totals, node: number, rating: number): void {
  count[node]! += 1;
  sum[node]! += rating;
}

function* meansOf({ count, sum }: Totals): Generator<number> {
  for (let node = 0; node < count.length; node += 1) if (count[node]! > 0) yield sum[node]! / count[node]!;
}

/** Every genre with its movies and their ratings, most rated first; a movie of several genres counts for each. */
function genreTable(records: readonly MovieRecord[], { count, sum }: Totals): GenreCount[] {
  const genres = new Map<string, { movies: number; ratings: number; sum: number }>();
  records.forEach((record, i) => {
    for (const genre of new Set(record.genres)) {
      const before = genres.get(genre) ?? { movies: 0, ratings: 0, sum: 0 };
      genres.set(genre, { movies: before.movies + 1, ratings: before.ratings + count[i]!, sum: before.sum + sum[i]! });
    }
  });
  return Array.from(genres, ([genre, of]) => ({
    genre,
    movies: of.movies,
    ratings: of.ratings,
    mean: of.ratings === 0 ? null : of.sum / of.ratings,
  })).sort((left, right) => right.ratings - left.ratings || (left.genre < right.genre ? -1 : 1));
}
