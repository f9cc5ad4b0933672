import type { RatingTable } from '../data/ratingTable.ts';
import { Accuracy, type AccuracySummary } from './accuracy.ts';
import { Calibration, type ReliabilityRow } from './calibration.ts';
import { Quality, type QualitySummary } from './quality.ts';
import type { Predictions } from './split.ts';

/** Test rows with what training knew of them. */
export interface TestRows {
  readonly u: Int32Array; // [rows]
  readonly r: Float64Array; // [rows] rating points
  readonly userRatings: Int32Array; // [rows] training ratings of the row's user
  readonly movieRatings: Int32Array; // [rows] training ratings of the row's movie
}

export interface SplitQuality extends QualitySummary {
  /** Over the ratings of movies that the model would have shown to their users among ten; null without one, or without a distribution. */
  readonly topTen: ReliabilityRow | null;
  /** Over ratings by users, or of movies, without a training rating; null without one. */
  readonly coldUsers: AccuracySummary | null;
  readonly coldMovies: AccuracySummary | null;
}

export function testRows(train: RatingTable, test: RatingTable): TestRows {
  const known = (nodes: Int32Array, asked: Int32Array, size: number) => {
    const counts = new Int32Array(size);
    for (const node of nodes) counts[node]! += 1;
    return Int32Array.from(asked, (node) => counts[node]!);
  };
  return {
    u: test.u,
    r: test.r,
    userRatings: known(train.u, test.u, train.users.length),
    movieRatings: known(train.i, test.i, train.movies.length),
  };
}

/** One model on one test. @throws RangeError without a row */
export function splitQuality(rows: TestRows, { mean, variance, shown }: Predictions): SplitQuality {
  const quality = new Quality();
  const topTen = new Calibration();
  const [coldUsers, coldMovies] = [new Accuracy(), new Accuracy()];
  for (let row = 0; row < rows.r.length; row += 1) {
    const forecast = { mean: mean[row]!, variance: variance === null ? null : variance[row]! };
    const r = rows.r[row]!;
    quality.add(forecast, r, rows.userRatings[row]!);
    if (shown[row] === 1 && forecast.variance !== null) topTen.add(forecast.mean, forecast.variance, r);
    if (rows.userRatings[row] === 0) coldUsers.add(forecast.mean, forecast.variance, r);
    if (rows.movieRatings[row] === 0) coldMovies.add(forecast.mean, forecast.variance, r);
  }
  const of = (accuracy: Accuracy) => (accuracy.ratings === 0 ? null : accuracy.summary());
  return { ...quality.summary(), topTen: topTen.overall(), coldUsers: of(coldUsers), coldMovies: of(coldMovies) };
}

/** The squared error of every row. */
export function squaredErrors({ r }: TestRows, { mean }: Predictions): Float64Array {
  return mean.map((value, row) => (value - r[row]!) ** 2);
}

/** Tests of several folds as one. */
export function joinedRows(parts: readonly TestRows[]): TestRows {
  return {
    u: joinedInts(parts.map(({ u }) => u)),
    r: joinedFloats(parts.map(({ r }) => r)),
    userRatings: joinedInts(parts.map(({ userRatings }) => userRatings)),
    movieRatings: joinedInts(parts.map(({ movieRatings }) => movieRatings)),
  };
}

export function joinedPredictions(parts: readonly Predictions[]): Predictions {
  const variances = parts.map(({ variance }) => variance).filter((variance) => variance !== null);
  return {
    mean: joinedFloats(parts.map(({ mean }) => mean)),
    variance: variances.length === parts.length ? joinedFloats(variances) : null,
    shown: Uint8Array.from(parts.flatMap(({ shown }) => Array.from(shown))),
  };
}

function joinedInts(parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => Array.from(part)));
}

function joinedFloats(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}
