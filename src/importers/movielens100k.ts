import type { MovieRecord, UserRecord } from '../domain.ts';
import { badInput } from '../errors.ts';
import { checkMoviePatch, checkUserPatch } from '../validation.ts';
import { latin1 } from './encoding.ts';
import { optionalNumber } from './fieldText.ts';
import type { FileSet } from './files.ts';
import { splitTitle } from './movieText.ts';
import { readRatings } from './ratingFile.ts';
import type { RatingLayout } from './ratingParser.ts';
import { type RecordReader, readRecords } from './records.ts';
import type { Rejects } from './rejects.ts';
import type { ImportSource, ReadOptions } from './source.ts';

/** The files that are read; the splits, and other lists, are not. */
export const ML_100K_FILES = ['u.data', 'u.item', 'u.user', 'u.genre'] as const;

/** `u.data`, `u1.base` and alike. */
export const U_DATA: RatingLayout = {
  delimiter: '\t',
  names: ['user', 'movie', 'rating', 'timestamp'],
  user: 0,
  movie: 1,
  rating: 2,
  time: 3,
  quotes: false,
};
/** id, title, release date, video date, URL; a flag for each genre follows. */
const MOVIE_FIELDS = 5;
const USER_FIELDS = ['id', 'age', 'gender', 'occupation', 'zip code'];

export async function readMl100k(files: FileSet, options: ReadOptions): Promise<ImportSource> {
  return {
    ratingsFile: 'u.data',
    scale: null,
    movies: await readUItem(files, 'u.item', options.rejects),
    users: await readUUser(files, 'u.user', options.rejects),
    ratings: await readRatings(files, 'u.data', () => ({ layout: U_DATA, header: false }), options),
  };
}

/** Movies; the genres' names come from `u.genre` beside the file. */
export async function readUItem(files: FileSet, name: string, rejects: Rejects): Promise<MovieRecord[]> {
  const genres = await readGenres(files, rejects);
  return readRecords(files, name, { decode: latin1, skip: 0, read: (text) => movieOf(text.split('|'), genres) }, rejects);
}

export function readUUser(files: FileSet, name: string, rejects: Rejects): Promise<UserRecord[]> {
  return readRecords(files, name, { decode: latin1, skip: 0, read: (text) => userOf(text.split('|')) }, rejects);
}

function movieOf(fields: readonly string[], genres: readonly string[]): MovieRecord {
  const expected = MOVIE_FIELDS + genres.length;
  if (fields.length !== expected) throw badInput('line', `The line has not ${expected} fields, ${MOVIE_FIELDS} and one for each genre.`);
  const [id, text, released] = fields as [string, string, string];
  const { title, year } = splitTitle(text);
  const releasedIn = /\d{4}$/.exec(released);
  const movie = {
    id,
    title,
    year: year ?? (releasedIn === null ? null : Number(releasedIn[0])),
    genres: genres.filter((genre, at) => fields[MOVIE_FIELDS + at] === '1' && genre !== 'unknown'),
  };
  checkMoviePatch(movie);
  return movie;
}

function userOf(fields: readonly string[]): UserRecord {
  if (fields.length !== USER_FIELDS.length) {
    throw badInput('line', `The line has not ${USER_FIELDS.length} fields (${USER_FIELDS.join(', ')}).`);
  }
  const [id, age, gender, occupation] = fields as [string, string, string, string];
  const user = { id, age: optionalNumber('age', age), gender: gender || null, occupation: occupation || null };
  checkUserPatch(user);
  return user;
}

/** Names by their number: lines of name|number. */
async function readGenres(files: FileSet, rejects: Rejects): Promise<string[]> {
  const reader: RecordReader<[name: string, number: number]> = {
    decode: latin1,
    skip: 0,
    read: (text) => {
      const [name = '', number = ''] = text.split('|');
      if (!/^\d{1,3}$/.test(number.trim())) throw badInput('line', 'A line of u.genre is name|number.');
      return [name, Number(number)];
    },
  };
  const names: string[] = [];
  for (const [name, number] of await readRecords(files, 'u.genre', reader, rejects)) names[number] = name;
  return Array.from(names, (name) => name ?? 'unknown');
}
