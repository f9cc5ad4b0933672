import { describe, expect, it } from 'vitest';
import { Random } from '../../src/engine/math/random.ts';
import { chronicle } from '../../src/importers/chronicle.ts';

/** Ratings by user and movie numbers and times; NaN: unknown. */
function ratingsOf(rows: readonly (readonly [user: number, movie: number, time: number])[]) {
  return {
    users: ['a', 'b', 'c', 'd'],
    movies: Array.from({ length: 40 }, (_, movie) => `m${movie}`),
    levels: [3],
    u: Int32Array.from(rows, ([user]) => user),
    i: Int32Array.from(rows, ([, movie]) => movie),
    level: new Int32Array(rows.length),
    time: Float64Array.from(rows, ([, , time]) => time),
  };
}

describe('chronicle', () => {
  it('sorts by time, equal times in the order of the file, unknown times last', () => {
    const rows = [Number.NaN, 50, 20, 50, Number.NaN, -5].map((time, movie) => [0, movie, time] as const);
    expect([...chronicle(ratingsOf(rows))]).toEqual([5, 2, 1, 3, 0, 4]);
  });

  it('keeps the last of several ratings of a movie by a user', () => {
    const ratings = ratingsOf([
      [0, 0, 90],
      [0, 0, 10],
      [0, 1, 20],
      [1, 0, 30],
    ]);
    expect([...chronicle(ratings)]).toEqual([2, 3, 0]);
  });

  it('takes the later line of two at the same or at unknown times', () => {
    const ratings = ratingsOf([
      [0, 0, 10],
      [0, 0, 10],
      [2, 1, Number.NaN],
      [2, 1, Number.NaN],
    ]);
    expect([...chronicle(ratings)]).toEqual([1, 3]);
  });

  it('agrees with a plain sort on times of every size', () => {
    const generator = new Random(7);
    const random = () => generator.uniform();
    for (const range of [3, 1e5, 1e12]) {
      const rows = Array.from({ length: 500 }, () => {
        const time = random() < 0.1 ? Number.NaN : Math.floor((random() - 0.5) * range);
        return [Math.floor(random() * 4), Math.floor(random() * 40), time] as const;
      });
      const ratings = ratingsOf(rows);
      const key = (row: number) => (Number.isNaN(rows[row]![2]) ? Number.POSITIVE_INFINITY : rows[row]![2]);
      const sorted = rows.map((_, row) => row).sort((left, right) => (key(left) === key(right) ? left - right : key(left) - key(right)));
      const last = new Map(sorted.map((row) => [`${rows[row]![0]} ${rows[row]![1]}`, row]));
      const kept = new Set(last.values());
      expect([...chronicle(ratings)]).toEqual(sorted.filter((row) => kept.has(row)));
    }
  });

  it('has nothing to sort in nothing', () => {
    expect(chronicle(ratingsOf([]))).toHaveLength(0);
  });
});
