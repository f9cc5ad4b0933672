import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { CommandError } from '../errors.ts';
import { csvLayout, ratingsHeader } from './csv.ts';
import { type FileSet, folderFiles, singleFile, statOf } from './files.ts';
import { ML_1M_FILES, readMl1m } from './movielens1m.ts';
import { ML_100K_FILES, readMl100k } from './movielens100k.ts';
import { readMlCsv } from './movielensCsv.ts';
import { readFirstLine, readRatings } from './ratingFile.ts';
import type { ImportSource, ReadOptions } from './source.ts';
import { zipFiles } from './zipFiles.ts';

export type ImportFormat = 'ml-100k' | 'ml-1m' | 'ml-csv' | 'csv';

/** A format of several files, which lie in a folder or in a zip. */
interface SetFormat {
  readonly title: string;
  readonly needs: readonly string[];
  read(files: FileSet, options: ReadOptions): Promise<ImportSource>;
}

const SETS: Readonly<Record<Exclude<ImportFormat, 'csv'>, SetFormat>> = {
  'ml-100k': { title: 'MovieLens 100K', needs: ML_100K_FILES, read: readMl100k },
  'ml-1m': { title: 'MovieLens 1M', needs: ML_1M_FILES, read: readMl1m },
  'ml-csv': { title: 'MovieLens CSV', needs: ['ratings.csv'], read: readMlCsv },
};

const ZIP_SIGNATURE = 'PK';
const GZIP_SIGNATURE = '\u001f\u008b';

/**
 * Reads a file, a folder or a zip in a format, or in the one that it turns out to have.
 * @throws CommandError with one line on what it is and what is needed
 */
export async function readSource(path: string, format: ImportFormat | 'auto', options: ReadOptions): Promise<ImportSource> {
  const stat = statOf(path);
  const isFolder = stat.isDirectory();
  if (!isFolder && !stat.isFile()) throw new CommandError(`${path} is neither a file nor a folder: save what it gives to a file first.`);
  const start = isFolder ? '' : firstBytes(path);
  if (start.startsWith(GZIP_SIGNATURE)) throw new CommandError(`${path} is compressed with gzip: unpack it first.`);
  if (!isFolder && !start.startsWith(ZIP_SIGNATURE)) return readFile(path, format, options);
  if (format === 'csv') throw new CommandError(`${path} is a ${isFolder ? 'folder' : 'zip'}; --format csv needs a file.`);
  const sets = format === 'auto' ? Object.values(SETS) : [SETS[format]];
  const find = (names: readonly string[]) => sets.find(({ needs }) => needs.every((name) => names.includes(name)));
  const files = isFolder ? folderFiles(path) : await zipFiles(path, (names) => find(names) !== undefined);
  try {
    const set = find(files.names);
    if (set === undefined) throw unknownFolder(path, files.names, sets);
    return await set.read(files, options);
  } finally {
    files.close();
  }
}

async function readFile(path: string, format: ImportFormat | 'auto', options: ReadOptions): Promise<ImportSource> {
  if (format !== 'auto' && format !== 'csv') {
    throw new CommandError(`${path} is a file; --format ${format} needs the folder or the zip that holds ${SETS[format].needs[0]}.`);
  }
  const [files, name] = [singleFile(path), basename(path)];
  if (format === 'auto') checkFirstLine(path, await readFirstLine(files, name));
  const ratings = await readRatings(files, name, (line) => csvLayout(path, line), options);
  return { ratingsFile: name, scale: null, movies: [], users: [], ratings };
}

/** What tells archives apart, one character a byte. */
function firstBytes(path: string): string {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(ZIP_SIGNATURE.length);
    readSync(file, start);
    return start.toString('latin1');
  } finally {
    closeSync(file);
  }
}

function checkFirstLine(path: string, line: string): void {
  if (ratingsHeader(line) !== null) return;
  if (line.split('\t').length === 4) throw new CommandError(`${path} looks like u.data of MovieLens 100K: give the folder that holds it.`);
  if (line.split('::').length === 4)
    throw new CommandError(`${path} looks like ratings.dat of MovieLens 1M: give the folder that holds it.`);
  throw new CommandError(
    `${path} is in no known format: give a MovieLens folder or zip, or a CSV whose first line names userId, movieId, rating and perhaps timestamp.`,
  );
}

function unknownFolder(path: string, names: readonly string[], sets: readonly SetFormat[]): CommandError {
  // Told about the format that is least incomplete.
  const [nearest] = sets
    .map(({ title, needs }) => ({
      title,
      found: needs.filter((name) => names.includes(name)).length,
      missing: needs.filter((name) => !names.includes(name)),
    }))
    .sort((left, right) => right.found - left.found);
  const { title, missing } = nearest!;
  return new CommandError(
    `${path} is not a ${title} folder: ${missing.join(', ')} missing. Give a MovieLens folder or zip, or a CSV file of ratings.`,
  );
}
