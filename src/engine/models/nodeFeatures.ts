import type { MovieRecord, UserRecord } from '../../domain.ts';
import type { Vocabulary } from '../data/sideFeatures.ts';

/** Places of the features that every node has: 2 × bias, count, 1, noise. */
const COMMON = 4;
/** Where the logarithm of a node's count of ratings is centred. */
const USER_COUNT_CENTRE = 3.5;
const MOVIE_COUNT_CENTRE = 3;

/** The member whose biases and noise offsets describe nodes to the attention. */
export const DESCRIBING_MEMBER = 'sampled';

/** What a fit says of a node, beside its factors: with those, attention generalised worse. */
export interface FittedNode {
  /** c_i of the fit, or b_u as the stream has moved it since; 0 for a node without ratings. */
  readonly bias: number;
  /** Noise offset eta of the fit, not what the stream made of it; 0 for a node that the fit did not see. */
  readonly eta: number;
  /** n: ratings whose messages the node may hear. */
  readonly count: number;
}

/** Numbers that describe a user to the graph attention. */
export function userInputs(vocabulary: Vocabulary): number {
  return COMMON + 2 + vocabulary.occupations.length;
}

/** Numbers that describe a movie to the graph attention. */
export function movieInputs(vocabulary: Vocabulary): number {
  return COMMON + vocabulary.genres.length + 1;
}

/**
 * x_u: 2 × bias, ln(1+n) − 3.5, 1, −eta, age/20 − 1.7, male .3 or female −.7, occupation one-hot; what is missing is 0.
 * @param x [userInputs], overwritten
 */
export function describeUser(vocabulary: Vocabulary, user: UserRecord, node: FittedNode, x: Float64Array): void {
  x.fill(0);
  describeNode(node, USER_COUNT_CENTRE, x);
  if (user.age !== null) x[COMMON] = user.age / 20 - 1.7;
  x[COMMON + 1] = genderValue(user.gender);
  const occupation = user.occupation === null ? -1 : vocabulary.occupations.indexOf(user.occupation);
  if (occupation >= 0) x[COMMON + 2 + occupation] = 1;
}

/**
 * x_i: 2 × bias, ln(1+n) − 3, 1, −eta, genres/√(number of genres), (year − 1990)/10; what is missing is 0.
 * @param x [movieInputs], overwritten
 */
export function describeMovie(vocabulary: Vocabulary, movie: MovieRecord, node: FittedNode, x: Float64Array): void {
  x.fill(0);
  describeNode(node, MOVIE_COUNT_CENTRE, x);
  const columns = movie.genres.map((genre) => vocabulary.genres.indexOf(genre)).filter((column) => column >= 0);
  for (const column of columns) x[COMMON + column] = 1 / Math.sqrt(columns.length);
  if (movie.year !== null) x[COMMON + vocabulary.genres.length] = (movie.year - 1990) / 10;
}

function describeNode({ bias, eta, count }: FittedNode, centre: number, x: Float64Array): void {
  x[0] = 2 * bias;
  x[1] = Math.log(1 + count) - centre;
  x[2] = 1;
  x[3] = -eta;
}

function genderValue(gender: string | null): number {
  const initial = gender?.[0]?.toLowerCase();
  if (initial === 'm') return 0.3;
  return initial === 'f' ? -0.7 : 0;
}
