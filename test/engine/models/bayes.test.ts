import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Device, openDevice } from '../../../src/engine/kernels/device.ts';
import { Random } from '../../../src/engine/math/random.ts';
import {
  drawHeads,
  exactReading,
  fitHead,
  HEAD_DEFAULTS,
  type HeadPlanes,
  type HeadReading,
  type HeadRows,
  type HeadWeights,
  headPlanes,
  readPlanes,
} from '../../../src/engine/models/bayes.ts';

const DRAWS = 64;
const NINETY = 1.6448536;

/** Predictions whose errors are known: below 3 they miss by more than V says and too high, above by less and too low. */
function plantedRows(count: number, random: Random): HeadRows {
  const rows = { score: new Float64Array(count), variance: new Float64Array(count), r: new Float64Array(count) };
  for (let t = 0; t < count; t += 1) {
    const score = 3.2 + 0.9 * random.normal();
    const variance = Math.exp(-0.2 + 0.25 * random.normal());
    rows.score[t] = score;
    rows.variance[t] = variance;
    rows.r[t] = score + plantedOffset(score) + Math.sqrt(plantedNoise(score) * variance) * random.normal();
  }
  return rows;
}

function plantedOffset(score: number): number {
  return 0.15 * (Math.min(Math.max(score, 1), 5) - 3);
}

function plantedNoise(score: number): number {
  return Math.exp(-0.5 * (Math.min(Math.max(score, 1), 5) - 3));
}

const reading = (): HeadReading => ({ offset: 0, offsetVariance: 0, noiseFactor: 1 });

