import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { folderOf, MOVIELENS, MOVIELENS_1M, MOVIELENS_CSV } from './files.ts';
import { read } from './reading.ts';

const folder = folderOf({ ...MOVIELENS, 'some.csv': 'userId,movieId,rating\na,b,3\n', 'notes.txt': 'hello\n' });
const incomplete = folderOf({ 'u.data': MOVIELENS['u.data']! });

describe('readSource', () => {
  it('tells the formats apart by itself', async () => {
    expect((await read(folder)).rows).toHaveLength(4);
    expect((await read(folderOf(MOVIELENS_1M))).ratingsFile).toBe('ratings.dat');
    expect((await read(folderOf(MOVIELENS_CSV))).ratingsFile).toBe('ratings.csv');
    expect((await read(join(folder, 'some.csv'))).rows).toHaveLength(1);
  });

  it('takes the format that it is told', async () => {
    const both = folderOf({ ...MOVIELENS, ...MOVIELENS_1M, ...MOVIELENS_CSV });
    for (const [format, file] of [
      ['ml-100k', 'u.data'],
      ['ml-1m', 'ratings.dat'],
      ['ml-csv', 'ratings.csv'],
    ] as const) {
      expect((await read(both, format)).ratingsFile).toBe(file);
    }
  });

  it.each([
    ['a missing path', join(folder, 'nowhere'), 'auto', /There is no file or folder .*nowhere/],
    ['a path below a file', join(folder, 'notes.txt', 'x'), 'auto', /There is no file or folder/],
    ['a folder that is no set of ratings', folderOf({ 'a.txt': '' }), 'auto', /is not a MovieLens .* folder: .* missing/],
    ['an incomplete folder', incomplete, 'ml-100k', /not a MovieLens 100K folder: u.item, u.user, u.genre missing/],
    ['a folder of another format', folder, 'ml-1m', /not a MovieLens 1M folder: ratings.dat, movies.dat missing/],
    ['some other file', join(folder, 'notes.txt'), 'auto', /no known format.*userId, movieId, rating/],
    ['u.data alone', join(folder, 'u.data'), 'auto', /give the folder that holds it/],
    ['ratings.dat alone', join(folderOf(MOVIELENS_1M), 'ratings.dat'), 'auto', /give the folder that holds it/],
    [
      'what is compressed',
      join(folderOf({ 'r.csv.gz': gzipSync('userId,movieId,rating\na,b,3\n') }), 'r.csv.gz'),
      'auto',
      /gzip: unpack it first/,
    ],
    ['what is no file', '/dev/null', 'csv', /neither a file nor a folder/],
    ['a folder as CSV', folder, 'csv', /--format csv needs a file/],
    ['a file as MovieLens', join(folder, 'u.data'), 'ml-100k', /needs the folder or the zip that holds u.data/],
  ] as const)('refuses %s in one line', async (_, path, format, message) => {
    const failure = await read(path, format).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandError);
    expect((failure as CommandError).message).toMatch(message);
    expect((failure as CommandError).message).not.toContain('\n');
  });
});
