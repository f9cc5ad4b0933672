import { type HeadBatch, type HeadShape, newBatch } from '../../../src/engine/kernels/bayesShape.ts';
import type { Random } from '../../../src/engine/math/random.ts';

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
