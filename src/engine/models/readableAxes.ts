import type { MovieRecord } from '../../domain.ts';
import { symmetricEigen } from '../math/eigen.ts';
import { varimax } from '../math/varimax.ts';
import { type AxisWords, wordsOfAxes } from './axisLabels.ts';

/** Axes that get words; the others are summed. */
const DESCRIBED = 6;
/** Directions in which users differ by less than this share of the widest one belong to no axis. */
const SMALLEST_VARIANCE = 1e-6;
/** Variance that rounding makes of a squared mean. */
const ROUNDING = 1e-24;
/** A movie says where an axis lies from this many ratings on, when at least so many movies do. */
const ENOUGH_RATINGS = 10;
const ENOUGH_MOVIES = 20;

/** Factors as a fit left them: one bilinear form p·q of width D. */
export interface AxesInput {
  /** D: the members' factors side by side. */
  readonly width: number;
  /** p of the users with a rating. */
  readonly users: Float64Array; // [users x D]
  /** q, divided by the number of members. */
  readonly movies: Float64Array; // [movies x D]
  readonly ratingCounts: Float64Array; // [movies]
  readonly records: readonly MovieRecord[]; // [movies]
}

/** An axis in words. */
export interface AxisDescription extends AxisWords {
  /** Share of the taste part's variance over movies that it carries. */
  readonly share: number;
  /** Movies from the highest loading to the lowest: those with enough ratings, where enough movies have them. */
  readonly order: Int32Array;
}

/**
 * Axes of taste that can be read, and the linear maps onto them. The model goes on learning in its own factors; the maps stay.
 *
 * With dp = p − userMean and dq = q − movieMean: p·q = userMean·movieMean + dp·movieMean + userMean·dq + dp·dq, of which the first
 * three belong to the mean, the user's bias and the movie's. With the covariance of users Σ = V Λ Vᵀ and the varimax rotation R:
 *
 *   positions = R Λ^−½ Vᵀ dp (variance 1 over users),  loadings = R Λ^½ Vᵀ dq,  dp·dq = Σ_f positions_f loadings_f + rest
 *
 * where the rest are the directions in which users don't differ. The split is exact, for factors that have moved since, too.
 * Kaiser 1958, The varimax criterion for analytic rotation in factor analysis. Axes are in the order of the standard deviation of
 * their loadings, and point to where the largest of these are.
 */
export interface ReadableAxes {
  readonly width: number;
  readonly axes: number;
  readonly userMean: Float64Array; // [D]
  readonly movieMean: Float64Array; // [D]
  readonly userMap: Float64Array; // [axes x D]
  readonly movieMap: Float64Array; // [axes x D]
  /** The first axes, at most six. */
  readonly described: readonly AxisDescription[];
}

export function fitReadableAxes(input: AxesInput): ReadableAxes {
  const { width: D, users, movies, records, ratingCounts } = input;
  const userMean = columnMeans(users, D);
  const movieMean = columnMeans(movies, D);
  const whitened = whiten(users, userMean, D);
  const telling = tellingMovies(ratingCounts);
  const L = mapRows(whitened.movieMap, whitened.axes, movies, movieMean, D);
  const isEnough = telling.length >= ENOUGH_MOVIES && telling.every((i) => ratingCounts[i]! >= ENOUGH_RATINGS);
  const R = isEnough ? varimax(rowsOf(L, telling, whitened.axes), telling.length, whitened.axes) : null;
  const turned = R === null ? whitened : turn(whitened, R, D);
  const ordered = orderAndSign(turned, mapRows(turned.movieMap, turned.axes, movies, movieMean, D), telling, D);
  const loadings = mapRows(ordered.movieMap, ordered.axes, movies, movieMean, D);
  const total = ordered.variances.reduce((sum, variance) => sum + variance, 0);
  const words = wordsOfAxes({ loadings, axes: ordered.axes, named: Math.min(DESCRIBED, ordered.axes), records, ratingCounts });
  const described = words.map((axis, f) => ({
    ...axis,
    share: total === 0 ? 0 : ordered.variances[f]! / total,
    order: Int32Array.from([...telling].sort((a, b) => loadings[b * ordered.axes + f]! - loadings[a * ordered.axes + f]! || a - b)),
  }));
  return { width: D, axes: ordered.axes, userMean, movieMean, userMap: ordered.userMap, movieMap: ordered.movieMap, described };
}

/** p·q in parts that add up to it. */
export interface AxisSplit {
  readonly constant: number;
  readonly user: number;
  readonly movie: number;
  readonly positions: Float64Array; // [axes]
  readonly loadings: Float64Array; // [axes]
  readonly rest: number;
}

export function splitOnAxes(axes: ReadableAxes, p: ArrayLike<number>, q: ArrayLike<number>): AxisSplit {
  const { userMean, movieMean, width } = axes;
  const positions = positionsOf(axes, p);
  const loadings = loadingsOf(axes, q);
  let [constant, user, movie, taste] = [0, 0, 0, 0];
  for (let f = 0; f < width; f += 1) {
    const [dp, dq] = [p[f]! - userMean[f]!, q[f]! - movieMean[f]!];
    constant += userMean[f]! * movieMean[f]!;
    user += dp * movieMean[f]!;
    movie += userMean[f]! * dq;
    taste += dp * dq;
  }
  for (let f = 0; f < axes.axes; f += 1) taste -= positions[f]! * loadings[f]!;
  return { constant, user, movie, positions, loadings, rest: taste };
}

