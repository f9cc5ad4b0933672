import type { MovieRecord, RatingScale, UserRecord } from '../../domain.ts';
import { Random } from '../math/random.ts';
import { GroundTruth, toScale } from './groundTruth.ts';
import type { RatingTable } from './ratingTable.ts';

/** Ratings drawn from known factors. All in rating points, on 1 to 5 by `step`. */
export interface SyntheticOptions {
  readonly users: number;
  readonly movies: number;
  /** Distinct (user, movie) pairs; at most users x movies. */
  readonly ratings: number;
  /** Taste factors. Default 2. */
  readonly rank?: number;
  /** Standard deviation of what the factors add together. Default 0.6. */
  readonly taste?: number;
  /** Standard deviation of user and of movie biases. Default 0.35. */
  readonly bias?: number;
  /** Median over users of the noise's standard deviation. Default 0.6. */
  readonly noise?: number;
  /** Standard deviation of the logarithm of that: 0 gives every user the same noise. Default 0.4. */
  readonly noiseSpread?: number;
  /** Distance between two levels. Default 0.5. */
  readonly step?: number;
}

export interface SyntheticRatings {
  readonly table: RatingTable;
  readonly truth: GroundTruth;
}

/**
 * r_ui = nearest step of 3 + b_u + c_i + p_u · q_i + noise_u N(0, 1), clipped to the scale;
 * b, c ~ N(0, bias²), p ~ N(0, taste²/rank), q ~ N(0, 1), noise_u = noise exp(noiseSpread N(0, 1)).
 * Pairs are uniform without replacement, in random order, a minute apart.
 */
export function syntheticRatings(options: SyntheticOptions, seed: number): SyntheticRatings {
  const { users, movies, ratings, rank = 2, taste = 0.6, bias = 0.35, noise = 0.6, noiseSpread = 0.4, step = 0.5 } = options;
  if (ratings > users * movies) {
    throw new RangeError(`ratings is ${ratings}, but ${users} users x ${movies} movies give only ${users * movies} pairs.`);
  }
  const random = new Random(seed);
  const normals = (count: number, std: number) => Float64Array.from({ length: count }, () => std * random.normal());
  const b = normals(users, bias); // [users]
  const c = normals(movies, bias); // [movies]
  const p = normals(users * rank, taste / Math.sqrt(rank)); // [users x rank]
  const q = normals(movies * rank, 1); // [movies x rank]
  const noiseOf = normals(users, noiseSpread).map((log) => noise * Math.exp(log)); // [users]

  const mean = new Float64Array(users * movies); // [users x movies]
  for (let u = 0; u < users; u += 1) {
    for (let i = 0; i < movies; i += 1) {
      let value = 3 + b[u]! + c[i]!;
      for (let f = 0; f < rank; f += 1) value += p[u * rank + f]! * q[i * rank + f]!;
      mean[u * movies + i] = value;
    }
  }
  const scale: RatingScale = { min: 1, max: 5, step };
  const truth = new GroundTruth({ scale, mean, noise: noiseOf, movies });
  const pairs = random.shuffle(Int32Array.from({ length: users * movies }, (_, pair) => pair)).subarray(0, ratings);
  return { table: tableOf(scale, users, movies, pairs, (u, i) => truth.draw(u, i, random)), truth };
}

/** Every pair rated: 5 where u + i is even, else 1. Rank 1 around the mean 3, so one factor explains it all. */
export function checkerboard(users: number, movies: number): RatingTable {
  return tableOf({ min: 1, max: 5, step: 1 }, users, movies, allPairs(users, movies), (u, i) => ((u + i) % 2 === 0 ? 5 : 1));
}

/**
 * Every pair rated, exactly and without noise: r_ui = 3 + p_u · q_i, two factors, all of them uniform in (-1, 1),
 * so that no rating needs clipping. Scale 1 to 5 without a step.
 */
export function rankTwo(users: number, movies: number, seed: number): RatingTable {
  const random = new Random(seed);
  const uniforms = (count: number) => Float64Array.from({ length: count }, () => 2 * random.uniform() - 1);
  const p = uniforms(users * 2); // [users x 2]
  const q = uniforms(movies * 2); // [movies x 2]
  const rating = (u: number, i: number) => 3 + p[2 * u]! * q[2 * i]! + p[2 * u + 1]! * q[2 * i + 1]!;
  return tableOf({ min: 1, max: 5, step: null }, users, movies, allPairs(users, movies), rating);
}

function allPairs(users: number, movies: number): Int32Array {
  return Int32Array.from({ length: users * movies }, (_, pair) => pair);
}

/** @param pairs u x movies + i of every rating, in order */
function tableOf(
  scale: RatingScale,
  users: number,
  movies: number,
  pairs: Int32Array,
  rating: (u: number, i: number) => number,
): RatingTable {
  const u = pairs.map((pair) => Math.floor(pair / movies));
  const i = pairs.map((pair) => pair % movies);
  return {
    scale,
    users: Array.from({ length: users }, (_, index): UserRecord => ({ id: `u${index}`, age: null, gender: null, occupation: null })),
    movies: Array.from(
      { length: movies },
      (_, index): MovieRecord => ({ id: `m${index}`, title: `Movie ${index}`, year: null, genres: [] }),
    ),
    u,
    i,
    r: Float64Array.from(pairs, (_, row) => toScale(scale, rating(u[row]!, i[row]!))),
    time: Float64Array.from(pairs, (_, row) => START + 60 * row),
  };
}

/** 2024-01-01, in seconds. */
const START = Date.UTC(2024, 0, 1) / 1000;
