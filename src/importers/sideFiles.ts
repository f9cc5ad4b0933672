import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { MovieRecord, UserRecord } from '../domain.ts';
import { badInput } from '../errors.ts';
import { checkId } from '../validation.ts';
import { splitCsvLine } from './csvLine.ts';
import { readUItem, readUUser, splitTitle } from './movielens.ts';
import { numberOf } from './ratingRow.ts';
import { type Rejects, readLines } from './source.ts';
import { readFirstLine, readTextLines } from './textFile.ts';

const NO_GENRES = '(no genres listed)';

/** The first of `names` that lies in the folder of `path`; null: none does. */
export function besides(path: string, names: readonly string[]): string | null {
  return names.map((name) => join(dirname(path), name)).find((file) => existsSync(file)) ?? null;
}

/** Movies from `u.item`, or from a CSV with the header `movieId,title[,year],genres`, genres separated by `|`. */
export function readMovies(path: string, rejects: Rejects): MovieRecord[] {
  const columns = csvColumns(path, 'movieId');
  return columns === null ? readUItem(path, rejects) : readCsvRecords(path, columns, rejects, movieOf);
}

/** Users from `u.user`, or from a CSV with the header `userId,age,gender,occupation`. */
export function readUsers(path: string, rejects: Rejects): UserRecord[] {
  const columns = csvColumns(path, 'userId');
  return columns === null ? readUUser(path, rejects) : readCsvRecords(path, columns, rejects, userOf);
}

type Fields = (column: string) => string;

function movieOf(field: Fields): MovieRecord {
  const id = field('movieId');
  checkId('movieId', id);
  const { title, year } =
    field('year') === '' ? splitTitle(field('title')) : { title: field('title'), year: numberOf('year', field('year')) };
  const genres = field('genres')
    .split('|')
    .map((genre) => genre.trim());
  return { id, title: title || id, year, genres: genres.filter((genre) => genre !== '' && genre !== NO_GENRES) };
}

function userOf(field: Fields): UserRecord {
  const id = field('userId');
  checkId('userId', id);
  const age = field('age');
  return { id, age: age === '' ? null : numberOf('age', age), gender: field('gender') || null, occupation: field('occupation') || null };
}

/** Names of the columns; null when the file isn't a CSV whose first column is `id`. */
function csvColumns(path: string, id: string): string[] | null {
  const columns = readFirstLine(path)
    .split(',')
    .map((name) => name.trim());
  return columns[0] === id ? columns : null;
}

function readCsvRecords<T>(path: string, columns: readonly string[], rejects: Rejects, recordOf: (field: Fields) => T): T[] {
  const lines = readTextLines(path, 'utf8').slice(1);
  return readLines(basename(path), lines, 2, rejects, (text) => {
    const fields = splitCsvLine(text);
    if (fields.length !== columns.length)
      throw badInput('line', `${fields.length} fields instead of ${columns.length} (${columns.join(', ')}).`);
    return recordOf((column) => fields[columns.indexOf(column)]?.trim() ?? '');
  });
}
