import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { diversify, genreCosine, POOL, preferLessPopular, type Row } from '../../../src/engine/ranking/rerank.ts';

const random = new Random(4);
const ROWS: Row[] = Array.from({ length: POOL + 30 }, (_, i) => ({ i, score: 10 - i / 20 }));
const LIKED = ROWS.map(() => random.below(500));
const GENRES = ROWS.map(() => ['Drama', 'War', 'Comedy', 'Action'].filter(() => random.uniform() < 0.4));
const STANDARD = { mean: 5, deviation: 2 };
const before = (left: number, right: number) => left < right;

function isFalling(rows: readonly Row[]): boolean {
  return rows.every(({ score }, row) => row === 0 || score <= rows[row - 1]!.score + 1e-12);
}

describe('preferring what is less popular', () => {
  const rows = preferLessPopular(ROWS, 0.5, (i) => LIKED[i]!, STANDARD, before);

  it('sorts the pool by z-score minus β ln(1 + liked)', () => {
    for (const { i, score } of rows.slice(0, POOL)) {
      expect(score).toBeCloseTo((ROWS[i]!.score - 5) / 2 - 0.5 * Math.log(1 + LIKED[i]!), 12);
    }
    expect(isFalling(rows)).toBe(true);
  });

  it('keeps all rows, and those beyond the pool behind it in their order', () => {
    expect(rows.map(({ i }) => i).sort((a, b) => a - b)).toEqual(ROWS.map(({ i }) => i));
    expect(rows.slice(POOL).map(({ i }) => i)).toEqual(ROWS.slice(POOL).map(({ i }) => i));
  });

  it('shows films that fewer like, the more so the larger β is', () => {
    const popularity = [0, 0.25, 0.5, 1].map((beta) =>
      preferLessPopular(ROWS, beta, (i) => LIKED[i]!, STANDARD, before)
        .slice(0, 10)
        .reduce((sum, { i }) => sum + Math.log1p(LIKED[i]!), 0),
    );
    expect(popularity).toEqual([...popularity].sort((a, b) => b - a));
    expect(new Set(popularity).size).toBe(4);
  });

  it('decides between equal rows by the order that it is given', () => {
    const equal = [3, 1, 2].map((i) => ({ i, score: 1 }));
    expect(preferLessPopular(equal, 0.25, () => 7, { mean: 1, deviation: 0 }, before).map(({ i }) => i)).toEqual([1, 2, 3]);
  });
});

describe('diversity', () => {
  it('picks each row by its worth minus its likeness to those chosen (by hand)', () => {
    const genres = [['War'], ['War'], ['Comedy'], ['War', 'Comedy']];
    const rows = [4, 3, 2, 0].map((score, i) => ({ i, score }));
    const chosen = diversify(rows, 0.5, (i) => genres[i]!);
    // Worth: .5, .375, .25, 0. First 0; then 1 has .375 − .5, 2 has .25, 3 has 0 − .5/√2.
    expect(chosen.map(({ i }) => i)).toEqual([0, 2, 1, 3]);
    expect(chosen.map(({ score }) => score)).toEqual([0.5, 0.25, -0.125, 0 - 0.5 / Math.sqrt(2)]);
  });

  it('never puts a row above one that was worth more, and keeps all of them', () => {
    for (const weight of [0.1, 0.3, 0.7, 1]) {
      const rows = diversify(ROWS, weight, (i) => GENRES[i]!);
      expect(isFalling(rows)).toBe(true);
      expect(rows.map(({ i }) => i).sort((a, b) => a - b)).toEqual(ROWS.map(({ i }) => i));
      expect(rows.slice(POOL).map(({ i }) => i)).toEqual(ROWS.slice(POOL).map(({ i }) => i));
    }
  });

  it('makes a list less alike than the one before it', () => {
    const likeness = (rows: readonly Row[]) => {
      const sets = rows.slice(0, 10).map(({ i }) => new Set(GENRES[i]!));
      return sets.reduce((sum, left, a) => sum + sets.slice(a + 1).reduce((part, right) => part + genreCosine(left, right), 0), 0);
    };
    expect(likeness(diversify(ROWS, 0.4, (i) => GENRES[i]!))).toBeLessThan(likeness(ROWS) * 0.7);
  });

  it('of nothing, or of films without genres, changes no order', () => {
    expect(diversify([], 0.5, () => [])).toEqual([]);
    expect(diversify(ROWS, 0.5, () => []).map(({ i }) => i)).toEqual(ROWS.map(({ i }) => i));
  });
});
