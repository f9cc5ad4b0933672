import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttentionWeights } from '../../../src/engine/kernels/attentionParameters.ts';
import { type Device, openDevice } from '../../../src/engine/kernels/device.ts';
import { Random } from '../../../src/engine/math/random.ts';
import {
  ATTENTION_DEFAULTS,
  type AttentionOptions,
  attentionDelta,
  attentionRows,
  fitAttention,
} from '../../../src/engine/models/attention.ts';
import type { AttentionLesson, AttentionShape } from '../../../src/engine/models/attentionLesson.ts';

const USERS = 80;
const MOVIES = 60;
const SHAPE: AttentionShape = { users: USERS, movies: MOVIES, userInputs: 2, movieInputs: 3, levels: 2 };
const QUICK: AttentionOptions = { ...ATTENTION_DEFAULTS, dimension: 16, heads: 2, steps: 60, warmUp: 5, rate: 0.02, averaging: 0.9 };

/**
 * Every user likes one of two genres. Nothing but the messages tells which: a film of that genre gets a high level, the
 * others a low one. Residuals are ±.8, with noise of variance .04.
 * @returns five lessons, each about another fifth of the ratings, and ratings that no lesson knows
 */
function planted(seed: number): { lessons: AttentionLesson[]; features: AttentionLesson; unseen: AttentionLesson['targets'] } {
  const random = new Random(seed);
  const taste = Int8Array.from({ length: USERS }, () => (random.uniform() < 0.5 ? 1 : -1));
  const genre = Int8Array.from({ length: MOVIES }, () => (random.uniform() < 0.5 ? 1 : -1));
  const userFeatures = Float64Array.from({ length: USERS * 2 }, (_, at) => (at % 2 === 0 ? 1 : random.normal()));
  const movieFeatures = Float64Array.from({ length: MOVIES * 3 }, (_, at) => {
    if (at % 3 === 0) return 1;
    return genre[Math.floor(at / 3)] === (at % 3 === 1 ? 1 : -1) ? 1 : 0;
  });
  const rated: { u: number; i: number; residual: number; fold: number }[] = [];
  for (let u = 0; u < USERS; u += 1) {
    for (let i = 0; i < MOVIES; i += 1) {
      if (random.uniform() > 0.4) continue;
      rated.push({ u, i, residual: 0.8 * taste[u]! * genre[i]! + 0.2 * random.normal(), fold: random.below(6) });
    }
  }
  const targetsOf = (fold: number) => {
    const rows = rated.filter((row) => row.fold === fold);
    return {
      u: Int32Array.from(rows, (row) => row.u),
      i: Int32Array.from(rows, (row) => row.i),
      residual: Float64Array.from(rows, (row) => row.residual),
    };
  };
  const messagesBut = (fold: number) => {
    const rows = rated.filter((row) => row.fold !== fold && row.fold !== 5);
    return {
      u: Int32Array.from(rows, (row) => row.u),
      i: Int32Array.from(rows, (row) => row.i),
      level: Int32Array.from(rows, (row) => (row.residual > 0 ? 1 : 0)),
    };
  };
  const lessonOf = (fold: number) => ({ userFeatures, movieFeatures, messages: messagesBut(fold), targets: targetsOf(fold) });
  return { lessons: [0, 1, 2, 3, 4].map(lessonOf), features: lessonOf(5), unseen: targetsOf(5) };
}

function flatOf({ users, movies, userWeight, movieWeight, mu }: AttentionWeights): number[] {
  return [users, movies, { userWeight, movieWeight, mu }].flatMap((part) => Object.values(part).flatMap((values) => [...values]));
}

