import type { MoviePatch, RatingScale, UserPatch } from '../domain.ts';
import { badInput, CommandError } from '../errors.ts';
import { checkMoviePatch, checkUserPatch } from '../validation.ts';
import { csvLayout } from './csv.ts';
import { readHeader } from './csvHeader.ts';
import { splitCsvLine } from './csvLine.ts';
import { utf8 } from './encoding.ts';
import { numberOf, optionalNumber } from './fieldText.ts';
import type { FileSet } from './files.ts';
import { splitGenres, splitTitle } from './movieText.ts';
import { readFirstLine, readRatings } from './ratingFile.ts';
import { readRecords } from './records.ts';
import type { Rejects } from './rejects.ts';
import type { ImportSource, ReadOptions } from './source.ts';

/** The value of a column in the line that is read; null: the file has no such column. */
type Field = (column: string) => string | null;

/** The CSV files of `ml-latest` and its kin, and those that `export` writes; without movies or users, too. Tags and links are not read. */
export async function readMlCsv(files: FileSet, options: ReadOptions): Promise<ImportSource> {
  const has = (name: string) => files.names.includes(name);
  const own = has('scale.csv') ? await readScale(files, options.rejects) : null;
  const scale = options.scale ?? own;
  return {
    ratingsFile: 'ratings.csv',
    scale,
    movies: has('movies.csv') ? await readMoviesCsv(files, 'movies.csv', options.rejects) : [],
    users: has('users.csv') ? await readUsersCsv(files, 'users.csv', options.rejects) : [],
    ratings: await readRatings(files, 'ratings.csv', (line) => csvLayout('ratings.csv', line), { ...options, scale }),
  };
}

/** Movies from a CSV with the columns movieId, title and perhaps year, genres. */
export function readMoviesCsv(files: FileSet, name: string, rejects: Rejects): Promise<MoviePatch[]> {
  return readCsvRecords(files, name, ['movieId', 'title'], rejects, movieOf);
}

/** Users from a CSV with the column userId and perhaps age, gender, occupation. */
export function readUsersCsv(files: FileSet, name: string, rejects: Rejects): Promise<UserPatch[]> {
  return readCsvRecords(files, name, ['userId'], rejects, userOf);
}

/** The scale that `export` wrote beside the ratings: they alone need not show it. */
async function readScale(files: FileSet, rejects: Rejects): Promise<RatingScale | null> {
  const [scale = null] = await readCsvRecords(files, 'scale.csv', ['min', 'max', 'step'], rejects, (field) => {
    const [min, max] = [numberOf('min', field('min')!), numberOf('max', field('max')!)];
    const step = optionalNumber('step', field('step')!);
    if (min >= max || (step !== null && step <= 0)) throw badInput('min', 'The scale is empty, or its step is not above 0.');
    return { min, max, step };
  });
  return scale;
}

function movieOf(field: Field): MoviePatch {
  const id = field('movieId')!;
  const year = field('year');
  const title = field('title') || id;
  // Where years have a column of their own, one in the title is part of it.
  const named = year === null ? splitTitle(title) : { title, year: optionalNumber('year', year) };
  const genres = field('genres');
  const movie = { id, ...named, ...(genres === null ? {} : { genres: splitGenres(genres) }) };
  checkMoviePatch(movie);
  return movie;
}

function userOf(field: Field): UserPatch {
  const [age, gender, occupation] = ['age', 'gender', 'occupation'].map(field) as [string | null, string | null, string | null];
  const user = {
    id: field('userId')!,
    ...(age === null ? {} : { age: optionalNumber('age', age) }),
    ...(gender === null ? {} : { gender: gender || null }),
    ...(occupation === null ? {} : { occupation: occupation || null }),
  };
  checkUserPatch(user);
  return user;
}

async function readCsvRecords<T>(
  files: FileSet,
  name: string,
  needed: readonly string[],
  rejects: Rejects,
  recordOf: (field: Field) => T,
): Promise<T[]> {
  const header = readHeader(await readFirstLine(files, name), needed);
  if (header === null) throw new CommandError(`${name} has no header with the columns ${needed.join(', ')}, each once.`);
  const read = (text: string) => {
    const fields = splitCsvLine(text, header.delimiter);
    if (fields.length !== header.names.length)
      throw badInput('line', `The line has not ${header.names.length} fields (${header.names.join(', ')}).`);
    return recordOf((column) => fields[header.find(column)] ?? null);
  };
  return readRecords(files, name, { decode: utf8, skip: 1, read }, rejects);
}
