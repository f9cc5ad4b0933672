import type { Random } from '../math/random.ts';

/** Sizes of an attention layer in both directions. */
export interface AttentionSize {
  readonly userInputs: number;
  readonly movieInputs: number;
  /** Levels of ratings: each has a transform of its own. */
  readonly levels: number;
  /** Length d of hidden features and rows. */
  readonly dimension: number;
  /** Each looks at d/heads of them. */
  readonly heads: number;
}

/** What the rows of one side are made with: F for its own features, the others for messages from the other side. All row-major. */
export interface AttentionSideWeights {
  readonly F: Float64Array; // [inputs x d]
  readonly W: Float64Array; // [d x d]
  readonly Wr: Float64Array; // [levels x d x d]
  readonly br: Float64Array; // [levels x d]
  readonly as: Float64Array; // [d], d/heads of each head
  readonly ar: Float64Array; // [levels x heads]
  readonly ad: Float64Array; // [d]
  readonly Wd: Float64Array; // [d x d]
  readonly S: Float64Array; // [d x d]
  readonly O: Float64Array; // [d x d]
}

export interface AttentionWeights extends AttentionSize {
  readonly users: AttentionSideWeights;
  readonly movies: AttentionSideWeights;
  readonly userWeight: Float64Array; // [d] w_u
  readonly movieWeight: Float64Array; // [d] w_i
  readonly mu: Float64Array; // [1]
}

/** Weights, or gradients of them, as views of one flat array: what an optimiser steps. */
export interface FlatWeights {
  readonly flat: Float64Array;
  readonly weights: AttentionWeights;
}

/** All zero. */
export function flatWeights(size: AttentionSize): FlatWeights {
  const { levels, dimension: d, heads } = size;
  const side = (inputs: number) => ({
    F: inputs * d,
    W: d * d,
    Wr: levels * d * d,
    br: levels * d,
    as: d,
    ar: levels * heads,
    ad: d,
    Wd: d * d,
    S: d * d,
    O: d * d,
  });
  const lengths = { users: side(size.userInputs), movies: side(size.movieInputs) };
  const total = [...Object.values(lengths.users), ...Object.values(lengths.movies)].reduce((sum, length) => sum + length, 0) + 2 * d + 1;
  const flat = new Float64Array(total);
  let at = 0;
  const take = (length: number) => {
    at += length;
    return flat.subarray(at - length, at);
  };
  const views = (of: ReturnType<typeof side>) =>
    Object.fromEntries(Object.entries(of).map(([name, length]) => [name, take(length)])) as unknown as AttentionSideWeights;
  const [users, movies] = [views(lengths.users), views(lengths.movies)];
  return { flat, weights: { ...size, users, movies, userWeight: take(d), movieWeight: take(d), mu: take(1) } };
}

/** F, W, W_d, S ~ N(0, 1/fan-in); W_r and O the same times .3; a_s, a_d ~ .3 N(0,1); the rest 0. */
export function startingWeights(size: AttentionSize, random: Random): FlatWeights {
  const made = flatWeights(size);
  const fill = (values: Float64Array, std: number) => {
    for (let at = 0; at < values.length; at += 1) values[at] = std * random.normal();
  };
  const own = 1 / Math.sqrt(size.dimension);
  for (const [side, inputs] of [
    [made.weights.users, size.userInputs],
    [made.weights.movies, size.movieInputs],
  ] as const) {
    fill(side.F, 1 / Math.sqrt(inputs));
    for (const name of ['W', 'Wd', 'S'] as const) fill(side[name], own);
    for (const name of ['Wr', 'O'] as const) fill(side[name], 0.3 * own);
    for (const name of ['as', 'ad'] as const) fill(side[name], 0.3);
  }
  return made;
}
