import { describe, expect, it } from 'vitest';
import type { EventBody, MovieFilter, MovieRecord } from '../../../src/domain.ts';
import { LiveData } from '../../../src/engine/data/liveData.ts';
import { compileFilter } from '../../../src/engine/ranking/movieFilter.ts';
import { rated } from '../online/support.ts';

const FILMS: readonly MovieRecord[] = [
  { id: 'amelie', title: "Le Fabuleux Destin d'Amélie Poulain", year: 2001, genres: ['Comedy', 'Romance'] },
  { id: 'alien', title: 'Alien', year: 1979, genres: ['Horror', 'Sci-Fi'] },
  { id: 'aliens', title: 'Aliens', year: 1986, genres: ['Action', 'Sci-Fi'] },
  { id: 'delicatessen', title: 'Delicatessen', year: 1991, genres: ['Comedy', 'Sci-Fi'] },
  { id: 'undated', title: 'Undated', year: null, genres: [] },
];

function catalogue(further: readonly EventBody[] = []): LiveData {
  const data = new LiveData({ min: 1, max: 5, step: 0.5 });
  const films = FILMS.map((movie): EventBody => ({ kind: 'moviePut', movie }));
  for (const [at, body] of [...films, ...further].entries()) data.fold({ sequence: at + 1, at: 0, requestId: null, body });
  return data;
}

function passing(filter: MovieFilter, data = catalogue()): string[] | null {
  const passes = compileFilter(filter, data);
  return passes && data.movieRecords.filter((_, i) => passes(i)).map(({ id }) => id);
}

describe('a filter', () => {
  it.each<[string, MovieFilter, string[]]>([
    ['a part of a title', { title: 'lie' }, ['amelie', 'alien', 'aliens']],
    ['a title in other case and without its accents', { title: 'AMELIE' }, ['amelie']],
    ['a title with accents that it lacks', { title: 'Délicàtessen' }, ['delicatessen']],
    ['an accent written as a mark of its own', { title: 'Ame\u0301lie' }, ['amelie']],
    ['a title amid blanks', { title: '  aliens ' }, ['aliens']],
    ['at least one genre, whatever its case', { genresAny: ['HORROR', 'romance'] }, ['amelie', 'alien']],
    ['all genres', { genresAll: ['sci-fi', 'Comedy'] }, ['delicatessen']],
    ['all genres, one of them named twice', { genresAll: ['Comedy', 'comedy'] }, ['amelie', 'delicatessen']],
    ['no genre of a list', { genresNone: ['Sci-Fi', 'action'] }, ['amelie', 'undated']],
    ['a first year, itself included', { yearFrom: 1991 }, ['amelie', 'delicatessen']],
    ['a last year, itself included', { yearTo: 1986 }, ['alien', 'aliens']],
    ['one year', { yearFrom: 1986, yearTo: 1986 }, ['aliens']],
    ['ids to leave out, and unknown ones', { excludeIds: ['alien', 'nobody', 'undated'] }, ['amelie', 'aliens', 'delicatessen']],
    ['every condition at once', { title: 'a', genresAny: ['Sci-Fi'], genresNone: ['Horror'], yearTo: 1990 }, ['aliens']],
    ['what no film has', { title: 'amelie', yearFrom: 2002 }, []],
  ])('lets through what has %s', (_, filter, expected) => {
    expect(passing(filter)).toEqual(expected);
  });

  it.each<MovieFilter>([
    {},
    { title: null, genresAny: null, genresAll: null, genresNone: null, yearFrom: null, yearTo: null, minRatings: null, excludeIds: null },
    { title: '  ', genresAny: [], genresAll: [], genresNone: [], minRatings: 0, excludeIds: [] },
  ])('restricts nothing when all that it says is absent, null or empty: %o', (filter) => {
    expect(passing(filter)).toBeNull();
  });

  it('counts the ratings that there are: new ones, and no withdrawn or unseen ones', () => {
    const ratings = [rated('a', 'alien', 4), rated('b', 'alien', 2), rated('a', 'aliens', 3)];
    const filter = { minRatings: 2 };
    expect(passing(filter, catalogue(ratings))).toEqual(['alien']);
    expect(passing(filter, catalogue([...ratings, rated('b', 'aliens', 3)]))).toEqual(['alien', 'aliens']);
    expect(passing(filter, catalogue([...ratings, { kind: 'withdrawn', userId: 'a', movieId: 'alien' }]))).toEqual([]);
    expect(passing(filter, catalogue([...ratings, { kind: 'notSeen', userId: 'b', movieId: 'aliens' }]))).toEqual(['alien']);
  });

  it('knows a film that was renamed, and one that came by its first rating, as they are now', () => {
    const data = catalogue();
    expect(passing({ title: 'alien', genresAny: ['Sci-Fi'] }, data)).toEqual(['alien', 'aliens']);
    const movie = { id: 'alien', title: 'The Stranger', year: 1979, genres: ['Drama'] };
    data.fold({ sequence: 90, at: 0, requestId: null, body: { kind: 'moviePut', movie } });
    data.fold({ sequence: 91, at: 0, requestId: null, body: rated('u', 'alien 3', 4) });
    expect(passing({ title: 'alien' }, data)).toEqual(['aliens', 'alien 3']);
    expect(passing({ title: 'stranger', genresAny: ['drama'] }, data)).toEqual(['alien']);
    expect(passing({ genresAny: ['Sci-Fi'] }, data)).toEqual(['aliens', 'delicatessen']);
  });
});
