import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask, type GraphQLAnswer } from '../support/graphql.ts';
import { rateMany, trained } from '../support/recommender.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

/** What the model hears of a user. */
const HEARD = 128;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ compute: 'cpu' });
  await rateMany(server.service, 60, 40);
  expect(await trained(server.service)).toBeNull();
}, 120_000);
afterAll(() => server.close());

interface Influence {
  readonly movie: { readonly id: string };
  readonly rating: number;
  readonly attention: number;
}

const BECAUSE = 'explanation { becauseYouRated(n: $n) { movie { id } rating attention } }';
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
    expect(server.service.modelStatus()).toMatchObject({ serving: 'HYBRID', compute: 'cpu' });
  });

  it("holds the user's ratings with their shares of the attention, largest first", async () => {
    const influences = await influencesOn('u7');
    expect(new Set(moviesIn(influences)).size).toBe(30);
    expect(influences.reduce((sum, { attention }) => sum + attention, 0)).toBeCloseTo(1, 9);
    expect(influences.map(({ attention }) => attention)).toEqual(influences.map(({ attention }) => attention).sort((a, b) => b - a));
    for (const { movie, rating, attention } of influences) {
      expect(attention).toBeGreaterThan(0);
      expect(server.service.ratingsOf('u7', { first: 40, after: null }).nodes).toContainEqual(
        expect.objectContaining({ movieId: movie.id, rating }),
      );
    }
    expect(await influencesOn('u7', { n: null })).toEqual(influences.slice(0, 3));
    expect(await influencesOn('u7', { movieId: 'm1' })).toEqual(influences);
  });

  it('gives a new rating its alpha at once: after it, not before it', async () => {
    const known = await influencesOn('u3');
    const { rateMovie } = await dataOf(RATE, { userId: 'u3', movieId: '59', rating: 4.5, n: 1_000 });
    expect(rateMovie.before.explanation.becauseYouRated).toEqual(known);
    const after: Influence[] = rateMovie.after.explanation.becauseYouRated;
    expect(moviesIn(after).sort()).toEqual([...moviesIn(known), '59'].sort());
    expect(after.find(({ movie }) => movie.id === '59')).toMatchObject({ rating: 4.5 });
    expect(after.find(({ movie }) => movie.id === '59')!.attention).toBeGreaterThan(0);
    expect(await influencesOn('u3')).toEqual(after);
  });

  it('gives a newcomer theirs, of a movie that the fit did not see', async () => {
    const { rateMovie } = await dataOf(RATE, { userId: 'newcomer', movieId: 'new film', rating: 5, n: 10 });
    expect(rateMovie.before.explanation.becauseYouRated).toEqual([]);
    const [only] = rateMovie.after.explanation.becauseYouRated;
    expect(only).toMatchObject({ movie: { id: 'new film' }, rating: 5 });
    expect(only.attention).toBeCloseTo(1, 9);
  });

  it('orders equal shares by the id of the movie', async () => {
    // Nothing is known of either but one rating of the same level.
    for (const movieId of ['twin b', 'twin a', 'twin c']) await dataOf(RATE, { userId: 'fan of twins', movieId, rating: 4, n: 1 });
    const influences = await influencesOn('fan of twins');
    expect(new Set(influences.map(({ attention }) => attention)).size).toBe(1);
    expect(moviesIn(influences)).toEqual(['twin a', 'twin b', 'twin c']);
  });

  it('is given again with the first answer, whatever was rated since', async () => {
    const request = { userId: 'u5', movieId: '58', rating: 2, requestId: 'because-1', n: 1_000 };
    const { rateMovie: first } = await dataOf(RATE, request);
    await dataOf(RATE, { userId: 'u5', movieId: '57', rating: 5, n: 1 });
    expect(moviesIn(await influencesOn('u5'))).toContain('57');
    const { rateMovie: again } = await dataOf(RATE, request);
    expect(again).toEqual({ ...first, duplicate: true });
  });

  it('hears the newest ratings of somebody who has given many', async () => {
    const rate = (film: number) =>
      server.service.rate({ userId: 'critic', movieId: `c${film}`, rating: 3, ratedAt: null, requestId: null });
    for (let film = 0; film < HEARD + 5; film += 1) await rate(film);
    const ids = moviesIn(await influencesOn('critic'));
    expect(ids).toHaveLength(HEARD);
    expect(ids).not.toContain('c4');
    expect(ids).toContain('c5');
  });

  it('is empty without a graph and without a rating', async () => {
    for (const model of ['MF', 'BNN']) expect(await influencesOn('u7', { model })).toEqual([]);
    for (const model of ['GNN', 'HYBRID']) expect(await influencesOn('u7', { model })).toHaveLength(30);
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
    expect(text.match(/^tastegraph_model_info.*$/gm)).toEqual(['tastegraph_model_info{serving="HYBRID",compute="cpu"} 1']);
  });
});
