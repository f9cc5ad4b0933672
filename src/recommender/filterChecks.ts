import type { MovieFilter, MovieRecord } from '../domain.ts';
import type { LiveData } from '../engine/data/liveData.ts';
import { plainText, searchedMovie } from '../engine/ranking/movieFilter.ts';
import { badInput } from '../errors.ts';

const MOST_IDS = 10_000;
const MOST_GENRES = 50;
const LONGEST_TITLE = 500;
const YEARS = { first: 1800, last: 2200 };
/** Genres that an error names. */
const NAMED = 40;

/** @throws RequestError BAD_USER_INPUT that names the field, and for an unknown genre those that are known */
export function checkFilter(filter: MovieFilter, data: LiveData): void {
  const { title, yearFrom, yearTo, minRatings, excludeIds } = filter;
  if ((title?.length ?? 0) > LONGEST_TITLE)
    throw badInput('filter.title', `title has ${title!.length} characters; at most ${LONGEST_TITLE} are allowed.`);
  if ((excludeIds?.length ?? 0) > MOST_IDS) {
    throw badInput('filter.excludeIds', `excludeIds holds ${excludeIds!.length} ids; at most ${MOST_IDS} are allowed.`);
  }
  checkYear('yearFrom', yearFrom);
  checkYear('yearTo', yearTo);
  if (yearFrom != null && yearTo != null && yearFrom > yearTo) {
    throw badInput('filter.yearFrom', `yearFrom (${yearFrom}) is after yearTo (${yearTo}): swap them.`);
  }
  if (minRatings != null && !(Number.isInteger(minRatings) && minRatings >= 0)) {
    throw badInput('filter.minRatings', `minRatings must be a whole number of at least 0, not ${minRatings}.`);
  }
  for (const name of ['genresAny', 'genresAll', 'genresNone'] as const) checkGenres(name, filter[name] ?? [], data);
}

function checkYear(name: 'yearFrom' | 'yearTo', year: number | null | undefined): void {
  if (year == null || (Number.isInteger(year) && year >= YEARS.first && year <= YEARS.last)) return;
  throw badInput(`filter.${name}`, `${name} must be a whole number from ${YEARS.first} to ${YEARS.last}, not ${year}.`);
}

function checkGenres(name: string, genres: readonly string[], { movieRecords }: LiveData): void {
  if (genres.length === 0) return;
  if (genres.length > MOST_GENRES)
    throw badInput(`filter.${name}`, `${name} holds ${genres.length} genres; at most ${MOST_GENRES} are allowed.`);
  const unknown = new Map(genres.map((genre) => [plainText(genre), genre]));
  // Most genres turn up among the first films, so that a filter without a mistake is not paid for with the whole catalogue.
  for (const record of movieRecords) {
    if (unknown.size === 0) return;
    for (const genre of searchedMovie(record).genres) unknown.delete(genre);
  }
  const [first] = unknown.values();
  if (first === undefined) return;
  throw badInput(
    `filter.${name}`,
    `${name} names a genre that no movie has, ${JSON.stringify(first.slice(0, 100))}; ${knownGenres(movieRecords)}.`,
  );
}

function knownGenres(movies: readonly MovieRecord[]): string {
  const known = [...new Set(movies.flatMap(({ genres }) => genres))].sort();
  if (known.length === 0) return 'no movie has a genre yet';
  return `known are ${(known.length > NAMED ? [...known.slice(0, NAMED), '…'] : known).join(', ')}`;
}
