import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attentionGraph, thinned } from '../../../src/engine/kernels/attentionGraph.ts';
import { referenceRows, referenceTrainer } from '../../../src/engine/kernels/attentionReference.ts';
import { fitsKernels, kernelForward } from '../../../src/engine/kernels/attentionTrainer.ts';
import { type Device, openDevice } from '../../../src/engine/kernels/device.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { CASES, type Case, difference, differences, drawCase, tensors, WEBGPU_CASES } from './attentionUse.ts';
import { hasSoftwareWebGpu, withSoftwareWebGpu } from './softwareWebGpu.ts';

/** Of a tensor's largest value. */
const TOLERANCE = 1e-5;

function expectSmall(found: Readonly<Record<string, number>>): void {
  expect(Object.entries(found).filter(([, value]) => !(value < TOLERANCE))).toEqual([]);
}

describe('the twin of the attention', () => {
  const small: Case = {
    ...{ users: 6, movies: 8, edges: 20, targets: 12 },
    size: { levels: 2, dimension: 8, heads: 2, userInputs: 3, movieInputs: 2 },
  };

  it('has the gradients that finite differences have, in two consecutive steps', async () => {
    const trainer = referenceTrainer(small.size);
    const { flat, weights, input, targets } = drawCase(small, 3);
    for (const step of [1, 2]) {
      const gradient = Float64Array.from((await trainer.run(weights, input, targets)).gradient);
      const numeric = new Float64Array(flat.length);
      const lossAt = async (at: number, value: number) => {
        flat[at] = value;
        return (await trainer.run(weights, input, targets)).loss;
      };
      for (let at = 0; at < flat.length; at += 1) {
        const [value, shift] = [flat[at]!, 1e-6];
        numeric[at] = ((await lossAt(at, value + shift)) - (await lossAt(at, value - shift))) / (2 * shift);
        flat[at] = value;
      }
      const found = tensors(small.size, numeric, gradient).map(([name, a, b]) => [`${name}, step ${step}`, difference(a, b)] as const);
      expect(found.filter(([, value]) => !(value < 1e-6))).toEqual([]);
      for (const [name, values] of tensors(small.size, gradient, gradient)) {
        expect(`${name} ${values.some((g) => Math.abs(g) > 1e-6)}`).toBe(`${name} true`);
      }
      for (let at = 0; at < flat.length; at += 1) flat[at]! -= 0.05 * gradient[at]!;
    }
  });

  it('gives a node without edges O LeakyReLU(S h), and the mean of equal messages to one with several', () => {
    const { weights, input, rated } = drawCase(small, 4);
    for (const values of [weights.users.as, weights.users.ar, weights.users.ad]) values.fill(0);
    const lone = { u: Int32Array.of(0, 0), i: Int32Array.of(1, 2), level: Int32Array.of(0, 1) };
    const rowsOf = (edges: typeof rated) =>
      referenceRows(weights, { ...input, dropout: null, graph: attentionGraph(edges, { users: 6, movies: 8, levels: 2 }) });
    const { users } = rowsOf(lone);
    const { dimension: d } = small.size;
    const { F, W, Wr, br, S, O } = weights.users;
    const dot = (x: Float64Array, M: Float64Array) =>
      Float64Array.from({ length: d }, (_, c) => x.reduce((sum, value, b) => sum + value * M[b * d + c]!, 0));
    const hiddenOfUser = (u: number) => dot(input.userFeatures.subarray(u * 3, u * 3 + 3), F);
    const message = (i: number, level: number) => {
      const h = dot(input.movieFeatures.subarray(i * 2, i * 2 + 2), weights.movies.F);
      const M = W.map((value, at) => value + Wr[level * d * d + at]!);
      return dot(h, M).map((value, c) => value + br[level * d + c]!);
    };
    const rowOf = (u: number, heard: Float64Array) => {
      const sum = dot(hiddenOfUser(u), S).map((value, c) => value + heard[c]!);
      return dot(
        sum.map((value) => Math.max(value, 0.1 * value)),
        O,
      );
    };
    expect(difference(rowOf(5, new Float64Array(d)), users.subarray(5 * d, 6 * d))).toBeLessThan(1e-12);
    const [first, second] = [message(1, 0), message(2, 1)];
    const mean = first.map((value, c) => (value + second[c]!) / 2);
    expect(difference(rowOf(0, mean), users.subarray(0, d))).toBeLessThan(1e-12);
  });

  it('gives the same rows whatever the order of the edges', () => {
    const { weights, input, rated } = drawCase(CASES['the usual size']!, 5);
    const graphOf = (edges: typeof rated) => attentionGraph(edges, { users: 30, movies: 45, levels: 5 });
    const order = new Random(6).shuffle(Int32Array.from(rated.u, (_, e) => e));
    const shuffled = { u: order.map((e) => rated.u[e]!), i: order.map((e) => rated.i[e]!), level: order.map((e) => rated.level[e]!) };
    const expected = referenceRows(weights, { ...input, graph: graphOf(rated) });
    const actual = referenceRows(weights, { ...input, graph: graphOf(shuffled) });
    expect(difference(expected.users, actual.users)).toBeLessThan(1e-12);
    expect(difference(expected.movies, actual.movies)).toBeLessThan(1e-12);
  });

  it('thins a graph to the one that the kept edges make', () => {
    const { rated } = drawCase(CASES['the usual size']!, 7);
    const shape = { users: 30, movies: 45, levels: 5 };
    const kept = Uint8Array.from(rated.u, (_, e) => (e % 3 === 0 ? 0 : 1));
    const pick = (column: Int32Array) => column.filter((_, e) => kept[e] === 1);
    const expected = attentionGraph({ u: pick(rated.u), i: pick(rated.i), level: pick(rated.level) }, shape);
    const actual = thinned(attentionGraph(rated, shape), kept);
    for (const side of ['users', 'movies'] as const) {
      const { edge, ...rest } = actual[side];
      const { edge: places, ...others } = expected[side];
      expect(rest).toEqual(others);
      expect(edge.length).toBe(places.length);
    }
  });
});

