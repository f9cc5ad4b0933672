import type { MovieFilter } from '../../domain.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { compileFilter } from './movieFilter.ts';

/** Movies that may be recommended to a user: those that pass the filter and, unless they are asked for, are not rated yet. */
export function candidatesFor(model: LiveModel, u: number, filter: MovieFilter, includeRated: boolean): Int32Array {
  const { ratings, movies } = model.data;
  const rated = new Uint8Array(movies.size);
  if (!includeRated) for (const edge of ratings.ofUser(u)) rated[ratings.movieOf(edge)] = 1;
  const passes = compileFilter(filter, model.data);
  const candidates = new Int32Array(movies.size);
  let count = 0;
  for (let i = 0; i < movies.size; i += 1) if (rated[i] === 0 && (passes === null || passes(i))) candidates[count++] = i;
  return candidates.subarray(0, count);
}
