/**
 * Symmetric positive definite systems by the Cholesky factorization A = L Lᵀ (Golub and Van Loan 2013, 4.2).
 * Matrices are row-major; only the lower triangle of A is read.
 */

/** Replaces the lower triangle of A [n x n] by L. @throws Error when A is not positive definite */
export function choleskyFactor(A: Float64Array, n: number): void {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const s = A[i * n + j]! - rowDot(A, i * n, A, j * n, 0, j);
      if (i !== j) A[i * n + j] = s / A[j * n + j]!;
      else if (s > 0) A[i * n + i] = Math.sqrt(s);
      else throw new Error('The matrix is not positive definite.');
    }
  }
}

/** Replaces b [n] by A⁻¹ b. @param L what `choleskyFactor` left */
export function choleskySolve(L: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i += 1) b[i] = (b[i]! - rowDot(L, i * n, b, 0, 0, i)) / L[i * n + i]!;
  for (let i = n - 1; i >= 0; i -= 1) {
    let s = b[i]!;
    for (let q = i + 1; q < n; q += 1) s -= L[q * n + i]! * b[q]!;
    b[i] = s / L[i * n + i]!;
  }
}

/**
 * Replaces A [n x n] by its whole inverse, L⁻ᵀ L⁻¹. About n³ multiplications and a second matrix of room.
 * @throws Error when A is not positive definite
 */
export function invertPositiveDefinite(A: Float64Array, n: number): void {
  choleskyFactor(A, n);
  const Z = new Float64Array(n * n); // columns of L⁻¹ as rows: both factors of every product below lie in a row
  for (let c = 0; c < n; c += 1) {
    Z[c * n + c] = 1 / A[c * n + c]!;
    for (let i = c + 1; i < n; i += 1) Z[c * n + i] = -rowDot(A, i * n, Z, c * n, c, i) / A[i * n + i]!;
  }
  for (let a = 0; a < n; a += 1) {
    for (let c = 0; c <= a; c += 1) {
      const value = rowDot(Z, a * n, Z, c * n, a, n);
      A[a * n + c] = value;
      A[c * n + a] = value;
    }
  }
}

/** Σ_q a[at + q] b[bt + q] over q in [from, to): four sums side by side, so that none waits for the one before. */
function rowDot(a: Float64Array, at: number, b: Float64Array, bt: number, from: number, to: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let q = from;
  for (; q + 3 < to; q += 4) {
    s0 += a[at + q]! * b[bt + q]!;
    s1 += a[at + q + 1]! * b[bt + q + 1]!;
    s2 += a[at + q + 2]! * b[bt + q + 2]!;
    s3 += a[at + q + 3]! * b[bt + q + 3]!;
  }
  for (; q < to; q += 1) s0 += a[at + q]! * b[bt + q]!;
  return s0 + s1 + s2 + s3;
}
