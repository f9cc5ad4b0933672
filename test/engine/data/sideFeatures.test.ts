import { describe, expect, it } from 'vitest';
import type { MovieRecord, UserRecord } from '../../../src/domain.ts';
import {
  movieSideGroups,
  movieSideRow,
  NO_WORDS,
  userSideGroups,
  userSideRow,
  vocabularyOf,
} from '../../../src/engine/data/sideFeatures.ts';

const user = (age: number | null, gender: string | null = null, occupation: string | null = null): UserRecord => ({
  id: 'u',
  age,
  gender,
  occupation,
});
const movie = (year: number | null, ...genres: string[]): MovieRecord => ({ id: 'm', title: 'M', year, genres });

const words = vocabularyOf(
  [user(30, 'M', 'writer'), user(null, 'F', null), user(20, 'M', 'artist')],
  [movie(1990, 'War', 'Drama'), movie(null, 'Comedy')],
);

describe('side features', () => {
  it('know each word once, sorted, whatever the order of the records', () => {
    expect(words).toEqual({ genders: ['F', 'M'], occupations: ['artist', 'writer'], genres: ['Comedy', 'Drama', 'War'] });
    expect(userSideGroups(words)).toEqual({ sizes: [9, 2, 2], columns: 13 });
    expect(movieSideGroups(words)).toEqual({ sizes: [3, 14], columns: 17 });
  });

  it.each([
    [0, 0],
    [17, 0],
    [18, 1],
    [24, 1],
    [25, 2],
    [35, 4],
    [55, 7],
    [56, 8],
    [120, 8],
  ])('put the age %d into bucket %d', (age, bucket) => {
    expect(userSideRow(NO_WORDS, user(age))).toEqual({ columns: [bucket], x: [1] });
  });

  it.each([
    [1902, 0],
    [1939, 0],
    [1940, 1],
    [1979, 4],
    [1985, 6],
    [1991, 7],
    [1996, 12],
    [1997, 13],
    [2030, 13],
  ])('put the year %d into bucket %d', (year, bucket) => {
    expect(movieSideRow(NO_WORDS, movie(year))).toEqual({ columns: [bucket], x: [1] });
  });

  it('share one out among genres by the square root, beside a whole year', () => {
    const { columns, x } = movieSideRow(words, movie(1990, 'War', 'Comedy'));
    expect(columns).toEqual([2, 0, 3 + 7]);
    expect(x[0]).toBeCloseTo(Math.SQRT1_2, 15);
    expect(x).toEqual([x[0], x[0], 1]);
  });

  it('have no column for what is missing or not known as a word', () => {
    expect(userSideRow(words, user(null))).toEqual({ columns: [], x: [] });
    expect(userSideRow(words, user(30, 'X', 'writer'))).toEqual({ columns: [3, 12], x: [1, 1] });
    expect(movieSideRow(words, movie(null))).toEqual({ columns: [], x: [] });
    // A genre never met takes no share from those that are known.
    expect(movieSideRow(words, movie(null, 'Opera', 'War'))).toEqual({ columns: [2], x: [1] });
  });
});
