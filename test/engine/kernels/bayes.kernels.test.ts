import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referenceSurface, referenceTrainer } from '../../../src/engine/kernels/bayesReference.ts';
import { headShape } from '../../../src/engine/kernels/bayesShape.ts';
import { kernelSurface } from '../../../src/engine/kernels/bayesSurface.ts';
import { kernelTrainer } from '../../../src/engine/kernels/bayesTrainer.ts';
import { type Backend, type Device, openDevice } from '../../../src/engine/kernels/device.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { randomBatch, randomWeights } from './bayesData.ts';

/** Kernels are f32, the twins f64: differences count against the largest value of the array. */
const TOLERANCE = 1e-5;

function expectEqual(actual: Float64Array, expected: Float64Array): void {
  expect(actual).toHaveLength(expected.length);
  let largest = 0;
  let difference = 0;
  for (let n = 0; n < expected.length; n += 1) {
    largest = Math.max(largest, Math.abs(expected[n]!));
    // A NaN counts as a difference: Math.max would keep it.
    difference = Math.max(difference, Math.abs(actual[n]! - expected[n]!));
  }
  expect(largest).toBeGreaterThan(0);
  expect(difference / largest).toBeLessThan(TOLERANCE);
}

describe.each<Backend>(['cpu', 'webasm', 'webgpu'])('kernels of the Bayesian head on %s', (backend) => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice(backend, () => {});
  });
  afterAll(() => device.close());

  it.each([
    { hidden: 16, capacity: 1, rows: 1 },
    { hidden: 16, capacity: 7, rows: 7 },
    { hidden: 5, capacity: 40, rows: 33 },
    { hidden: 16, capacity: 300, rows: 211 },
    { hidden: 16, capacity: 1300, rows: 1300 },
  ])('has the gradients of the twin: $rows of $capacity rows, $hidden units', async ({ hidden, capacity, rows }) => {
    if (device.backend !== backend) return;
    const shape = headShape(hidden);
    const random = new Random(rows);
    const kernels = kernelTrainer(device, shape, capacity);
    const twin = referenceTrainer(shape, capacity);
    for (let step = 0; step < 2; step += 1) {
      const batch = randomBatch(shape, capacity, rows, random);
      const { mean, variance } = randomWeights(shape, random);
      const actual = await kernels.run(batch, mean, variance, 0.2);
      const expected = await twin.run(batch, mean, variance, 0.2);
      expectEqual(actual.output.subarray(0, 2 * rows), expected.output.subarray(0, 2 * rows));
      for (const { from, to } of shape.layers) {
        expectEqual(actual.mean.subarray(from, to), expected.mean.subarray(from, to));
        expectEqual(actual.variance.subarray(from, to), expected.variance.subarray(from, to));
      }
    }
    await kernels.close();
  });

  it.each([
    { points: 1, draws: 3 },
    { points: 50, draws: 1 },
    { points: 5001, draws: 4 },
  ])('has the surface of the twin: $points points, $draws draws', async ({ points, draws }) => {
    if (device.backend !== backend) return;
    const shape = headShape(16);
    const random = new Random(points);
    const { mean } = randomWeights(shape, random);
    const drawn = Float64Array.from({ length: draws * shape.size }, (_, n) => mean[n % shape.size]! + 0.1 * random.normal());
    const x = Float64Array.from({ length: 3 * points }, () => 2 * random.normal());
    const actual = await kernelSurface(device, shape, drawn, -0.1, x);
    const expected = referenceSurface(shape, drawn, -0.1, x);
    expectEqual(actual.offset, expected.offset);
    expectEqual(actual.noise, expected.noise);
    if (draws > 1) expectEqual(actual.offsetVariance, expected.offsetVariance);
    else expect([...actual.offsetVariance]).toEqual([...expected.offsetVariance]);
  });
});
