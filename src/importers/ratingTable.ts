import { basename } from 'node:path';
import type { MovieRecord, RatingScale, Timestamp, UserRecord } from '../domain.ts';
import { IdIndex, type MovieIndex, type UserIndex } from '../engine/data/idIndex.ts';
import type { RatingTable } from '../engine/data/ratingTable.ts';
import { CommandError } from '../errors.ts';
import { keepOnScale } from './chronicle.ts';
import { isRatingsHeader, readCsvRatings } from './csv.ts';
import { readUData } from './movielens.ts';
import { scaleOf } from './scale.ts';
import { besides, readMovies, readUsers } from './sideFiles.ts';
import { type RatingRow, Rejects } from './source.ts';
import { readFirstLine } from './textFile.ts';

export interface SideFiles {
  /** Files with movies and users; null or absent: `u.item` or `movies.csv`, `u.user` or `users.csv` beside the training file. */
  readonly movies?: string | null;
  readonly users?: string | null;
  /** Milliseconds since 1970; later times are rejected. Default: the clock. */
  readonly now?: Timestamp;
}

export interface SplitTables {
  readonly train: RatingTable;
  readonly test: RatingTable;
  readonly rejects: Rejects;
}

/**
 * Training and test ratings, each in the order of its file, with one index of users and movies: those of the training file
 * as they appear, then those of the test file, then those that only the side files know. The scale comes from the training ratings.
 * @throws CommandError when a file is missing, in another format, or holds no ratings
 */
export function loadRatingTables(trainPath: string, testPath: string, sides: SideFiles = {}): SplitTables {
  const now = sides.now ?? Date.now();
  const rejects = new Rejects();
  const training = readRatings(trainPath, now, rejects);
  const testing = readRatings(testPath, now, rejects);
  const scale = scaleOf(training.map((row) => row.rating));
  if (scale === null) throw new CommandError(`${trainPath} holds no ratings.`);
  const tested = keepOnScale(basename(testPath), testing, scale, rejects);
  if (tested.length === 0)
    throw new CommandError(`${testPath} holds no ratings on the scale of the training file, ${scale.min} to ${scale.max}.`);

  const moviesPath = sides.movies ?? besides(trainPath, ['u.item', 'movies.csv']);
  const usersPath = sides.users ?? besides(trainPath, ['u.user', 'users.csv']);
  const rows = [...training, ...tested];
  const users = indexRecords<UserRecord, UserIndex>(
    rows.map((row) => row.userId),
    usersPath === null ? [] : readUsers(usersPath, rejects),
    (id) => ({ id, age: null, gender: null, occupation: null }),
  );
  const movies = indexRecords<MovieRecord, MovieIndex>(
    rows.map((row) => row.movieId),
    moviesPath === null ? [] : readMovies(moviesPath, rejects),
    (id) => ({ id, title: id, year: null, genres: [] }),
  );
  const table = (part: readonly RatingRow[]) => tableOf(part, scale, users, movies);
  return { train: table(training), test: table(tested), rejects };
}

function readRatings(path: string, now: Timestamp, rejects: Rejects): RatingRow[] {
  const first = readFirstLine(path);
  if (isRatingsHeader(first)) return readCsvRatings(path, now, rejects);
  if (first.split('\t').length === 4) return readUData(path, now, rejects);
  throw new CommandError(
    `${path} holds no ratings: it must be like u1.base of MovieLens, or a CSV with the header userId,movieId,rating[,timestamp].`,
  );
}

interface Indexed<T, Index extends number> {
  readonly index: IdIndex<Index>;
  /** By index. */
  readonly records: readonly T[];
}

function indexRecords<T extends { readonly id: string }, Index extends number>(
  ids: Iterable<string>,
  known: readonly T[],
  blank: (id: string) => T,
): Indexed<T, Index> {
  const byId = new Map(known.map((record) => [record.id, record]));
  const index = new IdIndex<Index>(ids);
  for (const id of byId.keys()) index.add(id);
  return { index, records: index.all().map((id) => byId.get(id) ?? blank(id)) };
}

function tableOf(
  rows: readonly RatingRow[],
  scale: RatingScale,
  users: Indexed<UserRecord, UserIndex>,
  movies: Indexed<MovieRecord, MovieIndex>,
): RatingTable {
  return {
    scale,
    users: users.records,
    movies: movies.records,
    u: Int32Array.from(rows, (row) => users.index.find(row.userId)!),
    i: Int32Array.from(rows, (row) => movies.index.find(row.movieId)!),
    r: Float64Array.from(rows, (row) => row.rating),
    time: Float64Array.from(rows, (row) => (row.ratedAt === null ? Number.NaN : row.ratedAt / 1000)),
  };
}
