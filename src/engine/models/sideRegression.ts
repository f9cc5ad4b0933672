import type { SideRow } from '../data/sideFeatures.ts';
import { choleskyFactor, choleskySolve } from '../math/cholesky.ts';

/**
 * Ridge regression on side features: B = (FᵀΩF + ridge I)⁻¹ FᵀΩT, what each feature adds to each target.
 * @param rows F, the features of each node @param weights Ω, diagonal @param product FᵀΩT, [features x targets]; replaced by B
 */
export function ridgeOnSides(
  rows: readonly SideRow[],
  weights: Float64Array,
  ridge: number,
  product: Float64Array,
  features: number,
): void {
  if (features === 0) return;
  const A = new Float64Array(features * features);
  rows.forEach(({ columns, x }, node) => {
    columns.forEach((a, s) => {
      columns.forEach((b, t) => {
        A[a * features + b]! += weights[node]! * x[s]! * x[t]!;
      });
    });
  });
  for (let f = 0; f < features; f += 1) A[f * features + f]! += ridge;
  choleskyFactor(A, features);
  const targets = product.length / features;
  const b = new Float64Array(features);
  for (let target = 0; target < targets; target += 1) {
    for (let f = 0; f < features; f += 1) b[f] = product[f * targets + target]!;
    choleskySolve(A, features, b);
    for (let f = 0; f < features; f += 1) product[f * targets + target] = b[f]!;
  }
}

/** Adds weight × features × target, for one node, to FᵀΩT. */
export function addProduct(
  product: Float64Array,
  { columns, x }: SideRow,
  weight: number,
  target: Float32Array | Float64Array,
  at: number,
  targets: number,
): void {
  columns.forEach((column, place) => {
    const factor = weight * x[place]!;
    for (let t = 0; t < targets; t += 1) product[column * targets + t]! += factor * target[at + t]!;
  });
}

/** Σ over a node's features of x B, added to `out`. */
export function addSides(out: Float32Array | Float64Array, at: number, { columns, x }: SideRow, B: Float32Array, targets: number): void {
  columns.forEach((column, place) => {
    for (let t = 0; t < targets; t += 1) out[at + t]! += x[place]! * B[column * targets + t]!;
  });
}
