/** Sweeps after which a matrix of this size has long converged. */
const MOST_SWEEPS = 60;

export interface Eigen {
  /** Falling. */
  readonly values: Float64Array; // [n]
  /** Row j is the unit vector of values[j]; its entry of largest magnitude is positive. */
  readonly vectors: Float64Array; // [n x n]
}

/**
 * Eigenvalues and vectors of a small symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan 2013, 8.5).
 * @param matrix [n x n], row-major; left as it is
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const A = matrix.slice();
  const V = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) V[i * n + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS && !isDiagonal(A, n); sweep += 1) {
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) rotate(A, V, n, p, q);
  }
  const order = Array.from({ length: n }, (_, j) => j).sort((left, right) => A[right * n + right]! - A[left * n + left]! || left - right);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    const row = V.slice(from * n, (from + 1) * n);
    const sign = row.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0) < 0 ? -1 : 1;
    for (let f = 0; f < n; f += 1) vectors[to * n + f] = sign * row[f]!;
  });
  return { values: Float64Array.from(order, (j) => A[j * n + j]!), vectors };
}

/** Nothing is left beside the diagonal that double precision could tell from it. */
function isDiagonal(A: Float64Array, n: number): boolean {
  let off = 0;
  let on = 0;
  for (let i = 0; i < n; i += 1) {
    on += A[i * n + i]! ** 2;
    for (let j = 0; j < i; j += 1) off += A[i * n + j]! ** 2;
  }
  return off <= 1e-32 * on;
}

/** Makes A_pq zero; rows of V follow. */
function rotate(A: Float64Array, V: Float64Array, n: number, p: number, q: number): void {
  const apq = A[p * n + q]!;
  if (apq === 0) return;
  const theta = (A[q * n + q]! - A[p * n + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let i = 0; i < n; i += 1) {
    const [aip, aiq] = [A[i * n + p]!, A[i * n + q]!];
    A[i * n + p] = c * aip - s * aiq;
    A[i * n + q] = s * aip + c * aiq;
  }
  for (let i = 0; i < n; i += 1) {
    const [api, aqi] = [A[p * n + i]!, A[q * n + i]!];
    A[p * n + i] = c * api - s * aqi;
    A[q * n + i] = s * api + c * aqi;
    const [vpi, vqi] = [V[p * n + i]!, V[q * n + i]!];
    V[p * n + i] = c * vpi - s * vqi;
    V[q * n + i] = s * vpi + c * vqi;
  }
}