describe.each(['cpu', 'webasm'] as const)('the kernels of the attention on %s', (compute) => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice(compute, () => {});
  });
  afterAll(() => device.close());

  it.each(Object.keys(CASES))('agree with their twin: %s', async (name) => {
    expectSmall(await differences(device, CASES[name]!));
  });

  it('give the same rows whatever the order of the edges', async () => {
    const spec = CASES['the usual size']!;
    const { weights, input, rated } = drawCase(spec, 5);
    const graph = attentionGraph(
      { u: rated.u.toReversed(), i: rated.i.toReversed(), level: rated.level.toReversed() },
      { users: 30, movies: 45, levels: 5 },
    );
    const all = { ...input, dropout: null, graph: attentionGraph(rated, { users: 30, movies: 45, levels: 5 }) };
    const forward = kernelForward(device, weights, spec);
    const expected = await forward.run(weights, all);
    const actual = await forward.run(weights, { ...all, graph });
    await forward.close();
    expectSmall({ users: difference(expected.users, actual.users), movies: difference(expected.movies, actual.movies) });
  });
});

describe('the kernels of the attention on webgpu', () => {
  it.skipIf(!hasSoftwareWebGpu)('agree with their twin', () => {
    const { backend, found } = withSoftwareWebGpu<{ backend: string; found: Record<string, Record<string, number>> }>(
      'attentionOnWebGpu.ts',
    );
    expect(backend).toBe('webgpu');
    expect(Object.keys(found)).toEqual(WEBGPU_CASES);
    for (const ofCase of Object.values(found)) expectSmall(ofCase);
  });

  it('are left alone where a graph is too large for them', () => {
    const size = { levels: 5, dimension: 32, heads: 4, userInputs: 3, movieInputs: 3 };
    const device = { backend: 'webgpu' } as Device;
    expect(fitsKernels(size, { users: 26_000, movies: 100, edges: 1_000_000, targets: 1 }, device)).toBe(true);
    expect(fitsKernels(size, { users: 27_000, movies: 100, edges: 1_000_000, targets: 1 }, device)).toBe(false);
    expect(fitsKernels(size, { users: 27_000, movies: 100, edges: 1_000_000, targets: 1 }, { ...device, backend: 'webasm' })).toBe(true);
    expect(fitsKernels(size, { users: 100, movies: 100, edges: 5_000_000, targets: 1 }, device)).toBe(false);
    expect(fitsKernels(size, { users: 100, movies: 0, edges: 0, targets: 0 }, device)).toBe(false);
  });
});
