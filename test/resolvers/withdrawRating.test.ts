import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelUpdate } from '../../src/domain.ts';
import { ask, type GraphQLAnswer } from '../support/graphql.ts';
import { rateMany, trained } from '../support/recommender.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ compute: 'webasm' });
  await rateMany(server.service, 30, 30);
  server.service.train(['MF']);
  expect(await trained(server.service)).toBeNull();
}, 120_000);
afterAll(() => server.close());

const RESULT = 'rating { rating } sequence duplicate before { score variance } after { score variance } modelVersion';
const RATE = `mutation ($user: ID!, $movie: ID!, $rating: Float!) { rateMovie(userId: $user, movieId: $movie, rating: $rating) { ${RESULT} } }`;
const WITHDRAW = `mutation ($user: ID!, $movie: ID!, $request: ID) { withdrawRating(userId: $user, movieId: $movie, requestId: $request) { ${RESULT} } }`;

async function dataOf(query: string, variables: Record<string, unknown>): Promise<GraphQLAnswer['data']> {
  const { data, errors } = await ask(server, query, variables);
  expect(errors).toEqual([]);
  return data;
}

const stateOf = (userId: string) => ({
  list: server.service
    .recommend(userId, { n: 100, model: 'HYBRID', strategy: 'RELEVANCE', filter: {}, diversity: 0, popularity: 0, includeRated: false })
    .map(({ relevance, prediction }) => [prediction.movieId, relevance, prediction.score, prediction.variance]),
  ratings: server.service.ratingsOf(userId, { first: 100, after: null }).totalCount,
});

describe('a withdrawn rating', () => {
  it('leaves its user as if it had never been given', async () => {
    await dataOf(RATE, { user: 'ann', movie: 'm1', rating: 4 });
    const before = stateOf('ann');
    await dataOf(RATE, { user: 'ann', movie: 'm9', rating: 5 });
    expect(stateOf('ann')).not.toEqual(before);
    const { withdrawRating } = await dataOf(WITHDRAW, { user: 'ann', movie: 'm9' });
    expect(withdrawRating).toMatchObject({ rating: null, duplicate: false, modelVersion: 1 });
    const after = stateOf('ann');
    expect(after.ratings).toBe(1);
    // The list is the same to the last bit. What films and noise learned stays until the next training, and moves a rating a little.
    expect(after.list.map(([id, relevance]) => [id, relevance])).toEqual(before.list.map(([id, relevance]) => [id, relevance]));
    for (const [row, [id, , score, variance]] of after.list.entries()) {
      if (id === 'm9') continue;
      expect(score).toBeCloseTo(before.list[row]![2] as number, 1);
      expect(variance).toBeCloseTo(before.list[row]![3] as number, 1);
    }
  });

  it('is told to subscribers, with what was expected before and after', async () => {
    await dataOf(RATE, { user: 'bob', movie: 'm2', rating: 1 });
    const heard: ModelUpdate[] = [];
    const stop = server.service.onModelUpdated((update) => heard.push(update));
    const { withdrawRating } = await dataOf(WITHDRAW, { user: 'bob', movie: 'm2' });
    stop();
    expect(heard).toMatchObject([
      {
        kind: 'WITHDRAWAL',
        userId: 'bob',
        movieId: 'm2',
        rating: null,
        sequence: withdrawRating.sequence,
        before: withdrawRating.before.score,
      },
    ]);
    expect(heard[0]!.after).toBe(withdrawRating.after.score);
    expect(withdrawRating.after.score).toBeGreaterThan(withdrawRating.before.score);
  });

  it('is withdrawn once for one request id, and answered alike when asked again', async () => {
    await dataOf(RATE, { user: 'carl', movie: 'm3', rating: 5 });
    const { withdrawRating: first } = await dataOf(WITHDRAW, { user: 'carl', movie: 'm3', request: 'withdraw-1' });
    await dataOf(RATE, { user: 'carl', movie: 'm3', rating: 5 });
    const { withdrawRating: again } = await dataOf(WITHDRAW, { user: 'carl', movie: 'm3', request: 'withdraw-1' });
    expect(again).toEqual({ ...first, duplicate: true });
    expect(stateOf('carl').ratings).toBe(1);
  });

  it.each([
    [{ user: 'nobody', movie: 'm1' }, 'NOT_FOUND', 'movieId'],
    [{ user: 'ann', movie: 'no film' }, 'NOT_FOUND', 'movieId'],
    [{ user: '', movie: 'm1' }, 'BAD_USER_INPUT', 'userId'],
    [{ user: 'ann', movie: 'm1', request: '' }, 'BAD_USER_INPUT', 'requestId'],
  ])('that is none is refused, and nobody is created: %o', async (variables, code, argument) => {
    const { sequence } = server.service.modelStatus();
    const { errors } = await ask(server, WITHDRAW, variables);
    expect(errors[0]?.extensions).toMatchObject({ code, argument });
    expect(server.service.modelStatus().sequence).toBe(sequence);
    expect(server.service.user('nobody')).toBeNull();
  });
});
