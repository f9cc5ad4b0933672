import type { RatingTable } from '../data/ratingTable.ts';
import { DESCRIBING_MEMBER, describeMovie, describeUser, movieInputs, userInputs } from '../models/nodeFeatures.ts';
import type { MemberFits } from './members.ts';

/** What a fit says of the nodes of one side; 0 where it saw no rating of a node. */
interface FittedSide {
  readonly bias: Float64Array; // [nodes]
  readonly eta: Float64Array; // [nodes]
}

export interface FittedNodes {
  readonly users: FittedSide;
  readonly movies: FittedSide;
}

export interface NodeCounts {
  readonly users: Float64Array;
  readonly movies: Float64Array;
}

export function fittedNodes({ fits, table }: MemberFits): FittedNodes {
  const fit = fits.get(DESCRIBING_MEMBER);
  if (fit === undefined) throw new RangeError(`Graph attention needs the ${DESCRIBING_MEMBER} member among those that are fitted.`);
  const counts = countsOf(table, table.r.length);
  const K = fit.factors + 1;
  const side = (of: typeof fit.users, seen: Float64Array): FittedSide => ({
    bias: seen.map((count, node) => (count > 0 ? of.mean[node * K + fit.factors]! : 0)),
    eta: seen.map((count, node) => (count > 0 ? (of.noiseOffset?.[node] ?? 0) : 0)),
  });
  return { users: side(fit.users, counts.users), movies: side(fit.movies, counts.movies) };
}

/** Ratings of each node among the first `rows` of a table. */
export function countsOf({ u, i, users, movies }: RatingTable, rows: number): NodeCounts {
  const counts = { users: new Float64Array(users.length), movies: new Float64Array(movies.length) };
  for (let row = 0; row < rows; row += 1) {
    counts.users[u[row]!]! += 1;
    counts.movies[i[row]!]! += 1;
  }
  return counts;
}

/** x of every user and movie of a table. @param counts ratings whose messages they may hear */
export function describeAll(
  { table, vocabulary }: Pick<MemberFits, 'table' | 'vocabulary'>,
  nodes: FittedNodes,
  counts: NodeCounts,
): { userFeatures: Float64Array; movieFeatures: Float64Array } {
  const widths = { users: userInputs(vocabulary), movies: movieInputs(vocabulary) };
  const userFeatures = new Float64Array(table.users.length * widths.users);
  const movieFeatures = new Float64Array(table.movies.length * widths.movies);
  const node = (side: 'users' | 'movies', n: number) => ({ bias: nodes[side].bias[n]!, eta: nodes[side].eta[n]!, count: counts[side][n]! });
  table.users.forEach((user, u) => {
    describeUser(vocabulary, user, node('users', u), userFeatures.subarray(u * widths.users, (u + 1) * widths.users));
  });
  table.movies.forEach((movie, i) => {
    describeMovie(vocabulary, movie, node('movies', i), movieFeatures.subarray(i * widths.movies, (i + 1) * widths.movies));
  });
  return { userFeatures, movieFeatures };
}
