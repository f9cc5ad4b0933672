import type { MovieFilter } from '../../domain.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { compileFilter } from './movieFilter.ts';

/** Movies that may be recommended to a user: those that pass the filter and, unless they are asked for, are not rated yet. */
export function candidatesFor(model: LiveModel, u: number, filter: MovieFilter, includeRated: boolean): Int32Array {
  const { ratings, movies } = model.data;
  const excluded = new Uint8Array(movies.size);
  if (!includeRated) for (const edge of ratings.ofUser(u)) excluded[ratings.movieOf(edge)] = 1;
  const passes = compileFilter(filter, model.data);
  if (passes !== null) for (let i = 0; i < excluded.length; i += 1) if (excluded[i] === 0 && !passes(i)) excluded[i] = 1;
  const candidates = new Int32Array(excluded.length);
  let count = 0;
  for (let i = 0; i < excluded.length; i += 1) {
    candidates[count] = i;
    count += 1 - excluded[i]!;
  }
  return candidates.subarray(0, count);
}
