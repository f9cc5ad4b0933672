import { describe, expect, it } from 'vitest';
import type { RatingScale } from '../../../src/domain.ts';
import { WorkingScale } from '../../../src/engine/data/workingScale.ts';
import { levelBounds, levelOf } from '../../../src/engine/models/ratingLevels.ts';

/** Levels of ratings on a scale whose bounds come from `seen`. */
function levels(scale: RatingScale, seen: readonly number[], ratings = seen): number[] {
  const bounds = levelBounds(scale, Float64Array.from(seen));
  const working = new WorkingScale(scale);
  return ratings.map((rating) => levelOf(bounds, working.toWorking(rating)));
}

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);

describe('levels of a scale with few steps', () => {
  it('are its steps, whatever was rated', () => {
    const scale = { min: 1, max: 5, step: 1 };
    expect([...levelBounds(scale, Float64Array.of(3))]).toEqual([1.5, 2.5, 3.5, 4.5]);
    expect(levels(scale, [3], [1, 2, 3, 4, 5])).toEqual([0, 1, 2, 3, 4]);
  });

  it('are ten for half stars from 0.5 to 5', () => {
    const stars = upTo(10).map((at) => 0.5 + at / 2);
    expect(levels({ min: 0.5, max: 5, step: 0.5 }, [5], stars)).toEqual(upTo(10));
  });

  it('are two for thumbs', () => {
    expect(levels({ min: 0, max: 1, step: 1 }, [1], [0, 1])).toEqual([0, 1]);
  });
});

describe('levels of a scale with many steps or none', () => {
  it.each([
    ['by tens', 10],
    ['by ones', 1],
    ['without a step', null],
  ])('are tenths of the ratings, 0 to 100 %s', (_, step) => {
    const scale = { min: 0, max: 100, step };
    // 100 ratings, ten of each value: the tenths are the values, and meet half-way between them.
    const values = [0, 10, 20, 30, 40, 50, 60, 70, 80, 100];
    const seen = upTo(100).map((at) => values[at % 10]!);
    expect(levels(scale, seen, values)).toEqual(upTo(10));
    const half = [5, 15, 25, 35, 45, 55, 65, 75, 90].map((middle) => 1 + middle / 25);
    levelBounds(scale, Float64Array.from(seen)).forEach((bound, at) => {
      expect(bound).toBeCloseTo(half[at]!, 12);
    });
  });

  it('hold equal numbers of ratings where all differ', () => {
    const seen = upTo(200).map((at) => (at / 199) * 100);
    const sizes = new Array<number>(10).fill(0);
    for (const level of levels({ min: 0, max: 100, step: null }, seen)) sizes[level]! += 1;
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(2);
  });

  it('never part equal ratings, and are fewer where many are equal', () => {
    const scale = { min: 0, max: 100, step: 1 };
    // 80 times 50, ten times 20 and 90 each.
    const seen = [...new Array<number>(10).fill(20), ...new Array<number>(80).fill(50), ...new Array<number>(10).fill(90)];
    const given = levels(scale, seen, [20, 50, 90]);
    expect(given[1]).toBe(given[0]! + 1);
    expect(given[2]).toBe(given[1]! + 1);
    expect(levelBounds(scale, Float64Array.from(seen))).toHaveLength(2);
  });

  it('is one where all ratings are equal, and where there are none', () => {
    const scale = { min: 3, max: 4, step: null };
    expect(levels(scale, [4, 4, 4])).toEqual([0, 0, 0]);
    expect(levelBounds(scale, new Float64Array(0))).toHaveLength(0);
  });

  it('puts what lies outside of the ratings at the ends', () => {
    const seen = upTo(100).map((at) => 30 + (at % 40));
    expect(levels({ min: 0, max: 100, step: 1 }, seen, [0, 100])).toEqual([0, 9]);
  });
});
