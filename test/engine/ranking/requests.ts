import type { RecommendRequest } from '../../../src/domain.ts';

/** Ten movies by predicted rating, without knobs; what is given differs. */
export function request(given: Partial<RecommendRequest> = {}): RecommendRequest {
  return { n: 10, model: 'MF', strategy: 'EXPECTED', filter: {}, diversity: 0, popularity: 0, includeRated: false, ...given };
}
