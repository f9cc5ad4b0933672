/**
 * Symmetric positive definite systems by the Cholesky factorization A = L Lᵀ (Golub and Van Loan 2013, 4.2).
 * Matrices are row-major; only the lower triangle of A is read.
 */

/** Rows that go through a loop together, so that what they share is read once. */
const TOGETHER = 4;

/** Replaces the lower triangle of A [n x n] by L. @throws Error when A is not positive definite */
export function choleskyFactor(A: Float64Array, n: number): void {
  const dots = new Float64Array(TOGETHER);
  for (let first = 0; first < n; first += TOGETHER) {
    const rows = Math.min(TOGETHER, n - first);
    const shared = rows === TOGETHER ? first : 0;
    for (let j = 0; j < shared; j += 1) {
      fourDots(A, j * n, A, first * n, n, 0, j, dots);
      for (let r = 0; r < TOGETHER; r += 1) A[(first + r) * n + j] = (A[(first + r) * n + j]! - dots[r]!) / A[j * n + j]!;
    }
    for (let i = first; i < first + rows; i += 1) factorRow(A, n, i, shared);
  }
}

/** Row i of L from column `from` on; the columns before it are done. */
function factorRow(A: Float64Array, n: number, i: number, from: number): void {
  for (let j = from; j <= i; j += 1) {
    const s = A[i * n + j]! - rowDot(A, i * n, A, j * n, 0, j);
    if (i !== j) A[i * n + j] = s / A[j * n + j]!;
    else if (s > 0) A[i * n + i] = Math.sqrt(s);
    else throw new Error('The matrix is not positive definite.');
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

/** The diagonal of A⁻¹, Σ_i (L⁻¹)_ij² for each j, into `out` [n]; for small n. @param L what `choleskyFactor` left */
export function inverseDiagonal(L: Float64Array, n: number, out: Float64Array): void {
  const column = new Float64Array(n);
  for (let j = 0; j < n; j += 1) {
    let sum = 0;
    for (let i = j; i < n; i += 1) {
      let s = i === j ? 1 : 0;
      for (let q = j; q < i; q += 1) s -= L[i * n + q]! * column[q]!;
      column[i] = s / L[i * n + i]!;
      sum += column[i]! * column[i]!;
    }
    out[j] = sum;
  }
}

/**
 * Replaces A [n x n] by its whole inverse, L⁻ᵀ L⁻¹. About n³ multiplications and a second matrix of room.
 * @throws Error when A is not positive definite
 */
export function invertPositiveDefinite(A: Float64Array, n: number): void {
  choleskyFactor(A, n);
  const Z = invertedRows(A, n);
  const dots = new Float64Array(TOGETHER);
  for (let a = 0; a < n; a += 1) {
    for (let first = 0; first <= a; first += TOGETHER) {
      const rows = Math.min(TOGETHER, n - first);
      if (rows === TOGETHER) fourDots(Z, a * n, Z, first * n, n, a, n, dots);
      else for (let r = 0; r < rows; r += 1) dots[r] = rowDot(Z, a * n, Z, (first + r) * n, a, n);
      for (let c = first; c <= Math.min(a, first + rows - 1); c += 1) {
        A[a * n + c] = dots[c - first]!;
        A[c * n + a] = dots[c - first]!;
      }
    }
  }
}

/** L⁻¹, its columns as rows: both factors of every product lie in a row. */
function invertedRows(L: Float64Array, n: number): Float64Array {
  const Z = new Float64Array(n * n);
  const dots = new Float64Array(TOGETHER);
  for (let first = 0; first < n; first += TOGETHER) {
    const rows = Math.min(TOGETHER, n - first);
    for (let i = first; i < n; i += 1) {
      // What lies before the diagonal of a row of Z is 0, so that four may begin at the first of them.
      if (rows === TOGETHER) fourDots(L, i * n, Z, first * n, n, first, i, dots);
      else for (let r = 0; r < rows; r += 1) dots[r] = rowDot(L, i * n, Z, (first + r) * n, first, i);
      for (let c = first; c < first + rows && c <= i; c += 1) Z[c * n + i] = ((i === c ? 1 : 0) - dots[c - first]!) / L[i * n + i]!;
    }
  }
  return Z;
}

/** Σ_q a[at + q] b[bt + r × stride + q] over q in [from, to) for r = 0..3, into `out`. */
function fourDots(
  a: Float64Array,
  at: number,
  b: Float64Array,
  bt: number,
  stride: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  const [b1, b2, b3] = [bt + stride, bt + 2 * stride, bt + 3 * stride];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let q = from; q < to; q += 1) {
    const x = a[at + q]!;
    s0 += x * b[bt + q]!;
    s1 += x * b[b1 + q]!;
    s2 += x * b[b2 + q]!;
    s3 += x * b[b3 + q]!;
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
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
