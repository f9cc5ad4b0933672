import { describe, expect, it } from 'vitest';
import { joinGenres, splitGenres, splitTitle } from '../../src/importers/movieText.ts';
import { folderOf, MOVIELENS, MOVIELENS_1M, MOVIELENS_CSV } from './files.ts';
import { read, reasons, rejectedLines } from './reading.ts';

describe('a folder of MovieLens 100K', () => {
  it('has movies with year and genres, in ISO-8859-1', async () => {
    expect((await read(folderOf(MOVIELENS))).movies).toEqual([
      { id: '1', title: 'Café des Ombres', year: 1961, genres: ['Drama'] },
      { id: '2', title: 'Pies, The', year: 1995, genres: ['Drama', 'Slapstick'] },
      { id: '3', title: 'No Year at All', year: 1974, genres: [] },
      { id: '4', title: 'unknown', year: null, genres: [] },
    ]);
  });

  it('has users, whose zip codes are left', async () => {
    expect((await read(folderOf(MOVIELENS))).users).toEqual([
      { id: '1', age: 24, gender: 'M', occupation: 'technician' },
      { id: '2', age: 53, gender: 'F', occupation: 'other' },
    ]);
  });

  it('has ratings in the order of the file, seconds turned into milliseconds', async () => {
    const { rows, rejects } = await read(folderOf(MOVIELENS));
    expect(rows).toHaveLength(4);
    expect(rows[0]).toEqual({ userId: '1', movieId: '2', rating: 3, ratedAt: 881_250_949_000 });
    expect(rows[3]).toEqual({ userId: '2', movieId: '3', rating: 1, ratedAt: 881_250_000_000 });
    expect(rejects.count).toBe(0);
  });

  it('keeps its good lines, and counts the others by reason, with file and line', async () => {
    const data = [
      '1\t2\t3\t881250949',
      '1\t2\t3',
      '\t2\t3\t881250949',
      '1\t2\tgood\t881250949',
      '1\t2\t0x3\t881250949',
      '1\t3\t\t881250949',
      '1\t2\tNaN\t881250949',
      '1\t2\t4\t8812509490',
      '2\t2\t4\t881250949',
    ];
    const files = { 'u.data': data.join('\r\n'), 'u.user': '1|old|M|x|1\n2|53|F|other|94043\n3|200|M|x|1\n', 'u.item': '1|A (2000)|||\n' };
    const { rows, users, movies, rejects } = await read(folderOf({ ...MOVIELENS, ...files }));
    expect(rows.map(({ userId, rating }) => [userId, rating])).toEqual([
      ['1', 3],
      ['2', 4],
    ]);
    expect(users.map(({ id }) => id)).toEqual(['2']);
    expect(movies).toEqual([]);
    expect(rejects.count).toBe(10);
    expect(rejects.groups.find(({ reason }) => reason === 'rating is not a number.')).toMatchObject({ count: 4 });
    expect(rejectedLines(rejects).sort()).toEqual(
      ['u.item:1', 'u.user:1', 'u.user:3', ...[2, 3, 4, 5, 6, 7, 8].map((line) => `u.data:${line}`)].sort(),
    );
    expect(reasons(rejects).join('\n')).toMatch(/3 fields instead of 4[\s\S]*empty[\s\S]*not a number[\s\S]*day in the future/);
  });

  it('keeps the places of ten rejected lines, and counts them all', async () => {
    const { rejects } = await read(folderOf({ ...MOVIELENS, 'u.data': 'x\n'.repeat(5_000) }));
    expect(rejects.count).toBe(5_000);
    expect(rejectedLines(rejects)).toHaveLength(10);
  });
});