/** Where a user stands on each axis, in standard deviations of users. */
export function positionsOf({ userMap, axes, userMean, width }: ReadableAxes, p: ArrayLike<number>): Float64Array {
  return mapRows(userMap, axes, p, userMean, width);
}

/** How much a step of one standard deviation along each axis moves a movie's rating, working points. */
export function loadingsOf({ movieMap, axes, movieMean, width }: ReadableAxes, q: ArrayLike<number>): Float64Array {
  return mapRows(movieMap, axes, q, movieMean, width);
}

interface Maps {
  readonly axes: number;
  readonly userMap: Float64Array; // [axes x D]
  readonly movieMap: Float64Array; // [axes x D]
}

/** Λ^−½ Vᵀ and Λ^½ Vᵀ of the users' covariance, without the directions in which users hardly differ. */
function whiten(users: Float64Array, mean: Float64Array, D: number): Maps {
  const n = users.length / D;
  const covariance = new Float64Array(D * D);
  for (let row = 0; row < n; row += 1) {
    for (let f = 0; f < D; f += 1) {
      const df = users[row * D + f]! - mean[f]!;
      for (let g = 0; g < D; g += 1) covariance[f * D + g]! += (df * (users[row * D + g]! - mean[g]!)) / n;
    }
  }
  const { values, vectors } = symmetricEigen(covariance, D);
  // Users who are all alike have no variance but that of rounding.
  const dust = ROUNDING * mean.reduce((sum, value) => sum + value * value, 0);
  const axes = values.filter((value) => value > dust && value >= SMALLEST_VARIANCE * values[0]!).length;
  const scaled = (power: number) => Float64Array.from({ length: axes * D }, (_, at) => vectors[at]! * values[Math.floor(at / D)]! ** power);
  return { axes, userMap: scaled(-0.5), movieMap: scaled(0.5) };
}

function turn({ axes, userMap, movieMap }: Maps, R: Float64Array, D: number): Maps {
  const times = (map: Float64Array) => {
    const product = new Float64Array(axes * D);
    for (let f = 0; f < axes; f += 1) {
      for (let g = 0; g < axes; g += 1) for (let h = 0; h < D; h += 1) product[f * D + h]! += R[f * axes + g]! * map[g * D + h]!;
    }
    return product;
  };
  return { axes, userMap: times(userMap), movieMap: times(movieMap) };
}

/** Widest axis first, each pointing to its largest loading. @param L [movies x axes] */
function orderAndSign(maps: Maps, L: Float64Array, telling: readonly number[], D: number): Maps & { variances: number[] } {
  const { axes } = maps;
  const column = (f: number) => telling.map((i) => L[i * axes + f]!);
  const variances = Array.from({ length: axes }, (_, f) => varianceOf(column(f)));
  const order = Array.from({ length: axes }, (_, f) => f).sort((left, right) => variances[right]! - variances[left]! || left - right);
  const signs = order.map((f) => (column(f).reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0) < 0 ? -1 : 1));
  const arranged = (map: Float64Array) =>
    Float64Array.from({ length: axes * D }, (_, at) => {
      const f = Math.floor(at / D);
      return signs[f]! * map[order[f]! * D + (at % D)]!;
    });
  return { axes, userMap: arranged(maps.userMap), movieMap: arranged(maps.movieMap), variances: order.map((f) => variances[f]!) };
}

/** Movies that say where an axis lies: those with enough ratings, or all where these are too few. */
function tellingMovies(ratingCounts: Float64Array): number[] {
  const all = Array.from(ratingCounts.keys());
  const enough = all.filter((i) => ratingCounts[i]! >= ENOUGH_RATINGS);
  return enough.length >= ENOUGH_MOVIES ? enough : all;
}

/** map (row − mean) of every row. @returns [rows x axes] */
function mapRows(map: Float64Array, axes: number, rows: ArrayLike<number>, mean: Float64Array, D: number): Float64Array {
  const n = D === 0 ? 0 : rows.length / D;
  const mapped = new Float64Array(n * axes);
  for (let row = 0; row < n; row += 1) {
    for (let f = 0; f < axes; f += 1) {
      let sum = 0;
      for (let h = 0; h < D; h += 1) sum += map[f * D + h]! * (rows[row * D + h]! - mean[h]!);
      mapped[row * axes + f] = sum;
    }
  }
  return mapped;
}

function rowsOf(L: Float64Array, rows: readonly number[], axes: number): Float64Array {
  const picked = new Float64Array(rows.length * axes);
  rows.forEach((row, at) => {
    picked.set(L.subarray(row * axes, (row + 1) * axes), at * axes);
  });
  return picked;
}

function columnMeans(rows: Float64Array, D: number): Float64Array {
  const n = D === 0 ? 0 : rows.length / D;
  const means = new Float64Array(D);
  for (let row = 0; row < n; row += 1) for (let f = 0; f < D; f += 1) means[f]! += rows[row * D + f]! / n;
  return means;
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(values.length, 1);
}
