import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRatingTables } from '../../src/importers/ratingTable.ts';
import { folderOf, MOVIELENS, NOW } from './files.ts';
import { rejectedLines } from './reading.ts';

const folder = folderOf({
  ...MOVIELENS,
  'u1.base': '2\t3\t4\t100\n1\t2\t5\t90\n2\t1\t3\t95\n',
  'u1.test': '9\t2\t4\t80\n1\t7\t1\t85\n1\t3\t4.5\t85\n',
});
const at = (name: string) => join(folder, name);
const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id);

describe('loadRatingTables', async () => {
  const { train, test, rejects } = await loadRatingTables(at('u1.base'), at('u1.test'), { now: NOW });

  it('keeps the order of the files', () => {
    expect(Array.from(train.r)).toEqual([4, 5, 3]);
    expect(Array.from(train.time)).toEqual([100, 90, 95]);
    expect(Array.from(test.time)).toEqual([80, 85]);
  });

  it('gives both tables one index: training, then test, then what only the side files know', () => {
    expect(ids(train.users)).toEqual(['2', '1', '9']);
    expect(ids(train.movies)).toEqual(['3', '2', '1', '7', '4']);
    expect(test.users).toBe(train.users);
    expect(Array.from(train.u)).toEqual([0, 1, 0]);
    expect(Array.from(train.i)).toEqual([0, 1, 2]);
    expect(Array.from(test.u)).toEqual([2, 1]);
    expect(Array.from(test.i)).toEqual([1, 3]);
  });

  it('finds side information beside the training file', () => {
    expect(train.movies[2]).toEqual({ id: '1', title: 'Café des Ombres', year: 1961, genres: ['Drama'] });
    expect(train.users[0]).toEqual({ id: '2', age: 53, gender: 'F', occupation: 'other' });
    expect(train.users[2]).toEqual({ id: '9', age: null, gender: null, occupation: null });
  });

  it('takes the scale from the training ratings and rejects test ratings off it', () => {
    expect(train.scale).toEqual({ min: 1, max: 5, step: 1 });
    expect(rejectedLines(rejects)).toEqual(['u1.test:3']);
  });

  it('reads CSV files with movies and users named or beside them', async () => {
    const csv = folderOf({
      'train.csv': 'userId,movieId,rating\nann,m1,3\n',
      'test.csv': 'userId,movieId,rating,timestamp\nann,m2,4,1000\n',
      'movies.csv': 'movieId,title,genres\nm1,"Pies, The (1995)",Comedy|Drama\nm2,Plain,(no genres listed)\n',
      'other.csv': 'movieId,title,year,genres\nm1,Another,2001,\n',
      'people.csv': 'userId,age,gender,occupation\nann,31,,nurse\n',
    });
    const beside = await loadRatingTables(join(csv, 'train.csv'), join(csv, 'test.csv'), { now: NOW });
    expect(beside.train.movies).toEqual([
      { id: 'm1', title: 'Pies, The', year: 1995, genres: ['Comedy', 'Drama'] },
      { id: 'm2', title: 'Plain', year: null, genres: [] },
    ]);
    expect(beside.train.time).toEqual(Float64Array.of(Number.NaN));
    expect(beside.test.time).toEqual(Float64Array.of(1000));
    const sides = { movies: join(csv, 'other.csv'), users: join(csv, 'people.csv'), now: NOW };
    const named = await loadRatingTables(join(csv, 'train.csv'), join(csv, 'test.csv'), sides);
    expect(named.train.movies[0]).toEqual({ id: 'm1', title: 'Another', year: 2001, genres: [] });
    expect(named.train.users[0]).toEqual({ id: 'ann', age: 31, gender: null, occupation: 'nurse' });
  });

  it('says in one line what is missing', async () => {
    await expect(loadRatingTables(at('none'), at('u1.test'))).rejects.toThrow(/There is no file or folder .*none/);
    await expect(loadRatingTables(at('u.item'), at('u1.test'))).rejects.toThrow(/holds no ratings: it must be like u1.base/);
    await expect(loadRatingTables(at('u1.base'), at('u1.test'), { movies: at('none') })).rejects.toThrow(
      /There is no file or folder .*none/,
    );
  });
});
