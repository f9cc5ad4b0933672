import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../../src/engine/math/eigen.ts';
import { Random } from '../../../src/engine/math/random.ts';

function symmetric(n: number, seed: number): Float64Array {
  const random = new Random(seed);
  const A = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      A[i * n + j] = random.normal();
      A[j * n + i] = A[i * n + j]!;
    }
  }
  return A;
}

describe.each([1, 2, 3, 8, 20])('the eigendecomposition of a symmetric matrix of %d rows', (n) => {
  const A = symmetric(n, n);
  const { values, vectors } = symmetricEigen(A, n);

  it('has A v = λ v, values falling', () => {
    for (let j = 0; j < n; j += 1) {
      if (j > 0) expect(values[j]!).toBeLessThanOrEqual(values[j - 1]!);
      for (let i = 0; i < n; i += 1) {
        let s = 0;
        for (let q = 0; q < n; q += 1) s += A[i * n + q]! * vectors[j * n + q]!;
        expect(s).toBeCloseTo(values[j]! * vectors[j * n + i]!, 10);
      }
    }
  });

  it('has orthonormal vectors whose largest entry is positive', () => {
    for (let a = 0; a < n; a += 1) {
      const row = vectors.slice(a * n, (a + 1) * n);
      expect(row.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)).toBeGreaterThan(0);
      for (let b = 0; b <= a; b += 1) {
        const product = row.reduce((sum, value, f) => sum + value * vectors[b * n + f]!, 0);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 10);
      }
    }
  });
});

it('The eigenvalues of a diagonal matrix are its diagonal, and of nothing there are none', () => {
  expect([...symmetricEigen(Float64Array.of(1, 0, 0, 0, 3, 0, 0, 0, 2), 3).values]).toEqual([3, 2, 1]);
  expect(symmetricEigen(new Float64Array(0), 0).values).toHaveLength(0);
});
