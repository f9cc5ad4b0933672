import { describe, expect, it } from 'vitest';
import { GroundTruth, toScale } from '../../../src/engine/data/groundTruth.ts';
import { Random } from '../../../src/engine/math/random.ts';

const HALF_STARS = { min: 1, max: 5, step: 0.5 };

function truthOf(latent: number, noise: number): GroundTruth {
  return new GroundTruth({ scale: HALF_STARS, mean: Float64Array.of(latent), noise: Float64Array.of(noise), movies: 1 });
}

describe('toScale', () => {
  it('moves a latent rating to the nearest level and clips it', () => {
    expect([3.24, 3.26, -2, 9, 4.76].map((latent) => toScale(HALF_STARS, latent))).toEqual([3, 3.5, 1, 5, 5]);
    expect(toScale({ min: 1, max: 5, step: null }, 3.24)).toBe(3.24);
    expect(toScale({ min: 0.5, max: 5, step: 0.5 }, 0.1)).toBe(0.5);
  });
});

describe('GroundTruth', () => {
  it.each([
    [3, 0.7],
    [4.8, 1.1],
    [0.4, 0.5],
  ])('expects what draws average to, for a latent rating of %d ± %d', (latent, noise) => {
    const truth = truthOf(latent, noise);
    const random = new Random(1);
    const draws = Array.from({ length: 200_000 }, () => truth.draw(0, 0, random));
    const mean = draws.reduce((sum, r) => sum + r, 0) / draws.length;
    const variance = draws.reduce((sum, r) => sum + (r - mean) ** 2, 0) / draws.length;
    expect(truth.expected(0, 0)).toBeCloseTo(mean, 2);
    expect(truth.std(0, 0)).toBeCloseTo(Math.sqrt(variance), 2);
  });

  it('is certain without noise', () => {
    const truth = truthOf(3.3, 0);
    expect(truth.expected(0, 0)).toBe(3.5);
    expect(truth.std(0, 0)).toBe(0);
  });

  it('is symmetric in the middle of the scale and pulled inwards at its end', () => {
    expect(truthOf(3, 0.8).expected(0, 0)).toBeCloseTo(3, 12);
    expect(truthOf(5, 0.8).expected(0, 0)).toBeLessThan(4.75);
  });
});
