import type { Dataset, Heatmap, Movie, MovieRecord, User } from '../domain.ts';
import type { LiveData } from '../engine/data/liveData.ts';
import { type Cell, heatmapCells } from '../engine/statistics/heatmap.ts';
import { mostOf, type Totals } from '../engine/statistics/statistics.ts';

/** A list names films by the dozen, and seldom asks for their means: these are taken when they are asked for. */
class MovieView implements Movie {
  readonly id: string;
  readonly title: string;
  readonly year: number | null;
  readonly genres: readonly string[];
  readonly ratingCount: number;
  readonly #data: LiveData;
  readonly #edges: readonly number[];

  constructor(data: LiveData, { id, title, year, genres }: MovieRecord, edges: readonly number[]) {
    this.id = id;
    this.title = title;
    this.year = year;
    this.genres = genres;
    this.ratingCount = edges.length;
    this.#data = data;
    this.#edges = edges;
  }

  get meanRating(): number | null {
    return meanOf(this.#data, this.#edges);
  }
}

export function movieView(data: LiveData, i: number): Movie {
  return new MovieView(data, data.movieRecords[i]!, data.ratings.ofMovie(i));
}

export function userView(data: LiveData, u: number): User {
  const edges = data.ratings.ofUser(u);
  return { ...data.userRecords[u]!, ratingCount: edges.length, meanRating: meanOf(data, edges), populationMean: populationMean(data) };
}

/** The mean of all ratings; the middle of the scale before the first. */
function populationMean({ ratings, scale }: LiveData): number {
  return ratings.size === 0 ? (scale.min + scale.max) / 2 : ratings.sum / ratings.size;
}

/** Most of it takes a pass over all ratings, so who asks for something else does not wait for that. @param counted makes the pass */
export function datasetView({ ratings, movies, scale }: LiveData, counted: () => Dataset): Dataset {
  return {
    ratingCount: ratings.size,
    movieCount: movies.size,
    scale,
    get userCount() {
      return counted().userCount;
    },
    get mean() {
      return counted().mean;
    },
    get variance() {
      return counted().variance;
    },
    get sparsity() {
      return counted().sparsity;
    },
    get histogram() {
      return counted().histogram;
    },
    get ratingsPerUser() {
      return counted().ratingsPerUser;
    },
    get ratingsPerMovie() {
      return counted().ratingsPerMovie;
    },
    get userMeans() {
      return counted().userMeans;
    },
    get movieMeans() {
      return counted().movieMeans;
    },
    get months() {
      return counted().months;
    },
    get undatedCount() {
      return counted().undatedCount;
    },
    get genres() {
      return counted().genres;
    },
  };
}

/** Number of ratings of each user, and of each movie: known without a pass over the ratings. */
export function userCounts({ ratings, userRecords }: LiveData): Pick<Totals, 'count'> {
  return { count: Float64Array.from(userRecords, (_, u) => ratings.ofUser(u).length) };
}

export function movieCounts({ ratings, movieRecords }: LiveData): Pick<Totals, 'count'> {
  return { count: Float64Array.from(movieRecords, (_, i) => ratings.ofMovie(i).length) };
}

/** Ratings of the most active users for the most rated movies. */
export function heatmapView(data: LiveData, users: number, movies: number): Heatmap {
  const columns = mostOf(movieCounts(data), data.movieRecords, movies);
  const rows = mostOf(userCounts(data), data.userRecords, users);
  return {
    users: rows.map((u) => data.userRecords[u]!.id),
    movies: columns.map((i) => movieView(data, i)),
    ratings: heatmapCells(rows, columns, (u) => cellsOf(data, u)),
  };
}

function cellsOf({ ratings }: LiveData, u: number): Cell[] {
  return ratings.ofUser(u).map((edge) => ({ i: ratings.movieOf(edge), r: ratings.ratingOf(edge) }));
}

function meanOf({ ratings }: LiveData, edges: readonly number[]): number | null {
  if (edges.length === 0) return null;
  let sum = 0;
  for (const edge of edges) sum += ratings.ratingOf(edge);
  return sum / edges.length;
}
