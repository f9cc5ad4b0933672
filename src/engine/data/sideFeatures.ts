import type { MovieRecord, UserRecord } from '../../domain.ts';

/** First age or year of each bucket but the lowest. */
const AGE_EDGES = [18, 25, 30, 35, 40, 45, 50, 56];
const YEAR_EDGES = [1940, 1950, 1960, 1970, 1980, 1985, 1990, 1992, 1993, 1994, 1995, 1996, 1997];

/** The words that side features know; a word met later has no column until the next fit. */
export interface Vocabulary {
  readonly genders: readonly string[];
  readonly occupations: readonly string[];
  readonly genres: readonly string[];
}

/** The vocabulary before the first fit: only buckets of age and year have columns. */
export const NO_WORDS: Vocabulary = { genders: [], occupations: [], genres: [] };

/** Side features of one node: columns, each with its weight. */
export interface SideRow {
  readonly columns: readonly number[];
  readonly x: readonly number[];
}

/** Columns of side features by group: age, gender, occupation for users; genres, year for movies. */
export interface SideGroups {
  readonly sizes: readonly number[];
  readonly columns: number;
}

/** The words in use, sorted, so that the same records always give the same columns. */
export function vocabularyOf(users: readonly UserRecord[], movies: readonly MovieRecord[]): Vocabulary {
  const words = (values: Iterable<string | null>) => [...new Set(values)].filter((value): value is string => value !== null).sort();
  return {
    genders: words(users.map((user) => user.gender)),
    occupations: words(users.map((user) => user.occupation)),
    genres: words(movies.flatMap((movie) => movie.genres)),
  };
}

export function userSideGroups(vocabulary: Vocabulary): SideGroups {
  return groups([AGE_EDGES.length + 1, vocabulary.genders.length, vocabulary.occupations.length]);
}

export function movieSideGroups(vocabulary: Vocabulary): SideGroups {
  return groups([vocabulary.genres.length, YEAR_EDGES.length + 1]);
}

/** One-hot age bucket, gender and occupation; what is missing has no column. */
export function userSideRow(vocabulary: Vocabulary, user: UserRecord): SideRow {
  const columns: number[] = [];
  if (user.age !== null) columns.push(bucketOf(AGE_EDGES, user.age));
  const genderStart = AGE_EDGES.length + 1;
  pushWord(columns, genderStart, vocabulary.genders, user.gender);
  pushWord(columns, genderStart + vocabulary.genders.length, vocabulary.occupations, user.occupation);
  return { columns, x: columns.map(() => 1) };
}

/** Genres, each with weight 1/√(number of genres), and a one-hot year bucket. */
export function movieSideRow(vocabulary: Vocabulary, movie: MovieRecord): SideRow {
  const columns = movie.genres.map((genre) => vocabulary.genres.indexOf(genre)).filter((column) => column >= 0);
  const x = columns.map(() => 1 / Math.sqrt(columns.length));
  if (movie.year !== null) {
    columns.push(vocabulary.genres.length + bucketOf(YEAR_EDGES, movie.year));
    x.push(1);
  }
  return { columns, x };
}

function groups(sizes: readonly number[]): SideGroups {
  return { sizes, columns: sizes.reduce((sum, size) => sum + size, 0) };
}

function bucketOf(edges: readonly number[], value: number): number {
  let bucket = 0;
  while (bucket < edges.length && value >= edges[bucket]!) bucket += 1;
  return bucket;
}

function pushWord(columns: number[], start: number, words: readonly string[], word: string | null): void {
  const position = word === null ? -1 : words.indexOf(word);
  if (position >= 0) columns.push(start + position);
}
