import type { Dataset, MovieRecord } from '../domain.ts';
import type { RatingTable } from '../engine/data/ratingTable.ts';
import { type Cell, heatmapCells } from '../engine/statistics/heatmap.ts';
import { leastOf, mostOf, statisticsOf, type Totals } from '../engine/statistics/statistics.ts';

interface Rated {
  readonly id: string;
  readonly ratingCount: number;
  /** Null without a rating. */
  readonly meanRating: number | null;
}

type RatedMovie = MovieRecord & Rated;

/** What `explore` tells of a database, named as in the `dataset` query, which tells the same. */
export interface Exploration extends Dataset {
  readonly mostActive: readonly Rated[];
  readonly leastActive: readonly Rated[];
  readonly mostRated: readonly RatedMovie[];
  readonly leastRated: readonly RatedMovie[];
  /** The most active users against the most rated movies; null: unrated. */
  readonly heatmap: {
    readonly users: readonly string[];
    readonly movies: readonly RatedMovie[];
    readonly ratings: readonly (readonly (number | null)[])[];
  };
}

/** How much of each list there is. */
export interface ExplorationSize {
  readonly listed: number;
  readonly users: number;
  readonly movies: number;
}

export function explorationOf(table: RatingTable, { listed, users, movies }: ExplorationSize): Exploration {
  const statistics = statisticsOf(table);
  const userAt = (u: number): Rated => ({ id: table.users[u]!.id, ...ratedBy(statistics.users, u) });
  const movieAt = (i: number): RatedMovie => ({ ...table.movies[i]!, ...ratedBy(statistics.movies, i) });
  const rows = mostOf(statistics.users, table.users, users);
  const columns = mostOf(statistics.movies, table.movies, movies);
  const cells = cellsOf(table, rows);
  return {
    ...statistics.dataset,
    mostActive: mostOf(statistics.users, table.users, listed).map(userAt),
    leastActive: leastOf(statistics.users, table.users, listed).map(userAt),
    mostRated: mostOf(statistics.movies, table.movies, listed).map(movieAt),
    leastRated: leastOf(statistics.movies, table.movies, listed).map(movieAt),
    heatmap: {
      users: rows.map((u) => table.users[u]!.id),
      movies: columns.map(movieAt),
      ratings: heatmapCells(rows, columns, (u) => cells.get(u)!),
    },
  };
}

function ratedBy({ count, sum }: Totals, at: number): Omit<Rated, 'id'> {
  return { ratingCount: count[at]!, meanRating: count[at] === 0 ? null : sum[at]! / count[at]! };
}

/** The ratings of a few users, picked out of all. */
function cellsOf({ u, i, r }: RatingTable, users: readonly number[]): Map<number, Cell[]> {
  const cells = new Map<number, Cell[]>(users.map((user) => [user, []]));
  for (let row = 0; row < r.length; row += 1) cells.get(u[row]!)?.push({ i: i[row]!, r: r[row]! });
  return cells;
}
