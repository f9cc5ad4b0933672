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

/**
 * Σ_z B[at_z] and Σ_z A[at_z], each in four partial sums.
 * @param BA the two of each node side by side, [nodes x 2]: they come from memory together
 * @param sums where the two go
 */
export function sumBothAt(at: Int32Array, from: number, to: number, BA: Float64Array, sums: Float64Array): void {
  let B0 = 0;
  let B1 = 0;
  let B2 = 0;
  let B3 = 0;
  let A0 = 0;
  let A1 = 0;
  let A2 = 0;
  let A3 = 0;
  let z = from;
  for (; z < to - 3; z += 4) {
    const i0 = 2 * at[z]!;
    const i1 = 2 * at[z + 1]!;
    const i2 = 2 * at[z + 2]!;
    const i3 = 2 * at[z + 3]!;
    B0 += BA[i0]!;
    A0 += BA[i0 + 1]!;
    B1 += BA[i1]!;
    A1 += BA[i1 + 1]!;
    B2 += BA[i2]!;
    A2 += BA[i2 + 1]!;
    B3 += BA[i3]!;
    A3 += BA[i3 + 1]!;
  }
  for (; z < to; z += 1) {
    B0 += BA[2 * at[z]!]!;
    A0 += BA[2 * at[z]! + 1]!;
  }
  sums[0] = B0 + B1 + (B2 + B3);
  sums[1] = A0 + A1 + (A2 + A3);
}

/** B[at_z] −= d A[at_z]; a node may come more than once. @param BA as for `sumBothAt` */
export function subtractAt(at: Int32Array, from: number, to: number, d: number, BA: Float64Array): void {
  let z = from;
  for (; z < to - 3; z += 4) {
    const i0 = 2 * at[z]!;
    const i1 = 2 * at[z + 1]!;
    const i2 = 2 * at[z + 2]!;
    const i3 = 2 * at[z + 3]!;
    BA[i0]! -= d * BA[i0 + 1]!;
    BA[i1]! -= d * BA[i1 + 1]!;
    BA[i2]! -= d * BA[i2 + 1]!;
    BA[i3]! -= d * BA[i3 + 1]!;
  }
  for (; z < to; z += 1) BA[2 * at[z]!]! -= d * BA[2 * at[z]! + 1]!;
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
