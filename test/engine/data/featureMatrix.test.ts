import { describe, expect, it } from 'vitest';
import { type FeatureMatrix, featureMatrix, squaredWeights } from '../../../src/engine/data/featureMatrix.ts';
import { sparsePair } from '../../../src/engine/data/sparse.ts';

// Three users, two movies; user 0 rated both, user 1 rated movie 1, user 2 nothing.
const { byUser, byMovie } = sparsePair(Int32Array.of(0, 1, 0), Int32Array.of(0, 1, 1), 3, 2);
const SIDE = [
  { columns: [0, 2], x: [0.6, 1] },
  { columns: [], x: [] },
  { columns: [1], x: [0.25] },
];
const users = featureMatrix(byUser, byMovie, SIDE, { sizes: [2, 1], columns: 3 });

/** [nodes x features] */
function dense({ nodes, features, ptr, rows, x }: FeatureMatrix): number[][] {
  const matrix = Array.from({ length: nodes }, () => new Array<number>(features).fill(0));
  for (let j = 0; j < features; j += 1) for (let z = ptr[j]!; z < ptr[j + 1]!; z += 1) matrix[rows[z]!]![j]! += x[z]!;
  return matrix;
}

describe('a feature matrix', () => {
  it('holds the node itself, 1/√n for what it rated, and its side features', () => {
    const half = 1 / Math.sqrt(2);
    expect(dense(users)).toEqual([
      [1, 0, 0, half, half, 0.6, 0, 1],
      [0, 1, 0, 0, 1, 0, 0, 0],
      [0, 0, 1, 0, 0, 0, 0.25, 0],
    ]);
  });

  it('is symmetric for movies: what they were rated by', () => {
    const movies = featureMatrix(byMovie, byUser, [], { sizes: [], columns: 0 });
    const half = 1 / Math.sqrt(2);
    expect(dense(movies)).toEqual([
      [1, 0, 1, 0, 0],
      [0, 1, half, half, 0],
    ]);
  });

  it('says the one weight that all implicit features of a node have, 0 where it has none', () => {
    expect([...users.implicitX]).toEqual([1 / Math.sqrt(2), 1, 0]);
  });

  it('squares every weight for variances', () => {
    const squared = squaredWeights(users);
    expect(dense(squared)).toEqual(dense(users).map((row) => row.map((x) => x * x)));
    expect([...squared.implicitX]).toEqual([...users.implicitX].map((x) => x * x));
  });

  it('numbers groups in order: own, implicit, then side groups', () => {
    expect(users.groupStart).toEqual([0, 3, 5, 7, 8]);
    expect(users.groups).toBe(4);
    expect([...users.group]).toEqual([0, 0, 0, 1, 1, 2, 2, 3]);
  });

  it('marks a feature as rated only where a node with a rating has it', () => {
    // User 2, who alone has side column 1, has rated nothing.
    expect([...users.rated]).toEqual([1, 1, 0, 1, 1, 1, 0, 1]);
  });
});
