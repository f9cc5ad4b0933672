import type { Movie, MovieFilter, Page, PageRequest } from '../domain.ts';
import type { LiveData } from '../engine/data/liveData.ts';
import { compileFilter, plainText, searchedMovie } from '../engine/ranking/movieFilter.ts';
import { cutPage, decodeCursor } from '../store/cursor.ts';
import { movieView } from './datasetView.ts';

/** How well a title meets a search; no movie's index reaches it. */
const QUALITY = 1e9;

/**
 * The movies that pass a filter, in the order of their arrival; with a title first those that begin with it, then those in which
 * a word does. New ratings don't move them. Null when the filter restricts nothing.
 */
export function filteredMovies(data: LiveData, filter: MovieFilter, request: PageRequest): Page<Movie> | null {
  const passes = compileFilter(filter, data);
  if (passes === null) return null;
  const misfit = misfitTo(plainText(filter.title ?? '').trim());
  const places = Array.from(data.movieRecords.keys())
    .filter(passes)
    .map((i) => QUALITY * misfit(searchedMovie(data.movieRecords[i]!).title) + i)
    .sort((left, right) => left - right);
  const after = decodeCursor('found', request.after, -1);
  const start = places.findIndex((place) => place > after);
  const rows = start < 0 ? [] : places.slice(start, start + request.first + 1);
  return cutPage(
    rows,
    request,
    places.length,
    'found',
    (place) => place,
    (place) => movieView(data, place % QUALITY),
  );
}

/** 0: the title begins with what is wanted; 1: one of its words does; 2: it is somewhere in it. */
function misfitTo(wanted: string): (title: string) => number {
  const beginsWord = new RegExp(`(?<![\\p{L}\\p{N}])${wanted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}`, 'u');
  return (title) => {
    if (title.startsWith(wanted)) return 0;
    return beginsWord.test(title) ? 1 : 2;
  };
}
