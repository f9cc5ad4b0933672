import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask, type GraphQLAnswer } from '../support/graphql.ts';
import { rateMany, trained } from '../support/recommender.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ compute: 'webasm' });
  await rateMany(server.service, 60, 40);
  expect(await trained(server.service)).toBeNull();
}, 300_000); // a whole training in plain JavaScript, whatever else the machine does
afterAll(() => server.close());

interface Influence {
  readonly movie: { readonly id: string };
  readonly rating: number;
  readonly weight: number;
  readonly attention: number | null;
}

const BECAUSE = 'explanation { becauseYouRated(n: $n) { movie { id } rating weight attention } }';
const RATE = `mutation($userId: ID!, $movieId: ID!, $rating: Float!, $requestId: ID, $n: Int) {
  rateMovie(userId: $userId, movieId: $movieId, rating: $rating, requestId: $requestId) { duplicate before { ${BECAUSE} } after { ${BECAUSE} } }
}`;
const PREDICTION = `query($userId: ID!, $movieId: ID!, $model: Model, $n: Int) {
  prediction(userId: $userId, movieId: $movieId, model: $model) { ${BECAUSE} }
}`;

async function dataOf(query: string, variables: Record<string, unknown>): Promise<GraphQLAnswer['data']> {
  const { data, errors } = await ask(server, query, variables);
  expect(errors).toEqual([]);
  return data;
}

async function influencesOn(userId: string, variables: Record<string, unknown> = {}): Promise<Influence[]> {
  const { prediction } = await dataOf(PREDICTION, { userId, movieId: 'm0', n: 1_000, ...variables });
  return prediction.explanation.becauseYouRated;
}

const moviesIn = (influences: readonly Influence[]) => influences.map(({ movie }) => movie.id);

describe('becauseYouRated', () => {
  it('is asked of a hybrid', () => {
    expect(server.service.modelStatus()).toMatchObject({ serving: 'HYBRID', compute: 'webasm' });
  });

  it("holds the user's ratings at or above the user's mean that bring most relevance, largest first", async () => {
    const influences = await influencesOn('u7');
    const { nodes } = server.service.ratingsOf('u7', { first: 40, after: null });
    const mean = nodes.reduce((sum, { rating }) => sum + rating, 0) / nodes.length;
    expect(influences.length).toBeGreaterThan(3);
    expect(influences.map(({ weight }) => weight)).toEqual(influences.map(({ weight }) => weight).sort((a, b) => b - a));
    for (const { movie, rating, weight, attention } of influences) {
      expect(weight).toBeGreaterThan(0);
      expect(rating).toBeGreaterThanOrEqual(mean);
      expect(attention).toBeGreaterThan(0);
      expect(nodes).toContainEqual(expect.objectContaining({ movieId: movie.id, rating }));
    }
    expect(influences.reduce((sum, { attention }) => sum + attention!, 0)).toBeLessThan(1);
    expect(await influencesOn('u7', { n: null })).toEqual(influences.slice(0, 3));
  });

  it('is another for another movie', async () => {
    const weights = (influences: Influence[]) => new Map(influences.map(({ movie, weight }) => [movie.id, weight]));
    expect(weights(await influencesOn('u7', { movieId: 'm1' }))).not.toEqual(weights(await influencesOn('u7')));
  });

  it('gives a new rating its weight at once: after it, not before it', async () => {
    const { rateMovie } = await dataOf(RATE, { userId: 'u3', movieId: '59', rating: 5, n: 1_000 });
    expect(moviesIn(rateMovie.before.explanation.becauseYouRated)).not.toContain('59');
    await dataOf(RATE, { userId: 'u3', movieId: '58', rating: 5, n: 1 });
    const all = await influencesOn('u3', { movieId: 'm5' });
    const { nodes } = server.service.ratingsOf('u3', { first: 2, after: null });
    expect(nodes.map(({ movieId }) => movieId)).toEqual(['58', '59']);
    expect(all.length).toBeGreaterThan(0);
  });

  it('rests on the only rating of a newcomer', async () => {
    const { rateMovie } = await dataOf(RATE, { userId: 'newcomer', movieId: 'm3', rating: 5, n: 10 });
    expect(rateMovie.before.explanation.becauseYouRated).toEqual([]);
    const [only] = await influencesOn('newcomer', { movieId: 'm4', model: 'HYBRID' });
    if (only !== undefined) {
      expect(only).toMatchObject({ movie: { id: 'm3' }, rating: 5 });
      expect(only.attention).toBeCloseTo(1, 9);
    }
    // Of the film itself its own rating brings something for certain: c y A⁻¹ y > 0, and nothing of EASE.
    const [own] = await influencesOn('newcomer', { movieId: 'm3' });
    expect(own).toMatchObject({ movie: { id: 'm3' }, rating: 5 });
    expect(own!.attention).toBeCloseTo(1, 9);
  });

  it('is given again with the first answer, whatever was rated since', async () => {
    const request = { userId: 'u5', movieId: '58', rating: 2, requestId: 'because-1', n: 1_000 };
    const { rateMovie: first } = await dataOf(RATE, request);
    await dataOf(RATE, { userId: 'u5', movieId: '57', rating: 5, n: 1 });
    const { rateMovie: again } = await dataOf(RATE, request);
    expect(again).toEqual({ ...first, duplicate: true });
  });

  it('has no attention without a graph, and nothing at all without a rating', async () => {
    for (const model of ['MF', 'BNN']) {
      const influences = await influencesOn('u7', { model });
      expect(influences.length).toBeGreaterThan(3);
      expect(influences.every(({ attention }) => attention === null)).toBe(true);
    }
    expect(await influencesOn('stranger')).toEqual([]);
  });

  it('is worked out only when it is asked for', async () => {
    const influences = vi.spyOn(server.service, 'influences');
    await dataOf('query($n: Int) { recommendations(userId: "u7", n: $n) { explanation { summary contributions { kind } } } }', { n: 10 });
    expect(influences).not.toHaveBeenCalled();
    await dataOf(`query($n: Int) { recommendations(userId: "u7", n: 5) { ${BECAUSE} } }`, { n: 2 });
    expect(influences).toHaveBeenCalledTimes(5);
    influences.mockRestore();
  });

  it('takes its rows from those of the request', async () => {
    for (const n of [0, -1, 1_001]) {
      const { errors } = await ask(server, PREDICTION, { userId: 'u7', movieId: 'm0', n });
      expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'n' });
    }
    const { errors } = await ask(server, `query($n: Int) { recommendations(userId: "u7", n: 1000, includeRated: true) { ${BECAUSE} } }`, {
      n: 1_000,
    });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'n' });
  });

  it('is a hybrid that the figures of /metrics name', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text.match(/^tastegraph_model_info.*$/gm)).toEqual(['tastegraph_model_info{serving="HYBRID",compute="webasm"} 1']);
  });
});
