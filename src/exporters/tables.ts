import type { MovieRecord, RatingScale, Timestamp, UserRecord } from '../domain.ts';
import { joinGenres } from '../importers/movieText.ts';
import { CsvFile } from './csvFile.ts';

type Fields = readonly (string | number | null)[];

/** A rating as the database holds it. */
export interface ExportedRating {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number;
  readonly ratedAt: Timestamp | null;
}

/** Ratings in the order in which they were recorded, times in seconds since 1970. @returns how many */
export function writeRatings(path: string, ratings: Iterable<ExportedRating>): number {
  return writeTable(path, ['userId', 'movieId', 'rating', 'timestamp'], ratings, ({ userId, movieId, rating, ratedAt }) => [
    userId,
    movieId,
    rating,
    ratedAt === null ? null : ratedAt / 1000,
  ]);
}

/** Genres separated by `|`. @returns how many */
export function writeMovies(path: string, movies: Iterable<MovieRecord>): number {
  return writeTable(path, ['movieId', 'title', 'year', 'genres'], movies, ({ id, title, year, genres }) => [
    id,
    title,
    year,
    joinGenres(genres),
  ]);
}

/** @returns how many */
export function writeUsers(path: string, users: Iterable<UserRecord>): number {
  return writeTable(path, ['userId', 'age', 'gender', 'occupation'], users, ({ id, age, gender, occupation }) => [
    id,
    age,
    gender,
    occupation,
  ]);
}

export function writeScale(path: string, scale: RatingScale): void {
  writeTable(path, ['min', 'max', 'step'], [scale], ({ min, max, step }) => [min, max, step]);
}

function writeTable<T>(path: string, columns: readonly string[], rows: Iterable<T>, fieldsOf: (row: T) => Fields): number {
  const file = new CsvFile(path, columns);
  let count = 0;
  try {
    for (const row of rows) {
      file.add(fieldsOf(row));
      count += 1;
    }
  } catch (error) {
    file.discard();
    throw error;
  }
  file.finish();
  return count;
}
