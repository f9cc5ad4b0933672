/* Products of row-major matrices, in plain loops. */

/** A M: [rows x inputs] times [inputs x outputs]. */
export function times(A: Float64Array, M: Float64Array, rows: number, inputs: number, outputs: number): Float64Array {
  const out = new Float64Array(rows * outputs);
  for (let n = 0; n < rows; n += 1) {
    for (let b = 0; b < inputs; b += 1) {
      const a = A[n * inputs + b]!;
      if (a === 0) continue;
      for (let c = 0; c < outputs; c += 1) out[n * outputs + c]! += a * M[b * outputs + c]!;
    }
  }
  return out;
}

/** A Mᵀ: [rows x outputs] times the transpose of [inputs x outputs]. */
export function timesTransposed(A: Float64Array, M: Float64Array, rows: number, inputs: number, outputs: number): Float64Array {
  const out = new Float64Array(rows * inputs);
  for (let n = 0; n < rows; n += 1) {
    for (let b = 0; b < inputs; b += 1) {
      let total = 0;
      for (let c = 0; c < outputs; c += 1) total += A[n * outputs + c]! * M[b * outputs + c]!;
      out[n * inputs + b] = total;
    }
  }
  return out;
}

/** out += Aᵀ B: [rows x inputs] and [rows x outputs]. */
export function addOuter(A: Float64Array, B: Float64Array, rows: number, inputs: number, outputs: number, out: Float64Array): void {
  for (let n = 0; n < rows; n += 1) {
    for (let b = 0; b < inputs; b += 1) {
      const a = A[n * inputs + b]!;
      if (a === 0) continue;
      for (let c = 0; c < outputs; c += 1) out[b * outputs + c]! += a * B[n * outputs + c]!;
    }
  }
}

export function addTo(sums: Float64Array, values: Float64Array): void {
  for (let at = 0; at < sums.length; at += 1) sums[at]! += values[at]!;
}

export function multiplyBy(values: Float64Array, factors: Float64Array): void {
  for (let at = 0; at < values.length; at += 1) values[at]! *= factors[at]!;
}
