import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipWorking, WorkingScale } from '../../../src/engine/data/workingScale.ts';

describe('the working scale', () => {
  it.each([
    [1, 5],
    [0.5, 5],
    [0, 100],
    [-10, 10],
    [3, 4],
  ])('puts %d to %d on 1 to 5 and back', (min, max) => {
    const scale = new WorkingScale({ min, max, step: null });
    expect(scale.toWorking(min)).toBe(1);
    expect(scale.toWorking(max)).toBe(5);
    expect(scale.toWorking((min + max) / 2)).toBeCloseTo(3, 12);
    expect(scale.pointsPerUnit).toBe((max - min) / 4);
  });

  it('is its own inverse for ratings on and off the scale', () => {
    const bounds = fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: 0.1, max: 1e3, noNaN: true }));
    fc.assert(
      fc.property(bounds, fc.double({ min: -0.5, max: 1.5, noNaN: true }), ([min, width], share) => {
        const scale = new WorkingScale({ min, max: min + width, step: null });
        const rating = min + share * width;
        expect(Math.abs(scale.toRating(scale.toWorking(rating)) - rating)).toBeLessThan(1e-12 * (Math.abs(min) + width));
        expect(scale.toWorking(rating)).toBeCloseTo(1 + 4 * share, 8);
      }),
    );
  });

  it('leaves ratings of 1 to 5 as they are, bit for bit', () => {
    const scale = new WorkingScale({ min: 1, max: 5, step: 0.5 });
    for (let rating = 1; rating <= 5; rating += 0.5) {
      expect(scale.toWorking(rating)).toBe(rating);
      expect(scale.toRating(rating)).toBe(rating);
    }
  });

  it('scales variances by the square, and does not move them', () => {
    const scale = new WorkingScale({ min: 20, max: 100, step: null }); // 20 points a working point
    expect(scale.toVariance(0.5)).toBe(200);
    expect(scale.toVariance(0)).toBe(0);
  });

  it('clips to 1 and 5', () => {
    expect([-3, 1, 2.5, 5, 5.0001].map(clipWorking)).toEqual([1, 1, 2.5, 5, 5]);
  });
});
