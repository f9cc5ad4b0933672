import { attentionGraph, thinned } from '../../../src/engine/kernels/attentionGraph.ts';
import { type AttentionSize, flatWeights, startingWeights } from '../../../src/engine/kernels/attentionParameters.ts';
import { referenceRows, referenceTrainer } from '../../../src/engine/kernels/attentionReference.ts';
import type { AttentionInput, AttentionTargets } from '../../../src/engine/kernels/attentionStep.ts';
import { kernelForward, kernelTrainer } from '../../../src/engine/kernels/attentionTrainer.ts';
import type { Device } from '../../../src/engine/kernels/device.ts';
import { Random } from '../../../src/engine/math/random.ts';

export interface Case {
  readonly users: number;
  readonly movies: number;
  readonly edges: number;
  readonly targets: number;
  readonly size: AttentionSize;
  /** Edges of user 0; the others are anywhere. Nodes of the last third have none. */
  readonly longRow?: number;
  /** Rows of a block of large sums. */
  readonly block?: number;
}

const size = (levels: number, dimension: number, heads: number, userInputs = 3, movieInputs = 2): AttentionSize => ({
  ...{ levels, dimension, heads, userInputs, movieInputs },
});

export const CASES: Readonly<Record<string, Case>> = {
  'one head, one level': { users: 5, movies: 7, edges: 12, targets: 6, size: size(1, 4, 1, 1, 1) },
  'the usual size': { users: 30, movies: 45, edges: 300, targets: 80, size: size(5, 32, 4, 9, 8) },
  'ten levels, sums in blocks': { users: 33, movies: 20, edges: 200, targets: 50, size: size(10, 16, 4), block: 7 },
  'no edges': { users: 3, movies: 9, edges: 0, targets: 4, size: size(2, 8, 2) },
  'a row with 5,000 edges': { users: 3, movies: 7_600, edges: 5_020, targets: 40, size: size(2, 8, 2), longRow: 5_000 },
};

/** For a software adapter, which takes seconds to compile the kernels of one: long rows, and sums in blocks. */
export const WEBGPU_CASES = ['a row with 5,000 edges'];

/** Everything of a training step, drawn at random; weights that start at 0 are moved from there. */
export function drawCase({ users, movies, edges, targets, size, longRow = 0 }: Case, seed = 1) {
  const random = new Random(seed);
  const { flat, weights } = startingWeights(size, random);
  for (let at = 0; at < flat.length; at += 1) flat[at]! += 0.1 * random.normal();
  const features = (nodes: number, inputs: number) =>
    Float64Array.from({ length: nodes * inputs }, () => (random.uniform() < 0.3 ? 0 : random.normal()));
  const [heardUsers, heardMovies] = [Math.ceil((2 * users) / 3), Math.ceil((2 * movies) / 3)];
  const rated = {
    u: Int32Array.from({ length: edges }, (_, e) => (e < longRow ? 0 : random.below(heardUsers))),
    i: Int32Array.from({ length: edges }, (_, e) => (e < longRow ? e : random.below(heardMovies))),
    level: Int32Array.from({ length: edges }, () => random.below(size.levels)),
  };
  const factors = (nodes: number, share: number) =>
    Float64Array.from({ length: nodes * size.dimension }, () => (random.uniform() < share ? 0 : 1 / (1 - share)));
  const kept = Uint8Array.from(rated.u, (_, e) => (e >= 5_000 && random.uniform() < 0.2 ? 0 : 1));
  const input: AttentionInput = {
    graph: thinned(attentionGraph(rated, { users, movies, levels: size.levels }), kept),
    userFeatures: features(users, size.userInputs),
    movieFeatures: features(movies, size.movieInputs),
    dropout: {
      userHidden: factors(users, 0.1),
      movieHidden: factors(movies, 0.1),
      userRow: factors(users, 0.3),
      movieRow: factors(movies, 0.3),
    },
  };
  const asked: AttentionTargets = {
    u: Int32Array.from({ length: targets }, () => random.below(users)),
    i: Int32Array.from({ length: targets }, () => random.below(movies)),
    residual: Float64Array.from({ length: targets }, () => random.normal()),
  };
  return { flat, weights, rated, input, targets: asked };
}

/** Largest difference, over the largest value. @param least counts as the largest value where that is smaller */
export function difference(expected: ArrayLike<number>, actual: ArrayLike<number>, least = 1e-9): number {
  let [largest, apart] = [least, expected.length === actual.length ? 0 : Number.POSITIVE_INFINITY];
  for (let at = 0; at < expected.length; at += 1) {
    largest = Math.max(largest, Math.abs(expected[at]!));
    const off = Math.abs(expected[at]! - actual[at]!);
    if (!(off <= apart)) apart = off;
  }
  return apart / largest;
}

/** Every tensor of two flat arrays of weights, as [name, of the first, of the second]. */
export function tensors(size: AttentionSize, first: Float64Array, second: Float64Array): [string, Float64Array, Float64Array][] {
  const views = [first, second].map((values) => {
    const { flat, weights } = flatWeights(size);
    flat.set(values);
    const { users, movies, userWeight, movieWeight, mu } = weights;
    const ofSide = (side: object, name: string) =>
      Object.entries(side).map(([key, value]) => [`${name}.${key}`, value as Float64Array] as const);
    return [...ofSide(users, 'users'), ...ofSide(movies, 'movies'), ...Object.entries({ userWeight, movieWeight, mu })] as const;
  });
  return views[0]!.map(([name, values], at) => [name, values, views[1]![at]![1]]);
}

/** Largest difference between kernels and twin in each tensor of two steps of training, and in the rows. */
export async function differences(device: Device, spec: Case): Promise<Record<string, number>> {
  const { users, movies, edges, targets, size, block } = spec;
  const found: Record<string, number> = {};
  const capacity = { users, movies, edges: Math.round(edges * 1.25), targets: targets + 3 };
  const [kernels, twin] = [kernelTrainer(device, size, capacity, { block }), referenceTrainer(size)];
  for (const seed of [1, 2]) {
    const { weights, input, targets } = drawCase(spec, seed);
    const expected = await twin.run(weights, input, targets);
    const actual = await kernels.run(weights, input, targets);
    found[`loss ${seed}`] = difference([expected.loss], [actual.loss]);
    // Gradients of scores are sums that may cancel to rounding.
    const least = 1e-3 * expected.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [name, a, b] of tensors(size, expected.gradient, actual.gradient)) found[`${name} ${seed}`] = difference(a, b, least);
  }
  await kernels.close();
  const { weights, input } = drawCase(spec);
  const expected = referenceRows(weights, { ...input, dropout: null });
  const rows = kernelForward(device, weights, capacity);
  const actual = await rows.run(weights, { ...input, dropout: null });
  await rows.close();
  found['rows of users'] = difference(expected.users, actual.users);
  found['rows of movies'] = difference(expected.movies, actual.movies);
  return found;
}
