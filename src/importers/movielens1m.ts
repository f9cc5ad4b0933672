import type { MovieRecord, UserRecord } from '../domain.ts';
import { badInput } from '../errors.ts';
import { checkMoviePatch, checkUserPatch } from '../validation.ts';
import { utf8OrLatin1 } from './encoding.ts';
import { optionalNumber } from './fieldText.ts';
import type { FileSet } from './files.ts';
import { splitGenres, splitTitle } from './movieText.ts';
import { readRatings } from './ratingFile.ts';
import type { RatingLayout } from './ratingParser.ts';
import { type RecordReader, readRecords } from './records.ts';
import type { ImportSource, ReadOptions } from './source.ts';

/** MovieLens 10M has the same files, but none of users. */
export const ML_1M_FILES = ['ratings.dat', 'movies.dat'] as const;

const RATINGS: RatingLayout = {
  delimiter: '::',
  names: ['user', 'movie', 'rating', 'timestamp'],
  user: 0,
  movie: 1,
  rating: 2,
  time: 3,
  quotes: false,
};

/** By their code. Source: README of MovieLens 1M. */
const OCCUPATIONS = [
  'other',
  'academic/educator',
  'artist',
  'clerical/admin',
  'college/grad student',
  'customer service',
  'doctor/health care',
  'executive/managerial',
  'farmer',
  'homemaker',
  'K-12 student',
  'lawyer',
  'programmer',
  'retired',
  'sales/marketing',
  'scientist',
  'self-employed',
  'technician/engineer',
  'tradesman/craftsman',
  'unemployed',
  'writer',
];

const MOVIES: RecordReader<MovieRecord> = {
  decode: utf8OrLatin1,
  skip: 0,
  read(text) {
    const [id, title, genres] = fieldsOf(text, ['id', 'title', 'genres']);
    const movie = { id: id!, ...splitTitle(title!), genres: splitGenres(genres!) };
    checkMoviePatch(movie);
    return movie;
  },
};

const USERS: RecordReader<UserRecord> = {
  decode: utf8OrLatin1,
  skip: 0,
  read(text) {
    const [id, gender, age, code] = fieldsOf(text, ['id', 'gender', 'age', 'occupation', 'zip code']);
    const occupation = OCCUPATIONS[Number(code)];
    if (occupation === undefined) throw badInput('occupation', `occupation is not a code from 0 to ${OCCUPATIONS.length - 1}.`);
    // The age is the lowest of a group (1: under 18), kept as it is.
    const user = { id: id!, age: optionalNumber('age', age!), gender: gender || null, occupation };
    checkUserPatch(user);
    return user;
  },
};

export async function readMl1m(files: FileSet, options: ReadOptions): Promise<ImportSource> {
  return {
    ratingsFile: 'ratings.dat',
    scale: null,
    movies: await readRecords(files, 'movies.dat', MOVIES, options.rejects),
    users: files.names.includes('users.dat') ? await readRecords(files, 'users.dat', USERS, options.rejects) : [],
    ratings: await readRatings(files, 'ratings.dat', () => ({ layout: RATINGS, header: false }), options),
  };
}

function fieldsOf(text: string, names: readonly string[]): string[] {
  const fields = text.split('::');
  if (fields.length !== names.length) throw badInput('line', `The line has not ${names.length} fields (${names.join(', ')}).`);
  return fields;
}
