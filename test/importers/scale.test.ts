import { describe, expect, it } from 'vitest';
import { scaleOf } from '../../src/importers/scale.ts';

describe('scaleOf', () => {
  it.each([
    ['whole stars', [2, 3, 4], { min: 1, max: 5, step: 1 }],
    ['half stars from 1', [1, 4.5], { min: 1, max: 5, step: 0.5 }],
    ['half stars below 1', [0.5, 4], { min: 0.5, max: 5, step: 0.5 }],
    ['a single whole star', [3, 3], { min: 1, max: 5, step: 1 }],
    ['0 to 10 by 1', [0, 3, 10], { min: 0, max: 10, step: 1 }],
    ['0 to 100 by 10', [0, 30, 100], { min: 0, max: 100, step: 10 }],
    ['a zero among stars', [0, 3, 5], { min: 0, max: 5, step: 1 }],
    ['quarter steps', [1, 1.25, 5], { min: 1, max: 5, step: 0.25 }],
    ['tenths, though 0.3 is none in binary', [0.1, 0.3, 0.8], { min: 0.1, max: 0.8, step: 0.1 }],
    ['steps counted from the lowest', [1, 4, 7], { min: 1, max: 7, step: 3 }],
    ['values without a step', [Math.PI, Math.E, 9], { min: Math.E, max: 9, step: null }],
    ['equal ratings off the stars', [7, 7], { min: 6, max: 7, step: 1 }],
  ])('finds %s', (_, ratings, scale) => {
    expect(scaleOf(ratings)).toEqual(scale);
  });

  it('has nothing to decide from no ratings', () => {
    expect(scaleOf([])).toBeNull();
  });
});
