import type { Heatmap, Movie, User } from '../domain.ts';
import type { LiveData } from '../engine/data/liveData.ts';
import { type Cell, heatmapCells } from '../engine/statistics/heatmap.ts';
import { mostOf, type Statistics } from '../engine/statistics/statistics.ts';

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
