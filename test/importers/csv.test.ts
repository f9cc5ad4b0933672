import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { readCsv } from '../../src/importers/csv.ts';
import { splitCsvLine } from '../../src/importers/csvLine.ts';
import { folderOf, NOW } from './files.ts';

const read = (text: string) => readCsv(join(folderOf({ 'ratings.csv': text }), 'ratings.csv'), NOW);

describe('readCsv', () => {
  it('reads ratings with times in seconds', () => {
    expect(read('userId,movieId,rating,timestamp\nann,m1,3.5,1700000000\n').ratings).toEqual([
      { userId: 'ann', movieId: 'm1', rating: 3.5, ratedAt: 1_700_000_000_000, line: 2 },
    ]);
  });

  it('takes a missing or empty time as unknown', () => {
    expect(read('userId,movieId,rating\na,b,3\n').ratings[0]?.ratedAt).toBeNull();
    expect(read('userId,movieId,rating,timestamp\na,b,3,\n').ratings[0]?.ratedAt).toBeNull();
  });

  it('understands quotes, a byte order mark and Windows line ends', () => {
    const { ratings, rejects } = read('\uFEFFuserId,"movieId",rating\r\n"Doe, Jane","say ""hi""",4\r\nZoë,千と千尋,2.5\r\n');
    expect(ratings.map(({ userId, movieId, rating }) => [userId, movieId, rating])).toEqual([
      ['Doe, Jane', 'say "hi"', 4],
      ['Zoë', '千と千尋', 2.5],
    ]);
    expect(rejects.count).toBe(0);
  });

  it('loses a line, not the rest of the file, by a quote that is never closed', () => {
    const { ratings, rejects } = read('userId,movieId,rating\n"a,b,3\n"a"x,b,3\na,b\nc,d,4\n\n');
    expect(ratings.map(({ line }) => line)).toEqual([5]);
    expect(rejects.shown.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(rejects.shown[0]).toMatchObject({ file: 'ratings.csv', reason: expect.stringContaining('never closed') });
  });

  it('refuses another header in one line that names the right one', () => {
    for (const text of ['user,item,stars\n1,2,3\n', '1,2,3\n', '']) {
      expect(() => read(text)).toThrow(CommandError);
      expect(() => read(text)).toThrow(/userId,movieId,rating/);
    }
  });
});

describe('splitCsvLine', () => {
  it('keeps empty fields, also at the end', () => {
    expect(splitCsvLine('a,,')).toEqual(['a', '', '']);
    expect(splitCsvLine('"a",,""')).toEqual(['a', '', '']);
    expect(splitCsvLine('"a",')).toEqual(['a', '']);
  });
});
