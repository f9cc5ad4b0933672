import { describe, expect, it } from 'vitest';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { checkerboard, rankTwo, syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';

const SIZE = { users: 60, movies: 80, ratings: 3_000 };

/** Root mean squared error of the truth's expectation, for the rows that `keep` names. */
function errorOfTruth({ table, truth }: ReturnType<typeof syntheticRatings>, keep: (u: number) => boolean): number {
  const rows = Array.from(table.u, (_, row) => row).filter((row) => keep(table.u[row]!));
  const squares = rows.map((row) => (table.r[row]! - truth.expected(table.u[row]!, table.i[row]!)) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length);
}

function matrixOf(table: RatingTable): number[][] {
  const matrix = table.users.map(() => table.movies.map(() => Number.NaN));
  table.r.forEach((r, row) => {
    matrix[table.u[row]!]![table.i[row]!] = r;
  });
  return matrix;
}

describe('syntheticRatings', () => {
  it('draws distinct pairs on the scale, the same for the same seed only', () => {
    const { table } = syntheticRatings(SIZE, 4);
    const pairs = new Set(Array.from(table.u, (u, row) => u * SIZE.movies + table.i[row]!));
    expect(pairs.size).toBe(SIZE.ratings);
    expect(Array.from(table.r).every((r) => r >= 1 && r <= 5 && Number.isInteger(r * 2))).toBe(true);
    expect(syntheticRatings(SIZE, 4).table).toEqual(table);
    expect(syntheticRatings(SIZE, 5).table.r).not.toEqual(table.r);
  });

  it('gives users different noise, and the truth says whose ratings miss it more', () => {
    const drawn = syntheticRatings(SIZE, 4);
    const median = [...drawn.table.users.keys()].map((u) => drawn.truth.noise(u)).sort((a, b) => a - b)[SIZE.users / 2]!;
    const noisy = errorOfTruth(drawn, (u) => drawn.truth.noise(u) >= median);
    const steady = errorOfTruth(drawn, (u) => drawn.truth.noise(u) < median);
    expect(noisy).toBeGreaterThan(1.4 * steady);
    const evenly = syntheticRatings({ ...SIZE, noiseSpread: 0 }, 4);
    expect(evenly.truth.noise(0)).toBe(evenly.truth.noise(1));
  });

  it('states the standard deviation that its ratings have', () => {
    const drawn = syntheticRatings({ users: 100, movies: 200, ratings: 20_000 }, 2);
    const { table, truth } = drawn;
    const stated = Array.from(table.u, (u, row) => truth.std(u, table.i[row]!) ** 2).reduce((sum, v) => sum + v, 0) / table.r.length;
    expect(errorOfTruth(drawn, () => true)).toBeCloseTo(Math.sqrt(stated), 1);
  });

  it('refuses more ratings than there are pairs', () => {
    expect(() => syntheticRatings({ users: 2, movies: 3, ratings: 7 }, 0)).toThrow('2 users x 3 movies give only 6 pairs');
  });
});

describe('checkerboard', () => {
  it('alternates 5 and 1 over every pair', () => {
    expect(matrixOf(checkerboard(3, 4))).toEqual([
      [5, 1, 5, 1],
      [1, 5, 1, 5],
      [5, 1, 5, 1],
    ]);
  });
});

describe('rankTwo', () => {
  it('lies within the scale without having been clipped', () => {
    const ratings = Array.from(rankTwo(30, 40, 1).r);
    expect(ratings).toHaveLength(1_200);
    expect(Math.min(...ratings)).toBeGreaterThan(1);
    expect(Math.max(...ratings)).toBeLessThan(5);
  });

  it('has rank two around 3: every 3 x 3 minor vanishes, a 2 x 2 one does not', () => {
    const d = matrixOf(rankTwo(3, 3, 1)).map((row) => row.map((r) => r - 3));
    const minor = (a: number, b: number) => d[1]![a]! * d[2]![b]! - d[1]![b]! * d[2]![a]!;
    expect(d[0]![0]! * minor(1, 2) - d[0]![1]! * minor(0, 2) + d[0]![2]! * minor(0, 1)).toBeCloseTo(0, 12);
    expect(Math.abs(minor(0, 1))).toBeGreaterThan(1e-3);
  });
});
