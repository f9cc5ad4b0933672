import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { varimax } from '../../../src/engine/math/varimax.ts';

/** Loadings of which each row has one large entry, turned by an angle between the first two axes. */
function turnedLoadings(rows: number, angle: number): Float64Array {
  const random = new Random(2);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const L = new Float64Array(rows * 3);
  for (let row = 0; row < rows; row += 1) {
    const simple = [0, 0, 0].map(() => 0.05 * random.normal());
    simple[row % 3]! += row % 2 === 0 ? 1 : -1;
    L.set([c * simple[0]! - s * simple[1]!, s * simple[0]! + c * simple[1]!, simple[2]!], row * 3);
  }
  return L;
}

function rotated(L: Float64Array, R: Float64Array, d: number): Float64Array {
  return L.map((_, at) => {
    const [row, f] = [Math.floor(at / d), at % d];
    let sum = 0;
    for (let g = 0; g < d; g += 1) sum += R[f * d + g]! * L[row * d + g]!;
    return sum;
  });
}

describe('varimax', () => {
  it.each([0, 0.3, 0.7, 1.2])('finds the simple axes behind loadings that were turned by %d', (angle) => {
    const L = turnedLoadings(60, angle);
    const simple = rotated(L, varimax(L, 60, 3), 3);
    for (let row = 0; row < 60; row += 1) {
      const sizes = [...simple.slice(row * 3, row * 3 + 3)].map(Math.abs).sort((a, b) => b - a);
      expect(sizes[0]!).toBeGreaterThan(0.8);
      expect(sizes[1]!).toBeLessThan(0.3);
    }
  });

  it('is a rotation', () => {
    const random = new Random(5);
    const d = 6;
    const R = varimax(
      Float64Array.from({ length: 40 * d }, () => random.normal()),
      40,
      d,
    );
    for (let a = 0; a < d; a += 1) {
      for (let b = 0; b < d; b += 1) {
        let sum = 0;
        for (let h = 0; h < d; h += 1) sum += R[a * d + h]! * R[b * d + h]!;
        expect(sum).toBeCloseTo(a === b ? 1 : 0, 12);
      }
    }
  });

  it('leaves axes alone of which nothing is known', () => {
    expect([...varimax(new Float64Array(0), 0, 2)]).toEqual([1, 0, 0, 1]);
  });
});
