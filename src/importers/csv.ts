import { basename } from 'node:path';
import type { Timestamp } from '../domain.ts';
import { CommandError } from '../errors.ts';
import { splitCsvLine } from './csvLine.ts';
import { RatingRowReader } from './ratingRow.ts';
import { type ImportSource, type RatingRow, Rejects, readLines } from './source.ts';
import { readTextLines } from './textFile.ts';

const COLUMNS = ['userId', 'movieId', 'rating', 'timestamp'] as const;

/** Ratings from a CSV file with the header `userId,movieId,rating[,timestamp]`, times in seconds since 1970. @param now milliseconds */
export function readCsv(path: string, now: Timestamp): ImportSource {
  const rejects = new Rejects();
  return {
    ratingsFile: basename(path),
    scale: null,
    movies: [],
    users: [],
    ratings: readCsvRatings(path, now, rejects),
    rejects,
  };
}

/** @throws CommandError for a file with another header */
export function readCsvRatings(path: string, now: Timestamp, rejects: Rejects): RatingRow[] {
  const [header = '', ...lines] = readTextLines(path, 'utf8');
  if (!isRatingsHeader(header)) {
    throw new CommandError(`${path} is not a CSV of ratings: its first line must be userId,movieId,rating or ${COLUMNS.join(',')}.`);
  }
  const columns = COLUMNS.slice(0, header.split(',').length);
  const reader = new RatingRowReader(now);
  return readLines(basename(path), lines, 2, rejects, (text, line) => reader.read(splitCsvLine(text), columns, line));
}

export function isRatingsHeader(line: string): boolean {
  const names = line
    .replaceAll('"', '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const wanted = COLUMNS.map((name) => name.toLowerCase());
  return [3, 4].includes(names.length) && names.every((name, column) => name === wanted[column]);
}
