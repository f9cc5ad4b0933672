import type { Dataset, Heatmap, HistogramBin, Movie, User } from '../domain.ts';
import type { LiveData } from '../engine/data/liveData.ts';
import { topPositions } from '../engine/math/topk.ts';

/** Most bars of a histogram of ratings that have no step. */
const MAX_BINS = 20;

export function movieView(data: LiveData, i: number): Movie {
  const edges = data.ratings.ofMovie(i);
  return { ...data.movieRecords[i]!, ratingCount: edges.length, meanRating: meanOf(data, edges) };
}

export function userView(data: LiveData, u: number): User {
  const edges = data.ratings.ofUser(u);
  return { ...data.userRecords[u]!, ratingCount: edges.length, meanRating: meanOf(data, edges), populationMean: populationMean(data) };
}

/** The mean of all ratings; the middle of the scale before the first. */
function populationMean({ ratings, scale }: LiveData): number {
  return ratings.size === 0 ? (scale.min + scale.max) / 2 : ratings.sum / ratings.size;
}

export function datasetView(data: LiveData): Dataset {
  const { ratings, scale } = data;
  const mean = populationMean(data);
  const bins = emptyBins(data);
  const width = (scale.max - scale.min) / (bins.length - 1);
  let squares = 0;
  for (let u = 0; u < data.users.size; u += 1) {
    for (const edge of ratings.ofUser(u)) {
      const rating = ratings.ratingOf(edge);
      squares += (rating - mean) ** 2;
      bins[Math.round((rating - scale.min) / width)]!.count += 1;
    }
  }
  const cells = data.users.count * data.movies.size;
  return {
    ratingCount: ratings.size,
    userCount: data.users.count,
    movieCount: data.movies.size,
    mean,
    variance: ratings.size === 0 ? 0 : squares / ratings.size,
    sparsity: cells === 0 ? 1 : 1 - ratings.size / cells,
    scale,
    histogram: bins,
  };
}

/** Movies with the most ratings first; equal ones by id. */
export function mostRated(data: LiveData, n: number): number[] {
  return most(n, data.movieRecords, (i) => data.ratings.ofMovie(i).length);
}

/** Users with the most ratings first; equal ones by id. */
export function mostActive(data: LiveData, n: number): number[] {
  return most(n, data.userRecords, (u) => data.ratings.ofUser(u).length).filter((u) => data.users.find(data.userRecords[u]!.id) === u);
}

/** Ratings of the most active users for the most rated movies. */
export function heatmapView(data: LiveData, users: number, movies: number): Heatmap {
  const columns = mostRated(data, movies);
  const place = new Map(columns.map((i, column) => [i, column]));
  const rows = mostActive(data, users);
  return {
    users: rows.map((u) => data.userRecords[u]!.id),
    movies: columns.map((i) => movieView(data, i)),
    ratings: rows.map((u) => {
      const row: (number | null)[] = columns.map(() => null);
      for (const edge of data.ratings.ofUser(u)) {
        const column = place.get(data.ratings.movieOf(edge));
        if (column !== undefined) row[column] = data.ratings.ratingOf(edge);
      }
      return row;
    }),
  };
}

function meanOf({ ratings }: LiveData, edges: readonly number[]): number | null {
  if (edges.length === 0) return null;
  let sum = 0;
  for (const edge of edges) sum += ratings.ratingOf(edge);
  return sum / edges.length;
}

function emptyBins({ scale }: LiveData): (HistogramBin & { count: number })[] {
  const steps = scale.step === null ? MAX_BINS : Math.round((scale.max - scale.min) / scale.step);
  const bars = Math.max(1, Math.min(steps, MAX_BINS));
  return Array.from({ length: bars + 1 }, (_, bar) => ({ value: scale.min + ((scale.max - scale.min) * bar) / bars, count: 0 }));
}

function most(n: number, records: readonly { readonly id: string }[], count: (index: number) => number): number[] {
  const counts = Float64Array.from(records, (_, index) => count(index));
  return topPositions(counts, n, (left, right) => records[left]!.id < records[right]!.id);
}
