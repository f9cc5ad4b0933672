import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/domain.ts';
import { predictRating } from '../../../src/engine/ranking/prediction.ts';
import { recommend } from '../../../src/engine/ranking/recommend.ts';
import { quickHybrid, STAGES, tableWithUnrated, UNRATED } from '../online/hybridSupport.ts';
import { applyAll } from '../online/support.ts';
import { request } from './requests.ts';

const TABLE = tableWithUnrated({ users: 40, movies: 60, ratings: 900 }, 4);
const LIVE = await quickHybrid(TABLE);

const userIds = fc.constantFrom(...TABLE.users.map(({ id }) => id), 'newcomer', 'asked', 'stranger');
const movieIds = fc.constantFrom(...TABLE.movies.map(({ id }) => id), UNRATED, 'new film', 'nothing');
const ratings = fc.integer({ min: 2, max: 10 }).map((half) => half / 2);
const someday = fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: null });

/** What users known and new may do next. */
const events: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ kind: fc.constant('rated' as const), userId: userIds, movieId: movieIds, rating: ratings, ratedAt: someday }),
  fc.record({ kind: fc.constant('withdrawn' as const), userId: userIds, movieId: movieIds }),
  fc.record({ kind: fc.constant('notSeen' as const), userId: fc.constant('asked'), movieId: movieIds }),
);

describe('whatever has been rated, withdrawn and answered', () => {
  it('contributions add up to the score, for every model, user and movie', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 6 }), userIds, movieIds, fc.constantFrom(...STAGES), (bodies, userId, movieId, stage) => {
        applyAll(LIVE, bodies);
        const prediction = predictRating(LIVE, userId, movieId, stage);
        const sum = prediction.explain().contributions.reduce((total, { value }) => total + value, 0);
        expect(Math.abs(sum - prediction.score)).toBeLessThan(1e-6);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('ratings and population add up to the relevance of every row, whatever orders it', () => {
    fc.assert(
      fc.property(
        fc.array(events, { maxLength: 6 }),
        userIds,
        fc.constantFrom('RELEVANCE' as const, 'THOMPSON' as const),
        (bodies, userId, strategy) => {
          applyAll(LIVE, bodies);
          const u = LIVE.rowOfUser(userId);
          for (const { relevance, prediction } of recommend(LIVE, userId, request({ n: 5, strategy, popularity: 0.25, diversity: 0.1 }))) {
            const parts = LIVE.relevance!.partsOf(u, LIVE.rowOfMovie(prediction.movieId));
            const sum = parts.ratings.reduce((total, { weight }) => total + weight, parts.population);
            expect(Math.abs(sum - relevance)).toBeLessThan(1e-6);
          }
        },
      ),
      { numRuns: 150, seed: 2 },
    );
  });
});
