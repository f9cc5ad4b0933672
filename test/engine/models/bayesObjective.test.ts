import { describe, expect, it } from 'vitest';
import { referenceTrainer } from '../../../src/engine/kernels/bayesReference.ts';
import { type HeadBatch, headShape } from '../../../src/engine/kernels/bayesShape.ts';
import { AdamW } from '../../../src/engine/math/optimizer.ts';
import { Random } from '../../../src/engine/math/random.ts';
import {
  addLoss,
  divergence,
  fullGradient,
  initialParameters,
  priorPrecisions,
  softplus,
  variancesOf,
} from '../../../src/engine/models/bayesObjective.ts';
import { randomBatch } from '../kernels/bayesData.ts';

describe('the objective of the Bayesian head', () => {
  it('has the gradient of finite differences by all 741 parameters, over two steps', async () => {
    const shape = headShape(16);
    const random = new Random(4);
    const parameters = initialParameters(shape, -2, random);
    const { flat, mean, rho } = parameters;
    expect(flat).toHaveLength(741);
    const precision = priorPrecisions(shape);
    const variance = new Float64Array(shape.size);
    const trainer = referenceTrainer(shape, 12);
    const klWeight = 0.01;
    const run = (batch: HeadBatch) => trainer.run(batch, mean, variancesOf(rho, variance), flat.at(-1)!);
    const loss = async (batch: HeadBatch) => {
      const sums = { negativeLogLikelihood: 0, squares: 0 };
      addLoss(batch, await run(batch), flat.at(-1)!, sums);
      return sums.negativeLogLikelihood / batch.rows + klWeight * divergence(parameters, precision);
    };
    const adam = new AdamW(flat.length);
    const gradient = new Float64Array(flat.length);
    const h = 1e-5;
    for (const rows of [12, 9]) {
      const batch = randomBatch(shape, 12, rows, random);
      fullGradient(parameters, precision, batch, await run(batch), klWeight, gradient);
      for (let n = 0; n < flat.length; n += 1) {
        const value = flat[n]!;
        flat[n] = value + h;
        const above = await loss(batch);
        flat[n] = value - h;
        const below = await loss(batch);
        flat[n] = value;
        expect(Math.abs(gradient[n]! - (above - below) / (2 * h)), `parameter ${n}`).toBeLessThan(1e-7);
      }
      expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.1);
      adam.step(flat, gradient, 0.05);
    }
  });

  it('has the KL of the closed form', () => {
    const shape = headShape(1);
    const parameters = initialParameters(shape, 0, new Random(1));
    const precision = priorPrecisions(shape);
    parameters.mean.fill(0);
    parameters.rho.fill(Math.log(Math.E - 1)); // sigma 1
    // Three weights with a prior variance of 1/3, all others with 1.
    expect(divergence(parameters, precision)).toBeCloseTo((3 * (3 - 1 - Math.log(3))) / 2, 12);
    parameters.mean[0] = 0.5;
    parameters.rho[9] = Math.log(Math.exp(0.2) - 1); // a bias with sigma .2
    const expected = (3 * (3 - 1 - Math.log(3)) + 3 * 0.25 + (0.04 - Math.log(0.04) - 1)) / 2;
    expect(divergence(parameters, precision)).toBeCloseTo(expected, 12);
  });

  it('counts the negative log likelihood of a normal distribution', async () => {
    const shape = headShape(2);
    const batch = randomBatch(shape, 1, 1, new Random(3));
    const trainer = referenceTrainer(shape, 1);
    const data = await trainer.run(batch, new Float64Array(shape.size), new Float64Array(shape.size), 0.3);
    const sums = { negativeLogLikelihood: 0, squares: 0 };
    addLoss(batch, data, 0.3, sums);
    const std = Math.exp(batch.logStd[0]! + 0.3);
    const density = Math.exp(-((batch.e[0]! / std) ** 2) / 2) / (std * Math.sqrt(2 * Math.PI));
    expect(sums.negativeLogLikelihood).toBeCloseTo(-Math.log(density), 5);
    expect(sums.squares).toBeCloseTo(batch.e[0]! ** 2, 5);
  });

  it('starts with small last means, biases of 0 and the given sigma', () => {
    const shape = headShape(16);
    const { mean, rho, flat } = initialParameters(shape, -4.5, new Random(2));
    const spread = (from: number, to: number) => Math.sqrt(mean.subarray(from, to).reduce((sum, m) => sum + m * m, 0) / (to - from));
    expect(spread(0, 48) * Math.sqrt(3)).toBeCloseTo(1, 0);
    expect(spread(64, 320) * 4).toBeCloseTo(1, 0);
    expect(spread(336, 368) * 40).toBeCloseTo(1, 0);
    for (const [from, to] of [
      [48, 64],
      [320, 336],
      [368, 370],
    ] as const) {
      expect(spread(from, to)).toBe(0);
    }
    expect(softplus(rho[7]!)).toBeCloseTo(0.01105, 5);
    expect(flat[740]).toBe(0);
  });
});
