import { describe, expect, it } from 'vitest';
import { nextFitAt } from '../../../src/engine/training/schedule.ts';

describe('the schedule of fits', () => {
  it('doubles from 50 to 800 ratings, then grows by a quarter', () => {
    const fits: number[] = [];
    for (let ratings = 0; fits.length < 10; ratings = fits.at(-1)!) fits.push(nextFitAt(ratings));
    expect(fits).toEqual([50, 100, 200, 400, 800, 1_000, 1_250, 1_563, 1_954, 2_443]);
  });

  it.each([
    [1, 50],
    [49, 50],
    [51, 100],
    [399, 400],
    [799, 800],
    [801, 1_002],
    [100_000, 125_000],
  ])('after a fit at %d ratings is due at %d', (last, next) => {
    expect(nextFitAt(last)).toBe(next);
  });
});
