import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { readSource } from '../../src/importers/format.ts';
import { folderOf, MOVIELENS, NOW } from './files.ts';

const folder = folderOf({ ...MOVIELENS, 'ratings.csv': 'userId,movieId,rating\na,b,3\n', 'notes.txt': 'hello\n' });
const incomplete = folderOf({ 'u.data': MOVIELENS['u.data']! });

describe('readSource', () => {
  it('tells a MovieLens folder from a CSV file by itself', () => {
    expect(readSource(folder, 'auto', NOW).ratings).toHaveLength(4);
    expect(readSource(join(folder, 'ratings.csv'), 'auto', NOW).ratings).toHaveLength(1);
  });

  it.each([
    ['a missing path', join(folder, 'nowhere'), 'auto', /There is no file or folder .*nowhere/],
    ['a path below a file', join(folder, 'notes.txt', 'x'), 'auto', /There is no file or folder/],
    [
      'a folder that is not MovieLens',
      folderOf({ 'a.txt': '' }),
      'auto',
      /not a MovieLens 100K folder: u.data, u.item, u.user, u.genre missing/,
    ],
    ['an incomplete folder', incomplete, 'ml-100k', /u.item, u.user, u.genre missing/],
    ['some other file', join(folder, 'notes.txt'), 'auto', /no known format.*userId,movieId,rating/],
    ['u.data alone', join(folder, 'u.data'), 'auto', /give the folder that holds it/],
    ['a folder as CSV', folder, 'csv', /--format csv needs a file/],
    ['a file as MovieLens', join(folder, 'u.data'), 'ml-100k', /needs the folder/],
  ] as const)('refuses %s in one line', (_, path, format, message) => {
    const read = () => readSource(path, format, NOW);
    expect(read).toThrow(CommandError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/\n/);
  });
});
