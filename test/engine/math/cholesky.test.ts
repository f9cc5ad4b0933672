import { describe, expect, it } from 'vitest';
import { choleskyFactor, choleskySolve, invertPositiveDefinite } from '../../../src/engine/math/cholesky.ts';
import { Random } from '../../../src/engine/math/random.ts';

/** B Bᵀ + I: positive definite. */
function positiveDefinite(n: number, seed: number): Float64Array {
  const random = new Random(seed);
  const B = Float64Array.from({ length: n * n }, () => random.normal());
  const A = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      let s = i === j ? 1 : 0;
      for (let q = 0; q < n; q += 1) s += B[i * n + q]! * B[j * n + q]!;
      A[i * n + j] = s;
    }
  }
  return A;
}

describe.each([1, 2, 3, 5, 17, 40])('a system of %d equations', (n) => {
  const A = positiveDefinite(n, n);

  it('is solved: A times the solution is the right side', () => {
    const b = Float64Array.from({ length: n }, (_, i) => i - 1.5);
    const [L, x] = [A.slice(), b.slice()];
    choleskyFactor(L, n);
    choleskySolve(L, n, x);
    for (let i = 0; i < n; i += 1) {
      let s = 0;
      for (let j = 0; j < n; j += 1) s += A[i * n + j]! * x[j]!;
      expect(s).toBeCloseTo(b[i]!, 8);
    }
  });

  it('has an inverse: A times it is the identity, and it is symmetric', () => {
    const inverse = A.slice();
    invertPositiveDefinite(inverse, n);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) {
        let s = 0;
        for (let q = 0; q < n; q += 1) s += A[i * n + q]! * inverse[q * n + j]!;
        expect(s).toBeCloseTo(i === j ? 1 : 0, 8);
        expect(inverse[i * n + j]).toBe(inverse[j * n + i]);
      }
    }
  });
});

it('A matrix that is not positive definite is refused', () => {
  expect(() => choleskyFactor(Float64Array.of(1, 2, 2, 1), 2)).toThrow('not positive definite');
});