describe('a folder of MovieLens 1M', () => {
  it('has ratings, titles in ISO-8859-1, ages as they are and occupations by name', async () => {
    const { rows, movies, users, rejects } = await read(folderOf(MOVIELENS_1M));
    expect(rows[0]).toEqual({ userId: '1', movieId: '20', rating: 5, ratedAt: 978_300_760_000 });
    expect(rows).toHaveLength(3);
    expect(movies).toEqual([
      { id: '10', title: 'Café des Ombres', year: 1961, genres: ['Drama', "Children's"] },
      { id: '20', title: 'Pies, The', year: 1995, genres: ['Comedy'] },
    ]);
    expect(users).toEqual([
      { id: '1', age: 1, gender: 'F', occupation: 'K-12 student' },
      { id: '2', age: 56, gender: 'M', occupation: 'self-employed' },
    ]);
    expect(rejects.count).toBe(0);
  });

  it('may be MovieLens 10M: UTF-8, half stars, no users', async () => {
    const { 'users.dat': _, ...files } = MOVIELENS_1M;
    const movies = Buffer.from('10::Café des Ombres (1961)::Drama\n', 'utf8');
    const source = await read(folderOf({ ...files, 'movies.dat': movies, 'ratings.dat': '1::10::3.5::978300760\n' }));
    expect(source.movies[0]?.title).toBe('Café des Ombres');
    expect(source.rows[0]?.rating).toBe(3.5);
    expect(source.users).toEqual([]);
  });

  it('rejects what its README does not know', async () => {
    const files = { 'users.dat': '1::F::1::21::48067\n2::M::56\n', 'movies.dat': '1::A (2000)\n' };
    const { rejects } = await read(folderOf({ ...MOVIELENS_1M, ...files }));
    expect(rejectedLines(rejects)).toEqual(['movies.dat:1', 'users.dat:1', 'users.dat:2']);
  });
});

describe('a folder of ml-latest', () => {
  it('has quoted titles, several genres or none, and tags that are ignored', async () => {
    const { rows, movies, users, rejects } = await read(folderOf(MOVIELENS_CSV));
    expect(rows[1]).toEqual({ userId: '1', movieId: '20', rating: 0.5, ratedAt: 964_981_247_000 });
    expect(movies).toEqual([
      { id: '10', title: 'Pies, The', year: 1995, genres: ['Comedy', 'Drama'] },
      { id: '20', title: 'Say "Hi"', year: 2001, genres: [] },
      { id: '30', title: 'Café (a.k.a. Coffee)', year: null, genres: ['Drama'] },
    ]);
    expect(users).toEqual([]);
    expect(rejects.count).toBe(0);
  });

  it('may name years, ages and scale in columns of their own', async () => {
    const { movies, users, scale } = await read(
      folderOf({
        'ratings.csv': 'userId,movieId,rating\na,m,3\n',
        'movies.csv': 'genres,year,title,movieId\nDrama,,Made in (1999),m\n,1990,B,n\n',
        'users.csv': 'age,userId,gender\n31,a,\n',
        'scale.csv': 'min,max,step\n0,10,\n',
      }),
    );
    expect(movies).toEqual([
      { id: 'm', title: 'Made in (1999)', year: null, genres: ['Drama'] },
      { id: 'n', title: 'B', year: 1990, genres: [] },
    ]);
    expect(users).toEqual([{ id: 'a', age: 31, gender: null }]);
    expect(scale).toEqual({ min: 0, max: 10, step: null });
  });
});

describe('splitTitle', () => {
  it('takes a year only from the end', () => {
    expect(splitTitle('1984 (1956)')).toEqual({ title: '1984', year: 1956 });
    expect(splitTitle('Land, The (1995) (V)')).toEqual({ title: 'Land, The (1995) (V)', year: null });
    expect(splitTitle('Two Spaces  (1950)')).toEqual({ title: 'Two Spaces', year: 1950 });
    expect(splitTitle('(1950)')).toEqual({ title: '(1950)', year: null });
    expect(splitTitle('Far Future (9999)')).toEqual({ title: 'Far Future (9999)', year: null });
  });
});

describe('splitGenres', () => {
  it('reads what joinGenres wrote', () => {
    for (const genres of [[], ['Drama'], ['a|b', 'c\\', '\\|'], [' x ', '(no genres listed)'], ['Sci-Fi', 'Film Noir']]) {
      expect(splitGenres(joinGenres(genres))).toEqual(genres);
    }
  });

  it('takes a backslash of others as it is', () => {
    expect(splitGenres('Sci\\Fi | Drama')).toEqual(['Sci\\Fi', 'Drama']);
  });
});
