import { basename, dirname, join } from 'node:path';
import type { MovieRecord, Timestamp, UserRecord } from '../domain.ts';
import { badInput } from '../errors.ts';
import { checkId } from '../validation.ts';
import { numberOf, RatingRowReader } from './ratingRow.ts';
import { type ImportSource, type RatingRow, Rejects, readLines } from './source.ts';
import { readTextLines } from './textFile.ts';

const RATING_FIELDS = ['user', 'movie', 'rating', 'timestamp'];
/** id, title, release date, video date, URL; a flag for each genre follows. */
const MOVIE_FIELDS = 5;
const USER_FIELDS = 5; // id, age, gender, occupation, zip code

/** The files of MovieLens 100K that are read; its splits, and other lists, are not. */
export const MOVIELENS_FILES = ['u.data', 'u.item', 'u.user', 'u.genre'] as const;

/** A MovieLens 100K folder. @param now milliseconds since 1970 */
export function readMovieLens(folder: string, now: Timestamp): ImportSource {
  const rejects = new Rejects();
  return {
    ratingsFile: 'u.data',
    scale: null,
    movies: readUItem(join(folder, 'u.item'), rejects),
    users: readUUser(join(folder, 'u.user'), rejects),
    ratings: readUData(join(folder, 'u.data'), now, rejects),
    rejects,
  };
}

/** `u.data`, `u1.base` and alike: user, movie, rating, seconds since 1970; separated by tabs. */
export function readUData(path: string, now: Timestamp, rejects: Rejects): RatingRow[] {
  const reader = new RatingRowReader(now);
  return readLines(basename(path), readTextLines(path, 'latin1'), 1, rejects, (text, line) =>
    reader.read(text.split('\t'), RATING_FIELDS, line),
  );
}

/** Movies; the genres' names come from `u.genre` beside the file. */
export function readUItem(path: string, rejects: Rejects): MovieRecord[] {
  const genres = readGenres(join(dirname(path), 'u.genre'), rejects);
  return readLines(basename(path), readTextLines(path, 'latin1'), 1, rejects, (text) => movieOf(text.split('|'), genres));
}

export function readUUser(path: string, rejects: Rejects): UserRecord[] {
  return readLines(basename(path), readTextLines(path, 'latin1'), 1, rejects, (text) => {
    const fields = text.split('|');
    if (fields.length !== USER_FIELDS) throw badInput('line', `${fields.length} fields instead of ${USER_FIELDS}.`);
    const [id, age, gender, occupation] = fields as [string, string, string, string, string];
    checkId('user', id);
    return { id, age: age === '' ? null : numberOf('age', age), gender: gender || null, occupation: occupation || null };
  });
}

/** "Title (1995)" in its two parts; a title without a year keeps its whole text. */
export function splitTitle(text: string): { title: string; year: number | null } {
  const match = /^(.*\S)\s*\((\d{4})\)$/.exec(text.trim());
  return match === null ? { title: text.trim(), year: null } : { title: match[1]!, year: Number(match[2]) };
}

function movieOf(fields: readonly string[], genres: readonly string[]): MovieRecord {
  const expected = MOVIE_FIELDS + genres.length;
  if (fields.length !== expected) throw badInput('line', `${fields.length} fields instead of ${expected}.`);
  const [id, text, released] = fields as [string, string, string];
  checkId('movie', id);
  const { title, year } = splitTitle(text);
  if (title === '') throw badInput('title', 'The title is empty.');
  const releasedIn = /\d{4}$/.exec(released);
  return {
    id,
    title,
    year: year ?? (releasedIn === null ? null : Number(releasedIn[0])),
    genres: genres.filter((genre, at) => fields[MOVIE_FIELDS + at] === '1' && genre !== 'unknown'),
  };
}

/** Names by their number: lines of name|number. */
function readGenres(path: string, rejects: Rejects): string[] {
  const names: string[] = [];
  readLines(basename(path), readTextLines(path, 'latin1'), 1, rejects, (text) => {
    const [name = '', number = ''] = text.split('|');
    if (!/^\d{1,3}$/.test(number.trim())) throw badInput('line', 'A line of u.genre is name|number.');
    names[Number(number)] = name;
  });
  return Array.from(names, (name) => name ?? 'unknown');
}
