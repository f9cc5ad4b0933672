import { describe, expect, it } from 'vitest';
import { readMovieLens, splitTitle } from '../../src/importers/movielens.ts';
import { folderOf, MOVIELENS, NOW } from './files.ts';

describe('readMovieLens', () => {
  it('reads movies with year and genres, in ISO-8859-1', () => {
    expect(readMovieLens(folderOf(MOVIELENS), NOW).movies).toEqual([
      { id: '1', title: 'Café des Ombres', year: 1961, genres: ['Drama'] },
      { id: '2', title: 'Pies, The', year: 1995, genres: ['Drama', 'Slapstick'] },
      { id: '3', title: 'No Year at All', year: 1974, genres: [] },
      { id: '4', title: 'unknown', year: null, genres: [] },
    ]);
  });

  it('reads users without their zip code', () => {
    expect(readMovieLens(folderOf(MOVIELENS), NOW).users).toEqual([
      { id: '1', age: 24, gender: 'M', occupation: 'technician' },
      { id: '2', age: 53, gender: 'F', occupation: 'other' },
    ]);
  });

  it('reads ratings in the order of the file, seconds turned into milliseconds', () => {
    const { ratings, rejects } = readMovieLens(folderOf(MOVIELENS), NOW);
    expect(ratings).toHaveLength(4);
    expect(ratings[0]).toEqual({ userId: '1', movieId: '2', rating: 3, ratedAt: 881_250_949_000, line: 1 });
    expect(ratings[3]).toEqual({ userId: '2', movieId: '3', rating: 1, ratedAt: 881_250_000_000, line: 4 });
    expect(rejects.count).toBe(0);
  });

  it('counts broken lines of every file with their numbers, and keeps the good ones', () => {
    const data = [
      '1\t2\t3\t881250949',
      '1\t2\t3',
      '\t2\t3\t881250949',
      '1\t2\tgood\t881250949',
      '1\t2\t0x3\t881250949',
      '1\t3\t\t881250949',
      '1\t2\tNaN\t881250949',
      '1\t2\t4\t881250949000',
      '2\t2\t4\t881250949',
    ];
    const source = readMovieLens(
      folderOf({ ...MOVIELENS, 'u.data': data.join('\r\n'), 'u.user': '1|old|M|x|1\n2|53|F|other|94043\n', 'u.item': '1|A (2000)|||\n' }),
      NOW,
    );
    expect(source.ratings.map(({ line }) => line)).toEqual([1, 9]);
    expect(source.users.map(({ id }) => id)).toEqual(['2']);
    expect(source.movies).toEqual([]);
    expect(source.rejects.count).toBe(9);
    expect(source.rejects.shown.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'u.item:1',
      'u.user:1',
      ...[2, 3, 4, 5, 6, 7, 8].map((line) => `u.data:${line}`),
    ]);
    expect(source.rejects.shown.map(({ reason }) => reason).join('\n')).toMatch(
      /3 fields instead of 4[\s\S]*empty[\s\S]*"good" is not a number[\s\S]*day in the future/,
    );
  });

  it('shows ten rejected lines and counts them all', () => {
    const { rejects } = readMovieLens(folderOf({ ...MOVIELENS, 'u.data': 'x\n'.repeat(5_000) }), NOW);
    expect(rejects.count).toBe(5_000);
    expect(rejects.shown).toHaveLength(10);
  });

  it('reads 100,000 ratings within three seconds, even on a busy machine', () => {
    const data = Array.from({ length: 100_000 }, (_, k) => `${k % 943}\t${(k * 7) % 1682}\t${1 + (k % 5)}\t${881_250_949 + k}`).join('\n');
    const folder = folderOf({ ...MOVIELENS, 'u.data': data });
    const began = performance.now();
    expect(readMovieLens(folder, NOW).ratings).toHaveLength(100_000);
    expect(performance.now() - began).toBeLessThan(3_000); // about 250 ms on a quiet core
  });
});

describe('splitTitle', () => {
  it('takes a year only from the end', () => {
    expect(splitTitle('1984 (1956)')).toEqual({ title: '1984', year: 1956 });
    expect(splitTitle('Land, The (1995) (V)')).toEqual({ title: 'Land, The (1995) (V)', year: null });
    expect(splitTitle('Two Spaces  (1950)')).toEqual({ title: 'Two Spaces', year: 1950 });
    expect(splitTitle('(1950)')).toEqual({ title: '(1950)', year: null });
  });
});
