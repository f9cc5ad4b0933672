import type { MovieFilter, MovieRecord } from '../../domain.ts';
import type { LiveData } from '../data/liveData.ts';

/** A movie as it is searched: without case and accents. */
interface Searched {
  readonly title: string;
  readonly genres: readonly string[];
}

/** Kept from query to query; a record that changes is another object. */
const searched = new WeakMap<MovieRecord, Searched>();

/** Without case and accents. */
export function plainText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

export function searchedMovie(record: MovieRecord): Searched {
  let found = searched.get(record);
  if (found === undefined) {
    found = { title: plainText(record.title), genres: record.genres.map(plainText) };
    searched.set(record, found);
  }
  return found;
}

type Test = (record: MovieRecord, i: number) => boolean;

/**
 * What a filter lets through, by movie index; null when it restricts nothing. Conditions are joined by "and"; one that is absent,
 * null or empty is none.
 */
export function compileFilter(filter: MovieFilter, data: LiveData): ((i: number) => boolean) | null {
  const tests = [...titleTests(filter), ...genreTests(filter), ...yearTests(filter), ...otherTests(filter, data)];
  if (tests.length === 0) return null;
  return (i) => tests.every((test) => test(data.movieRecords[i]!, i));
}

function titleTests({ title }: MovieFilter): Test[] {
  const wanted = plainText(title ?? '').trim();
  return wanted === '' ? [] : [(record) => searchedMovie(record).title.includes(wanted)];
}

function genreTests({ genresAny, genresAll, genresNone }: MovieFilter): Test[] {
  const tests: Test[] = [];
  const given = (words: readonly string[] | null | undefined, test: (own: readonly string[], words: ReadonlySet<string>) => boolean) => {
    const wanted = new Set((words ?? []).map(plainText));
    if (wanted.size > 0) tests.push((record) => test(searchedMovie(record).genres, wanted));
  };
  given(genresAny, (own, words) => own.some((genre) => words.has(genre)));
  given(genresAll, (own, words) => new Set(own.filter((genre) => words.has(genre))).size === words.size);
  given(genresNone, (own, words) => !own.some((genre) => words.has(genre)));
  return tests;
}

/** A movie of an unknown year passes no limit on years. */
function yearTests({ yearFrom, yearTo }: MovieFilter): Test[] {
  const [from, to] = [yearFrom ?? null, yearTo ?? null];
  if (from === null && to === null) return [];
  return [({ year }) => year !== null && (from === null || year >= from) && (to === null || year <= to)];
}

function otherTests({ minRatings, excludeIds }: MovieFilter, { ratings }: LiveData): Test[] {
  const tests: Test[] = [];
  const least = minRatings ?? 0;
  if (least > 0) tests.push((_, i) => ratings.ofMovie(i).length >= least);
  const excluded = new Set(excludeIds ?? []);
  if (excluded.size > 0) tests.push(({ id }) => !excluded.has(id));
  return tests;
}