describe('the Bayesian head on predictions whose errors are known', () => {
  const random = new Random(11);
  const rows = plantedRows(8_000, random);
  const fresh = plantedRows(8_000, random);
  const epochs: [number, number, number, number][] = [];
  let device: Device;
  let weights: HeadWeights;
  let planes: HeadPlanes;

  beforeAll(async () => {
    device = await openDevice('webasm', () => {});
    weights = await fitHead(rows, HEAD_DEFAULTS, new Random(1), device, (...report) => epochs.push(report));
    planes = await headPlanes(weights, DRAWS, new Random(2), device);
  });
  afterAll(() => device.close());

  it('computes every step and the planes on the device', () => {
    const launches = new Map(device.counts().map(({ name, launches }) => [name, launches]));
    const steps = HEAD_DEFAULTS.epochs * Math.ceil(8_000 / HEAD_DEFAULTS.smallBatch);
    for (const name of ['linear0', 'linear2', 'meanGradient0', 'varianceGradient2', 'inputGradient1']) {
      expect(launches.get(`bayes.${name}`), name).toBe(steps);
    }
    const cells = device.counts().find(({ name }) => name === 'bayes.drawnNoise')!.cells;
    expect(cells).toBeGreaterThanOrEqual(DRAWS * planes.size ** 2);
  });

  it('reports a loss that falls, and the error with the offset added', () => {
    expect(epochs.map(([epoch, of]) => [epoch, of])).toEqual(Array.from({ length: 12 }, (_, n) => [n + 1, 12]));
    // In the first five epochs the KL still grows.
    expect(epochs[11]![2]).toBeLessThan(epochs[4]![2]);
    let squares = 0;
    for (let t = 0; t < rows.r.length; t += 1) squares += (rows.r[t]! - rows.score[t]! - plantedOffset(rows.score[t]!)) ** 2;
    expect(Math.abs(epochs[11]![3] - Math.sqrt(squares / rows.r.length))).toBeLessThan(0.01);
  });

  it('finds the offset and the noise', () => {
    for (const score of [1.5, 2.2, 3, 3.8, 4.6]) {
      const { offset, noiseFactor } = readPlanes(planes, score, 0.8, reading());
      expect(Math.abs(offset - plantedOffset(score)), `offset at ${score}`).toBeLessThan(0.08);
      expect(Math.abs(Math.log(noiseFactor / plantedNoise(score))), `noise at ${score}`).toBeLessThan(0.15);
    }
  });

  it('covers 90 % of new ratings where the noise is high and where it is low, and V alone does not', () => {
    for (const low of [true, false]) {
      let count = 0;
      let inside = 0;
      let insideAlone = 0;
      for (let t = 0; t < fresh.r.length; t += 1) {
        const score = fresh.score[t]!;
        const V = fresh.variance[t]!;
        if (score > 3.2 !== low) continue;
        const { offset, offsetVariance, noiseFactor } = readPlanes(planes, score, V, reading());
        count += 1;
        if (Math.abs(fresh.r[t]! - score - offset) < NINETY * Math.sqrt(noiseFactor * V + offsetVariance)) inside += 1;
        if (Math.abs(fresh.r[t]! - score) < NINETY * Math.sqrt(V)) insideAlone += 1;
      }
      expect(count).toBeGreaterThan(3_000);
      expect(Math.abs(inside / count - 0.9)).toBeLessThan(0.03);
      expect(Math.abs(insideAlone / count - 0.9)).toBeGreaterThan(0.03);
    }
  });

  it('has a lower negative log likelihood on new ratings than V alone, and nearly that of the truth', () => {
    const negativeLogLikelihood = (mean: (t: number) => number, variance: (t: number) => number) => {
      let sum = 0;
      for (let t = 0; t < fresh.r.length; t += 1) {
        sum += 0.5 * Math.log(2 * Math.PI * variance(t)) + (fresh.r[t]! - mean(t)) ** 2 / (2 * variance(t));
      }
      return sum / fresh.r.length;
    };
    const said = Array.from(fresh.r, (_, t) => readPlanes(planes, fresh.score[t]!, fresh.variance[t]!, reading()));
    const head = negativeLogLikelihood(
      (t) => fresh.score[t]! + said[t]!.offset,
      (t) => said[t]!.noiseFactor * fresh.variance[t]! + said[t]!.offsetVariance,
    );
    const alone = negativeLogLikelihood(
      (t) => fresh.score[t]!,
      (t) => fresh.variance[t]!,
    );
    const truth = negativeLogLikelihood(
      (t) => fresh.score[t]! + plantedOffset(fresh.score[t]!),
      (t) => plantedNoise(fresh.score[t]!) * fresh.variance[t]!,
    );
    expect(head).toBeLessThan(alone - 0.03);
    expect(head - truth).toBeLessThan(0.005);
  });

  it('says by its planes what the draws say, within .002 rating points', () => {
    const drawn = drawHeads(weights, DRAWS, new Random(2));
    const places = new Random(5);
    const out = reading();
    for (let n = 0; n < 1_000; n += 1) {
      const score = 0.5 + 5 * places.uniform();
      const V = Math.exp(planes.lnVFrom + (planes.lnVTo - planes.lnVFrom) * places.uniform());
      const exact = exactReading(weights, DRAWS, drawn, score, V);
      readPlanes(planes, score, V, out);
      expect(Math.abs(out.offset - exact.offset)).toBeLessThan(0.002);
      expect(Math.abs(Math.sqrt(out.offsetVariance) - Math.sqrt(exact.offsetVariance))).toBeLessThan(0.002);
      expect(Math.abs(Math.sqrt(out.noiseFactor) - Math.sqrt(exact.noiseFactor))).toBeLessThan(0.002);
    }
  });
});

describe('planes', () => {
  const planes: HeadPlanes = {
    size: 3,
    lnVFrom: -1,
    lnVTo: 1,
    offset: Float64Array.of(0, 1, 2, 10, 11, 12, 20, 21, 22),
    offsetVariance: Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 3),
    logNoise: Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, Math.log(4)),
  };

  it('are read bilinearly, base first', () => {
    const out = reading();
    expect(readPlanes(planes, 2, Math.exp(-0.25), out)).toBe(out);
    expect(out.offset).toBeCloseTo(5 + 0.75, 12);
    expect(out.offsetVariance).toBeCloseTo(1, 12);
    readPlanes(planes, 4, Math.exp(0.5), out);
    expect(out.offset).toBeCloseTo(15 + 1.5, 12);
    expect(out.offsetVariance).toBeCloseTo(1.5, 12);
    expect(out.noiseFactor).toBeCloseTo(4 ** 0.25, 12);
  });

  it('end at their edges', () => {
    for (const [score, V, offset] of [
      [5, Math.E, 22],
      [9, 100, 22],
      [-3, 0, 0],
      [1, 1e9, 2],
    ] as const) {
      expect(readPlanes(planes, score, V, reading()).offset).toBeCloseTo(offset, 12);
    }
  });
});

