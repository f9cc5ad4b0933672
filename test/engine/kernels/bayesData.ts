import { referenceSurface, referenceTrainer } from '../../../src/engine/kernels/bayesReference.ts';
import { type HeadBatch, type HeadShape, headShape, newBatch } from '../../../src/engine/kernels/bayesShape.ts';
import { kernelSurface } from '../../../src/engine/kernels/bayesSurface.ts';
import { kernelTrainer } from '../../../src/engine/kernels/bayesTrainer.ts';
import type { Device } from '../../../src/engine/kernels/device.ts';
import { Random } from '../../../src/engine/math/random.ts';

export const TRAINING_CASES = [
  { hidden: 16, capacity: 1, rows: 1 },
  { hidden: 16, capacity: 7, rows: 7 },
  { hidden: 5, capacity: 40, rows: 33 },
  { hidden: 16, capacity: 300, rows: 211 },
  { hidden: 16, capacity: 1300, rows: 1300 },
];
export const SURFACE_CASES = [
  { points: 1, draws: 3 },
  { points: 50, draws: 2 },
  { points: 5001, draws: 4 },
];

/** A batch of random rows: the first `rows` are real, the rest is padding. */
export function randomBatch(shape: HeadShape, capacity: number, rows: number, random: Random): HeadBatch {
  const batch = newBatch(shape, capacity);
  batch.rows = rows;
  for (let b = 0; b < rows; b += 1) {
    for (let i = 0; i < 3; i += 1) batch.x[3 * b + i] = random.normal();
    batch.e[b] = random.normal();
    batch.logStd[b] = 0.3 * random.normal();
    batch.share[b] = 1 / rows;
  }
  for (const eps of batch.noise) for (let n = 0; n < eps.length; n += 1) eps[n] = random.normal();
  return batch;
}

/** Posterior means and variances as large as those of a trained head. */
export function randomWeights(shape: HeadShape, random: Random): { mean: Float64Array; variance: Float64Array } {
  return {
    mean: Float64Array.from({ length: shape.size }, () => 0.3 * random.normal()),
    variance: Float64Array.from({ length: shape.size }, () => (0.05 * Math.exp(0.5 * random.normal())) ** 2),
  };
}

/** How far two training steps on the device are from the twin's: of every array, against its largest value; the worst counts. */
export async function trainingDifference(device: Device, { hidden, capacity, rows }: (typeof TRAINING_CASES)[number]): Promise<number> {
  const shape = headShape(hidden);
  const random = new Random(rows);
  const kernels = kernelTrainer(device, shape, capacity);
  const twin = referenceTrainer(shape, capacity);
  const differences: number[] = [];
  for (let step = 0; step < 2; step += 1) {
    const batch = randomBatch(shape, capacity, rows, random);
    const { mean, variance } = randomWeights(shape, random);
    const actual = await kernels.run(batch, mean, variance, 0.2);
    const expected = await twin.run(batch, mean, variance, 0.2);
    differences.push(difference(actual.output.subarray(0, 2 * rows), expected.output.subarray(0, 2 * rows)));
    for (const { from, to } of shape.layers) {
      differences.push(difference(actual.mean.subarray(from, to), expected.mean.subarray(from, to)));
      differences.push(difference(actual.variance.subarray(from, to), expected.variance.subarray(from, to)));
    }
  }
  await kernels.close();
  return Math.max(...differences);
}

/** The same of the Monte Carlo over random networks. */
export async function surfaceDifference(device: Device, { points, draws }: (typeof SURFACE_CASES)[number]): Promise<number> {
  const shape = headShape(16);
  const random = new Random(points);
  const { mean } = randomWeights(shape, random);
  const drawn = Float64Array.from({ length: draws * shape.size }, (_, n) => mean[n % shape.size]! + 0.1 * random.normal());
  const x = Float64Array.from({ length: 3 * points }, () => 2 * random.normal());
  const actual = await kernelSurface(device, shape, drawn, -0.1, x);
  const expected = referenceSurface(shape, drawn, -0.1, x);
  return Math.max(
    difference(actual.offset, expected.offset),
    difference(actual.offsetVariance, expected.offsetVariance),
    difference(actual.noise, expected.noise),
  );
}

/** NaN where a value is missing or not a number: no tolerance accepts it. */
function difference(actual: Float64Array, expected: Float64Array): number {
  let largest = 0;
  let far = 0;
  for (let n = 0; n < expected.length; n += 1) {
    largest = Math.max(largest, Math.abs(expected[n]!));
    far = Math.max(far, Math.abs(actual[n]! - expected[n]!));
  }
  return far / largest;
}
