import { basename, dirname } from 'node:path';
import type { MoviePatch, MovieRecord, RatingColumns, RatingScale, Timestamp, UserPatch, UserRecord } from '../domain.ts';
import { IdIndex, type MovieIndex, type UserIndex } from '../engine/data/idIndex.ts';
import type { RatingTable } from '../engine/data/ratingTable.ts';
import { CommandError } from '../errors.ts';
import { csvLayout, ratingsHeader } from './csv.ts';
import { type FileSet, folderFiles } from './files.ts';
import { readUItem, readUUser, U_DATA } from './movielens100k.ts';
import { readMoviesCsv, readUsersCsv } from './movielensCsv.ts';
import { readFirstLine, readRatings } from './ratingFile.ts';
import type { RatingLayout } from './ratingParser.ts';
import { Rejects } from './rejects.ts';
import { scaleOf } from './scale.ts';
import type { ReadOptions } from './source.ts';

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
export async function loadRatingTables(trainPath: string, testPath: string, sides: SideFiles = {}): Promise<SplitTables> {
  const now = sides.now ?? Date.now();
  const rejects = new Rejects();
  const training = await readFile(trainPath, { now, scale: null, rejects });
  const scale = scaleOf(training.levels);
  if (scale === null) throw new CommandError(`${trainPath} holds no ratings.`);
  const testing = await readFile(testPath, { now, scale, rejects });
  if (testing.u.length === 0)
    throw new CommandError(`${testPath} holds no ratings on the scale of the training file, ${scale.min} to ${scale.max}.`);

  const users = indexUsers(idsOf('users', 'u', training, testing), await readUsers(trainPath, sides, rejects));
  const movies = indexMovies(idsOf('movies', 'i', training, testing), await readMovies(trainPath, sides, rejects));
  const table = (ratings: RatingColumns) => tableOf(ratings, scale, users, movies);
  return { train: table(training), test: table(testing), rejects };
}

/** Ratings of one file by themselves, as `loadRatingTables` reads those to train on; errors are the same. */
export async function loadRatingTable(path: string, sides: SideFiles = {}): Promise<{ table: RatingTable; rejects: Rejects }> {
  const rejects = new Rejects();
  const ratings = await readFile(path, { now: sides.now ?? Date.now(), scale: null, rejects });
  const scale = scaleOf(ratings.levels);
  if (scale === null) throw new CommandError(`${path} holds no ratings.`);
  const users = indexUsers(idsOf('users', 'u', ratings), await readUsers(path, sides, rejects));
  const movies = indexMovies(idsOf('movies', 'i', ratings), await readMovies(path, sides, rejects));
  return { table: tableOf(ratings, scale, users, movies), rejects };
}

function readFile(path: string, options: ReadOptions): Promise<RatingColumns> {
  const [files, name] = [folderFiles(dirname(path)), basename(path)];
  return readRatings(files, name, (line) => layoutOf(path, line), options);
}

function layoutOf(path: string, firstLine: string): { layout: RatingLayout; header: boolean } {
  if (ratingsHeader(firstLine) !== null) return csvLayout(path, firstLine);
  if (firstLine.split('\t').length === U_DATA.names.length) return { layout: U_DATA, header: false };
  throw new CommandError(
    `${path} holds no ratings: it must be like u1.base of MovieLens, or a CSV with the header userId,movieId,rating[,timestamp].`,
  );
}

async function readMovies(trainPath: string, { movies }: SideFiles, rejects: Rejects): Promise<MoviePatch[]> {
  const side = await sideFile(trainPath, movies, ['u.item', 'movies.csv']);
  if (side === null) return [];
  return side.columns.includes('movieId') ? readMoviesCsv(side.files, side.name, rejects) : readUItem(side.files, side.name, rejects);
}

async function readUsers(trainPath: string, { users }: SideFiles, rejects: Rejects): Promise<UserPatch[]> {
  const side = await sideFile(trainPath, users, ['u.user', 'users.csv']);
  if (side === null) return [];
  return side.columns.includes('userId') ? readUsersCsv(side.files, side.name, rejects) : readUUser(side.files, side.name, rejects);
}

interface SideFile {
  readonly files: FileSet;
  readonly name: string;
  /** The first line, which names the columns of a CSV. */
  readonly columns: string;
}

/** The file that is named, or the first of `names` that lies beside the training file; null: neither. */
async function sideFile(trainPath: string, path: string | null | undefined, names: readonly string[]): Promise<SideFile | null> {
  const files = folderFiles(dirname(path ?? trainPath));
  const name = path ? basename(path) : names.find((beside) => files.names.includes(beside));
  return name === undefined ? null : { files, name, columns: await readFirstLine(files, name) };
}

/** The ids of ratings in the order in which rows name them. */
function idsOf(ids: 'users' | 'movies', column: 'u' | 'i', ...parts: readonly RatingColumns[]): Set<string> {
  const met = new Set<string>();
  for (const part of parts) for (const number of part[column]) met.add(part[ids][number]!);
  return met;
}

interface Indexed<T, Index extends number> {
  readonly index: IdIndex<Index>;
  /** By index. */
  readonly records: readonly T[];
}

function indexUsers(ids: Iterable<string>, patches: readonly UserPatch[]): Indexed<UserRecord, UserIndex> {
  return indexRecords(ids, patches, (id, patch) => ({
    id,
    age: patch?.age ?? null,
    gender: patch?.gender ?? null,
    occupation: patch?.occupation ?? null,
  }));
}

function indexMovies(ids: Iterable<string>, patches: readonly MoviePatch[]): Indexed<MovieRecord, MovieIndex> {
  return indexRecords(ids, patches, (id, patch) => ({
    id,
    title: patch?.title ?? id,
    year: patch?.year ?? null,
    genres: patch?.genres ?? [],
  }));
}

function indexRecords<Patch extends { readonly id: string }, T, Index extends number>(
  ids: Iterable<string>,
  patches: readonly Patch[],
  recordOf: (id: string, patch: Patch | undefined) => T,
): Indexed<T, Index> {
  const byId = new Map(patches.map((patch) => [patch.id, patch]));
  const index = new IdIndex<Index>(ids);
  for (const id of byId.keys()) index.add(id);
  return { index, records: index.all().map((id) => recordOf(id, byId.get(id))) };
}

function tableOf(
  ratings: RatingColumns,
  scale: RatingScale,
  users: Indexed<UserRecord, UserIndex>,
  movies: Indexed<MovieRecord, MovieIndex>,
): RatingTable {
  return {
    scale,
    users: users.records,
    movies: movies.records,
    u: ratings.u.map((number) => users.index.find(ratings.users[number]!)!),
    i: ratings.i.map((number) => movies.index.find(ratings.movies[number]!)!),
    r: Float64Array.from(ratings.level, (level) => ratings.levels[level]!),
    time: ratings.time.map((milliseconds) => milliseconds / 1000),
  };
}
