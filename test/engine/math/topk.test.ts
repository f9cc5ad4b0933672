import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topPositions } from '../../../src/engine/math/topk.ts';

describe('the largest values', () => {
  it('are those that a full sort puts first, in its order, ties decided as asked', () => {
    // Few distinct values, so that ties are common.
    const values = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), { maxLength: 80 });
    fc.assert(
      fc.property(values, fc.nat(90), fc.boolean(), (list, n, upwards) => {
        const before = upwards ? (left: number, right: number) => left < right : (left: number, right: number) => left > right;
        const sorted = list
          .map((_, position) => position)
          .sort((left, right) => (list[left] === list[right] ? (before(left, right) ? -1 : 1) : list[left]! > list[right]! ? -1 : 1));
        expect(topPositions(Float64Array.from(list), n, before)).toEqual(sorted.slice(0, n));
      }),
      { numRuns: 500 },
    );
  });

  it('are none of none, and none when none are wanted', () => {
    expect(topPositions(new Float64Array(0), 5, () => false)).toEqual([]);
    expect(topPositions(Float64Array.of(1, 2), 0, () => false)).toEqual([]);
  });
});
