import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Timestamp } from '../domain.ts';
import { CommandError } from '../errors.ts';
import { isRatingsHeader, readCsv } from './csv.ts';
import { MOVIELENS_FILES, readMovieLens } from './movielens.ts';
import type { ImportSource } from './source.ts';
import { readFirstLine, unreadable } from './textFile.ts';

export type ImportFormat = 'ml-100k' | 'csv';

/**
 * Reads a file or folder in a format, or in the one that it turns out to have.
 * @param now milliseconds since 1970
 * @throws CommandError with one line on what it is and what is needed
 */
export function readSource(path: string, format: ImportFormat | 'auto', now: Timestamp): ImportSource {
  const isFolder = checkPath(path);
  if (format === 'csv' && isFolder) throw new CommandError(`${path} is a folder; --format csv needs a file.`);
  if (format === 'ml-100k' && !isFolder) throw new CommandError(`${path} is a file; --format ml-100k needs the folder that holds u.data.`);
  if (isFolder) {
    checkMovieLensFolder(path);
    return readMovieLens(path, now);
  }
  if (format === 'auto') checkRatingsFile(path);
  return readCsv(path, now);
}

/** @returns whether it is a folder */
function checkPath(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function checkMovieLensFolder(path: string): void {
  const missing = MOVIELENS_FILES.filter((name) => !existsSync(join(path, name)));
  if (missing.length > 0) {
    throw new CommandError(
      `${path} is not a MovieLens 100K folder: ${missing.join(', ')} missing. Give that folder, or a CSV file of ratings.`,
    );
  }
}

function checkRatingsFile(path: string): void {
  const first = readFirstLine(path);
  if (isRatingsHeader(first)) return;
  if (first.split('\t').length === 4) {
    throw new CommandError(`${path} looks like u.data of MovieLens 100K: give the folder that holds it.`);
  }
  throw new CommandError(
    `${path} is in no known format: give a MovieLens 100K folder, or a CSV whose first line is userId,movieId,rating or userId,movieId,rating,timestamp.`,
  );
}
