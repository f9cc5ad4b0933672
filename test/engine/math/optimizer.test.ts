import { describe, expect, it } from 'vitest';
import { AdamW, cosineRate } from '../../../src/engine/math/optimizer.ts';

describe('AdamW', () => {
  it('takes the steps of the paper, worked by hand', () => {
    const theta = Float64Array.of(1, -2);
    const adam = new AdamW(2, { beta1: 0.5, beta2: 0.75, epsilon: 0, weightDecay: 0.1 });
    // m = (2, 0), v = (4, 0) corrected from (1, 0)/.5 and (1, 0)/.25: a step of (.1 x 1 + 2/2, .1 x -2 + 0) x .5.
    adam.step(theta, Float64Array.of(2, 1e-300), 0.5);
    expect(theta[0]).toBeCloseTo(1 - 0.5 * (0.1 + 1), 12);
    // m = .5 x 1 + .5 x -1 = 0: only the decay is left.
    const before = theta[0]!;
    adam.step(theta, Float64Array.of(-1, 1e-300), 0.5);
    expect(theta[0]).toBeCloseTo(before * (1 - 0.5 * 0.1), 12);
  });

  it('moves by the rate at first, whatever the size of the gradient', () => {
    const theta = new Float64Array(3);
    new AdamW(3).step(theta, Float64Array.of(1e-3, -5, 0), 0.01);
    expect(theta[0]).toBeCloseTo(-0.01, 6);
    expect(theta[1]).toBeCloseTo(0.01, 6);
    expect(theta[2]).toBe(0);
  });

  it('finds the lowest point of a bowl, and without decay none other', () => {
    const theta = Float64Array.of(3, -4);
    const adam = new AdamW(2);
    for (let step = 0; step < 800; step += 1) {
      adam.step(theta, Float64Array.of(theta[0]! - 1, 10 * (theta[1]! - 2)), cosineRate(0.1, step, 800));
    }
    expect(theta[0]).toBeCloseTo(1, 3);
    expect(theta[1]).toBeCloseTo(2, 3);
  });
});

describe('cosineRate', () => {
  it('rises over the warm-up and falls along half a cosine', () => {
    expect(cosineRate(0.4, 0, 100, 20)).toBeCloseTo(0.02, 12);
    expect(cosineRate(0.4, 9, 100, 20)).toBeCloseTo(0.2 * 0.5 * (1 + Math.cos(0.09 * Math.PI)), 12);
    expect(cosineRate(0.4, 50, 100, 20)).toBeCloseTo(0.2, 12);
    expect(cosineRate(0.4, 0, 100)).toBe(0.4);
    expect(cosineRate(0.4, 99, 100)).toBeLessThan(0.001);
  });
});
