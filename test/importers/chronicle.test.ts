import { describe, expect, it } from 'vitest';
import { chronicle, keepOnScale } from '../../src/importers/chronicle.ts';
import { type RatingRow, Rejects } from '../../src/importers/source.ts';

function row(line: number, movieId: string, rating: number, ratedAt: number | null): RatingRow {
  return { userId: 'a', movieId, rating, ratedAt, line };
}
const linesOf = (rows: readonly RatingRow[]) => rows.map(({ line }) => line);

describe('chronicle', () => {
  it('sorts by time, equal times in the order of the file, unknown times last', () => {
    const rows = [
      row(1, 'm1', 3, null),
      row(2, 'm2', 3, 50),
      row(3, 'm3', 3, 20),
      row(4, 'm4', 3, 50),
      row(5, 'm5', 3, null),
      row(6, 'm6', 3, -5),
    ];
    expect(linesOf(chronicle(rows))).toEqual([6, 3, 2, 4, 1, 5]);
  });

  it('keeps the last of several ratings of a movie by a user', () => {
    const rows = [row(1, 'm', 5, 90), row(2, 'm', 3, 10), row(3, 'n', 4, 20), { ...row(4, 'm', 2, 30), userId: 'b' }];
    expect(linesOf(chronicle(rows))).toEqual([3, 4, 1]);
  });
});

describe('keepOnScale', () => {
  it('rejects what is outside the scale or off its step, with the line', () => {
    const rejects = new Rejects();
    const rows = [row(2, 'a', 3, null), row(3, 'b', 6, null), row(4, 'c', 2.5, null), row(5, 'd', 1, null)];
    expect(linesOf(keepOnScale('r.csv', rows, { min: 1, max: 5, step: 1 }, rejects))).toEqual([2, 5]);
    expect(rejects.shown).toEqual([
      { file: 'r.csv', line: 3, reason: 'rating 6 is outside the scale 1 to 5 (in steps of 1).' },
      { file: 'r.csv', line: 4, reason: 'rating 2.5 is between the steps of the scale 1 to 5 (in steps of 1).' },
    ]);
  });
});
