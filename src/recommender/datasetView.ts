import type { Heatmap, Movie, MovieRecord, User } from '../domain.ts';
import type { LiveData } from '../engine/data/liveData.ts';
import { type Cell, heatmapCells } from '../engine/statistics/heatmap.ts';
import { mostOf, type Statistics } from '../engine/statistics/statistics.ts';

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

/** Ratings of the most active users for the most rated movies. */
export function heatmapView(data: LiveData, statistics: Statistics, users: number, movies: number): Heatmap {
  const columns = mostOf(statistics.movies, data.movieRecords, movies);
  const rows = mostOf(statistics.users, data.userRecords, users);
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
