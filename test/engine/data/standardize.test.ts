import { describe, expect, it } from 'vitest';
import { Standardization } from '../../../src/engine/data/standardize.ts';

describe('standardisation', () => {
  it('agrees with hand arithmetic', () => {
    // The example of https://en.wikipedia.org/wiki/Standard_deviation: mean 5, population deviation 2.
    const standard = Standardization.of([2, 4, 4, 4, 5, 5, 7, 9]);
    expect([standard.mean, standard.std]).toEqual([5, 2]);
    expect([2, 5, 9].map((value) => standard.apply(value))).toEqual([-1.5, 0, 2]);
  });

  it('comes back', () => {
    const values = Array.from({ length: 50 }, (_, at) => Math.sin(at) * 3 + 2);
    const standard = Standardization.of(values);
    for (const value of values) expect(standard.invert(standard.apply(value))).toBeCloseTo(value, 12);
    const again = Standardization.of(values.map((value) => standard.apply(value)));
    expect(again.mean).toBeCloseTo(0, 12);
    expect(again.std).toBeCloseTo(1, 12);
  });

  it('leaves equal values and no values finite', () => {
    expect(Standardization.of([3, 3])).toEqual(new Standardization(3, 1));
    expect(Standardization.of([], 3)).toEqual(new Standardization(3, 1));
  });

  it('refuses what it could not undo', () => {
    expect(() => new Standardization(0, 0)).toThrow(RangeError);
    expect(() => Standardization.of([1, Number.NaN])).toThrow(RangeError);
  });
});
