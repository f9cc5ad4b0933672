import { describe, expect, it } from 'vitest';
import { pointScratch, readPoint, referenceSurface } from '../../../src/engine/kernels/bayesReference.ts';
import { headShape, newSurface } from '../../../src/engine/kernels/bayesShape.ts';
import { Random } from '../../../src/engine/math/random.ts';

describe('the shape of the head', () => {
  it('has 370 weights and biases at 16 hidden units', () => {
    expect(headShape(16).size).toBe(3 * 16 + 16 + 16 * 16 + 16 + 16 * 2 + 2);
  });
});

describe('the Monte Carlo in plain loops', () => {
  /** One hidden unit a layer: 4 + 2 + 4 weights. */
  const shape = headShape(1);
  const network = (bias: number) => [0.5, -1, 2, 0.1, 3, -0.2, 0.7, -0.4, bias, 0.3];
  const x = [0.2, -0.3, 0.4];

  it('is the network worked through by hand', () => {
    const surface = referenceSurface(shape, Float64Array.from(network(0.05)), -0.25, Float64Array.from(x));
    const first = Math.tanh(0.5 * 0.2 + 1 * 0.3 + 2 * 0.4 + 0.1);
    const second = Math.tanh(3 * first - 0.2);
    expect(surface.offset[0]).toBeCloseTo(0.7 * second + 0.05, 14);
    expect(surface.offsetVariance[0]).toBe(0);
    expect(surface.noise[0]).toBeCloseTo(Math.exp(-0.4 * second + 0.3 - 0.5), 14);
  });

  it('has mean and variance of the draws', () => {
    const biases = [0.05, 0.15, 0.55];
    const surface = referenceSurface(shape, Float64Array.from(biases.flatMap(network)), 0, Float64Array.from(x));
    const alone = referenceSurface(shape, Float64Array.from(network(0)), 0, Float64Array.from(x));
    expect(surface.offset[0]! - alone.offset[0]!).toBeCloseTo(0.25, 14);
    expect(surface.offsetVariance[0]).toBeCloseTo((0.2 ** 2 + 0.1 ** 2 + 0.3 ** 2) / 3, 14);
    expect(surface.noise[0]).toBeCloseTo(alone.noise[0]!, 14);
  });

  it('says at one point what it says of it among many', () => {
    const wide = headShape(4);
    const random = new Random(1);
    const drawn = Float64Array.from({ length: 5 * wide.size }, () => random.normal());
    const points = Float64Array.from({ length: 9 }, () => random.normal());
    const surface = referenceSurface(wide, drawn, 0.1, points);
    const scratch = pointScratch(wide);
    const one = newSurface(1);
    scratch.x.set(points.subarray(6));
    readPoint(wide, drawn, 0.1, scratch, one, 0);
    expect([one.offset[0], one.offsetVariance[0], one.noise[0]]).toEqual([surface.offset[2], surface.offsetVariance[2], surface.noise[2]]);
  });
});