describe('fitting the Bayesian head', () => {
  it('gives the same head for the same seed, and another for another', async () => {
    const rows = plantedRows(400, new Random(3));
    const head = (seed: number) => fitHead(rows, { ...HEAD_DEFAULTS, epochs: 2 }, new Random(seed), null);
    expect(await head(1)).toEqual(await head(1));
    expect((await head(1)).mean).not.toEqual((await head(2)).mean);
    const weights = await head(1);
    expect(exactReading(weights, 8, new Random(7), 3.3, 1)).toEqual(exactReading(weights, 8, new Random(7), 3.3, 1));
    expect(exactReading(weights, 8, new Random(7), 3.3, 1)).toEqual(exactReading(weights, 8, drawHeads(weights, 8, new Random(7)), 3.3, 1));
  });

  it('ends up at the same head with kernels and in plain loops', async () => {
    const rows = plantedRows(1_000, new Random(6));
    const device = await openDevice('webasm', () => {});
    const kernels = await fitHead(rows, HEAD_DEFAULTS, new Random(1), device);
    await device.close();
    const loops = await fitHead(rows, HEAD_DEFAULTS, new Random(1), null);
    for (const score of [1, 2, 3, 4, 5]) {
      const [a, b] = [kernels, loops].map((weights) => exactReading(weights, 16, new Random(2), score, 0.9)) as [HeadReading, HeadReading];
      expect(a.offset).toBeCloseTo(b.offset, 4);
      expect(a.noiseFactor).toBeCloseTo(b.noiseFactor, 4);
    }
  });

  it.each([
    ['no row', [], [], []],
    ['one row', [3.2], [0.9], [4]],
    ['two rows', [3.2, 7], [0.9, 1.4], [4, 1]],
    ['equal rows', Array(350).fill(3), Array(350).fill(1e-9), Array(350).fill(3)],
  ])('stays finite on %s', async (_, score, variance, r) => {
    const rows = { score: Float64Array.from(score), variance: Float64Array.from(variance), r: Float64Array.from(r) };
    const weights = await fitHead(rows, HEAD_DEFAULTS, new Random(1), null);
    for (const values of [weights.mean, weights.rho, weights.inputMean, weights.inputScale]) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
    const planes = await headPlanes(weights, 2, new Random(1), null);
    for (const values of [planes.offset, planes.offsetVariance, planes.logNoise]) expect(values.every(Number.isFinite)).toBe(true);
    expect(planes.lnVTo).toBeGreaterThan(planes.lnVFrom);
  });

  it('changes next to nothing without any row', async () => {
    const none = new Float64Array(0);
    const weights = await fitHead({ score: none, variance: none, r: none }, HEAD_DEFAULTS, new Random(1), null);
    const { offset, offsetVariance, noiseFactor } = exactReading(weights, 64, new Random(2), 4, 1);
    expect(Math.abs(offset)).toBeLessThan(0.01);
    expect(offsetVariance).toBeLessThan(0.001);
    expect(noiseFactor).toBeCloseTo(1, 2);
  });

  it('says that it diverged', async () => {
    const rows = plantedRows(600, new Random(3));
    await expect(fitHead(rows, { ...HEAD_DEFAULTS, rate: 1e4 }, new Random(1), null)).rejects.toThrow(/diverged/);
    rows.r[5] = Number.NaN;
    await expect(fitHead(rows, HEAD_DEFAULTS, new Random(1), null)).rejects.toThrow(/diverged in epoch 1 of 12: its loss is NaN/);
  });
});
