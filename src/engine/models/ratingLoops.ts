/*
 * The innermost loops of a fit, over the ratings z = from .. to − 1 of one node; `at` says the node on the other side of each.
 *
 * Four ratings a round: V8 loads every array's address and length anew in each round of a loop, which takes longer than the
 * arithmetic. The rest goes one by one. Tests compare each loop with its plain twin.
 */

/** @returns Σ_z values[at_z], in four partial sums */
export function sumAt(at: Int32Array, from: number, to: number, values: Float64Array): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let z = from;
  for (; z < to - 3; z += 4) {
    sum0 += values[at[z]!]!;
    sum1 += values[at[z + 1]!]!;
    sum2 += values[at[z + 2]!]!;
    sum3 += values[at[z + 3]!]!;
  }
  for (; z < to; z += 1) sum0 += values[at[z]!]!;
  return sum0 + sum1 + (sum2 + sum3);
}

/** B[at_z] −= d A[at_z]; a node may come more than once. */
export function subtractAt(at: Int32Array, from: number, to: number, d: number, A: Float64Array, B: Float64Array): void {
  let z = from;
  for (; z < to - 3; z += 4) {
    const i0 = at[z]!;
    const i1 = at[z + 1]!;
    const i2 = at[z + 2]!;
    const i3 = at[z + 3]!;
    B[i0]! -= d * A[i0]!;
    B[i1]! -= d * A[i1]!;
    B[i2]! -= d * A[i2]!;
    B[i3]! -= d * A[i3]!;
  }
  for (; z < to; z += 1) B[at[z]!]! -= d * A[at[z]!]!;
}

/** e_z −= d q[at_z], then sums[at_z] += p e_z. */
export function followAndScatter(
  at: Int32Array,
  from: number,
  to: number,
  e: Float64Array,
  d: number,
  q: Float64Array,
  p: number,
  sums: Float64Array,
): void {
  let z = from;
  for (; z < to - 3; z += 4) {
    const i0 = at[z]!;
    const i1 = at[z + 1]!;
    const i2 = at[z + 2]!;
    const i3 = at[z + 3]!;
    const e0 = e[z]! - d * q[i0]!;
    const e1 = e[z + 1]! - d * q[i1]!;
    const e2 = e[z + 2]! - d * q[i2]!;
    const e3 = e[z + 3]! - d * q[i3]!;
    e[z] = e0;
    e[z + 1] = e1;
    e[z + 2] = e2;
    e[z + 3] = e3;
    sums[i0]! += p * e0;
    sums[i1]! += p * e1;
    sums[i2]! += p * e2;
    sums[i3]! += p * e3;
  }
  for (; z < to; z += 1) {
    const i = at[z]!;
    e[z]! -= d * q[i]!;
    sums[i]! += p * e[z]!;
  }
}

/** e_z −= p d[at_z]. @returns Σ_z q[at_z] e_z with the new e */
export function followAndSum(
  at: Int32Array,
  from: number,
  to: number,
  e: Float64Array,
  p: number,
  d: Float64Array,
  q: Float64Array,
): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let z = from;
  for (; z < to - 3; z += 4) {
    const i0 = at[z]!;
    const i1 = at[z + 1]!;
    const i2 = at[z + 2]!;
    const i3 = at[z + 3]!;
    const e0 = e[z]! - p * d[i0]!;
    const e1 = e[z + 1]! - p * d[i1]!;
    const e2 = e[z + 2]! - p * d[i2]!;
    const e3 = e[z + 3]! - p * d[i3]!;
    e[z] = e0;
    e[z + 1] = e1;
    e[z + 2] = e2;
    e[z + 3] = e3;
    sum0 += q[i0]! * e0;
    sum1 += q[i1]! * e1;
    sum2 += q[i2]! * e2;
    sum3 += q[i3]! * e3;
  }
  for (; z < to; z += 1) {
    const i = at[z]!;
    e[z]! -= p * d[i]!;
    sum0 += q[i]! * e[z]!;
  }
  return sum0 + sum1 + (sum2 + sum3);
}
