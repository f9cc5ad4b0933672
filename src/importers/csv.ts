import { CommandError } from '../errors.ts';
import { type CsvHeader, readHeader } from './csvHeader.ts';
import type { RatingLayout } from './ratingParser.ts';

const NEEDED = ['userId', 'movieId', 'rating'];

/** The columns of a CSV file of ratings, in any order and among others; null: the line is no such header. */
export function ratingsHeader(line: string): CsvHeader | null {
  return readHeader(line, NEEDED);
}

/** @throws CommandError for a file with another header */
export function csvLayout(file: string, firstLine: string): { layout: RatingLayout; header: true } {
  const header = ratingsHeader(firstLine);
  if (header === null) {
    throw new CommandError(
      `${file} is not a CSV of ratings: its first line must name userId, movieId, rating and, if there are times, timestamp, each once.`,
    );
  }
  const { delimiter, names } = header;
  const [user, movie, rating] = NEEDED.map((name) => header.find(name)) as [number, number, number];
  return { layout: { delimiter, names, user, movie, rating, time: header.find('timestamp'), quotes: true }, header: true };
}