describe.each(['twin', 'webasm'] as const)('the attention, fitted by its %s', (compute) => {
  let device: Device | null = null;
  beforeAll(async () => {
    device = compute === 'twin' ? null : await openDevice(compute, () => {});
  });
  afterAll(() => device?.close());

  it('learns a taste that nothing but the messages tells of', async () => {
    const { lessons, features, unseen } = planted(1);
    const losses: number[] = [];
    const weights = await fitAttention(lessons, SHAPE, QUICK, new Random(2), device, (step, steps, loss) => {
      expect(steps).toBe(QUICK.steps);
      losses[step - 1] = loss;
    });
    expect(losses).toHaveLength(QUICK.steps);
    expect(losses[0]).toBeGreaterThan(0.5);
    const rows = await attentionRows(weights, features.userFeatures, features.movieFeatures, features.messages, device);
    let [squares, blind] = [0, 0];
    for (const [t, r] of unseen.residual.entries()) {
      squares += (r - attentionDelta(weights, rows.users, unseen.u[t]!, rows.movies, unseen.i[t]!)) ** 2;
      blind += r * r;
    }
    const n = unseen.residual.length;
    expect(blind / n).toBeGreaterThan(0.6);
    expect(squares / n).toBeLessThan(0.12);
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const { lessons } = planted(3);
    const fitted = (seed: number) => fitAttention(lessons, SHAPE, { ...QUICK, steps: 4 }, new Random(seed), device);
    const first = flatOf(await fitted(1));
    expect(flatOf(await fitted(1))).toEqual(first);
    expect(flatOf(await fitted(2))).not.toEqual(first);
  });

  it('passes over lessons that have nothing to predict, and learns from those without messages', async () => {
    const { lessons, features } = planted(4);
    const none = { u: new Int32Array(0), i: new Int32Array(0) };
    const silent = { ...lessons[0]!, messages: { ...none, level: new Int32Array(0) } };
    const idle = { ...lessons[1]!, targets: { ...none, residual: new Float64Array(0) } };
    const losses: number[] = [];
    const weights = await fitAttention([silent, idle, lessons[2]!], SHAPE, { ...QUICK, steps: 6 }, new Random(1), device, (_s, _n, loss) =>
      losses.push(loss),
    );
    expect(losses).toHaveLength(6);
    expect(losses.every((loss) => loss > 0)).toBe(true);
    const rows = await attentionRows(weights, features.userFeatures, features.movieFeatures, silent.messages, device);
    expect(rows.users.every(Number.isFinite)).toBe(true);
    const untaught = await fitAttention([idle], SHAPE, QUICK, new Random(1), device, () => expect.unreachable());
    expect(flatOf(untaught).every(Number.isFinite)).toBe(true);
    expect((await attentionRows(weights, new Float64Array(0), features.movieFeatures, silent.messages, device)).users).toHaveLength(0);
  });

  it('says that it diverged', async () => {
    const { lessons } = planted(5);
    const targets = { ...lessons[0]!.targets, residual: lessons[0]!.targets.residual.map(() => 1e300) };
    await expect(fitAttention([{ ...lessons[0]!, targets }], SHAPE, QUICK, new Random(1), device)).rejects.toThrow('diverged in step 1');
    await expect(fitAttention(lessons, SHAPE, { ...QUICK, rate: 1e200 }, new Random(1), device)).rejects.toThrow('diverged');
  });
});

describe('the attention', () => {
  it('has its kernels run, every one in every step, where a device is open', async () => {
    const device = await openDevice('webasm', () => {});
    const { lessons, features } = planted(6);
    const steps = 7;
    const weights = await fitAttention(lessons, SHAPE, { ...QUICK, steps }, new Random(1), device);
    const trained = new Map(device.counts().map(({ name, launches, cells }) => [name, { launches, cells }]));
    for (const name of ['weight', 'heard', 'alphaGradient', 'scoreGradient', 'messageGradient', 'transformGradient', 'hiddenGradient']) {
      expect(`${name} ${trained.get(`attention.${name}`)?.launches}`).toBe(`${name} ${2 * steps}`);
    }
    expect(trained.get('attention.output')?.cells).toBe(steps * (USERS + MOVIES) * QUICK.dimension);
    expect(trained.get('attention.error')?.launches).toBe(steps);
    await attentionRows(weights, features.userFeatures, features.movieFeatures, features.messages, device);
    const count = (name: string) => device.counts().find((kernel) => kernel.name === `attention.${name}`)?.launches;
    expect(count('output')).toBe(2 * steps + 2);
    expect(count('error')).toBe(steps);
    await device.close();
  });

  it('walks the same way by kernels as by its twin', async () => {
    const { lessons, features } = planted(7);
    const device = await openDevice('webasm', () => {});
    const fits = [null, device].map((each) => fitAttention(lessons, SHAPE, { ...QUICK, steps: 10 }, new Random(1), each));
    const [byTwin, byKernels] = await Promise.all(fits);
    const rowsBy = (each: Device | null) => attentionRows(byTwin!, features.userFeatures, features.movieFeatures, features.messages, each);
    const [expected, actual] = [await rowsBy(null), await rowsBy(device)];
    await device.close();
    const largest = expected.users.reduce((most, z) => Math.max(most, Math.abs(z)), 0);
    for (const [at, z] of expected.users.entries()) expect(Math.abs(z - actual.users[at]!)).toBeLessThan(1e-5 * largest);
    const [first, second] = [flatOf(byTwin!), flatOf(byKernels!)];
    // AdamW divides small gradients by their size: where they cancel to rounding, steps differ.
    const apart = first.filter((value, at) => Math.abs(value - second[at]!) > 1e-3);
    expect(apart.length).toBeLessThan(0.02 * first.length);
  });

  it('refuses heads that a row cannot be cut into', async () => {
    const fitted = (options: Partial<AttentionOptions>) =>
      fitAttention(planted(8).lessons, SHAPE, { ...QUICK, ...options }, new Random(1), null);
    await expect(fitted({ heads: 3 })).rejects.toThrow('heads must be a power of two, and is 3');
    await expect(fitted({ heads: 8 })).rejects.toThrow('dimension must be a multiple of 4 × heads (32), and is 16');
  });
});
