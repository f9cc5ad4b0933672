import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelUpdate } from '../../src/domain.ts';
import { ask } from '../support/graphql.ts';
import { openTestRecommender, rating } from '../support/recommender.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

const NOT_SEEN = 'mutation ($u: ID!, $m: ID!) { notSeen(userId: $u, movieId: $m) }';
const RATE = `mutation ($u: ID!, $m: ID!, $rating: Float!, $request: ID, $onboarding: Boolean) {
  rateMovie(userId: $u, movieId: $m, rating: $rating, requestId: $request, onboarding: $onboarding) { sequence duplicate rating { rating } } }`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function dataOf(query: string, variables: Record<string, unknown>) {
  const { data, errors } = await ask(server, query, variables);
  expect(errors).toEqual([]);
  return data;
}

async function refusal(query: string, variables: Record<string, unknown>) {
  const { errors } = await ask(server, query, variables);
  return { ...errors[0]!.extensions, message: errors[0]!.message };
}

const sequence = () => server.service.modelStatus().sequence;
const notSeen = async (u: string, m: string) => (await dataOf(NOT_SEEN, { u, m })).notSeen;
const rate = async (variables: Record<string, unknown>) => (await dataOf(RATE, variables)).rateMovie;
/** Whether the model knows that a user was asked questions. */
const isOnboarded = (userId: string) => server.service.live.data.onboarding.isOnboarded(server.service.live.rowOfUser(userId));

describe('"not seen"', () => {
  it('is no rating: it makes the user known and leaves every figure of the film and of the user as it was', async () => {
    const before = server.service.movie('5');
    expect(server.service.user('unknown')).toBeNull();
    expect(await notSeen('unknown', '5')).toBe(true);
    expect(server.service.user('unknown')).toMatchObject({ ratingCount: 0, meanRating: null });
    expect(server.service.movie('5')).toEqual(before);
    expect(server.service.ratingsOf('unknown', { first: 10, after: null }).totalCount).toBe(0);
  });

  it('is kept in the order of the answers, each once', async () => {
    for (const movie of ['9', '7', '9', '8']) expect(await notSeen('in order', movie)).toBe(true);
    const { data } = server.service.live;
    const answers = data.onboarding.notSeenOf(data.users.find('in order')!);
    expect(answers.map(({ i }) => data.movieRecords[i]!.id)).toEqual(['9', '7', '8']);
    expect(answers.map(({ sequence }) => sequence)).toEqual([sequence() - 2, sequence() - 1, sequence()]);
  });

  it('may be followed by a rating, and is refused of a rated film until the rating is withdrawn', async () => {
    await notSeen('changes mind', '5');
    await rate({ u: 'changes mind', m: '5', rating: 4 });
    const stored = sequence();
    const error = await refusal(NOT_SEEN, { u: 'changes mind', m: '5' });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'movieId' });
    expect(error.message).toMatch(/withdraw the rating first/);
    expect(sequence()).toBe(stored);
    await dataOf('mutation { withdrawRating(userId: "changes mind", movieId: "5") { sequence } }', {});
    expect(await notSeen('changes mind', '5')).toBe(true);
  });

  it.each([
    ['a film that nobody has named', { u: 'asks', m: 'no such film' }, 'NOT_FOUND', 'movieId'],
    ['an empty user id', { u: ' ', m: '5' }, 'BAD_USER_INPUT', 'userId'],
    ['an id too long', { u: 'asks', m: 'x'.repeat(201) }, 'BAD_USER_INPUT', 'movieId'],
  ])('is refused of %s, and creates nobody', async (_, variables, code, argument) => {
    const stored = sequence();
    expect(await refusal(NOT_SEEN, variables)).toMatchObject({ code, argument });
    expect(sequence()).toBe(stored);
    expect(server.service.user('asks')).toBeNull();
    expect(server.service.movie('no such film')).toBeNull();
  });

  it('is announced to nobody, and an answer by rating to everybody', async () => {
    const heard: ModelUpdate[] = [];
    const stop = server.service.onModelUpdated((update) => heard.push(update));
    const from = sequence();
    await notSeen('quiet', '5');
    await rate({ u: 'quiet', m: '6', rating: 4, onboarding: true });
    stop();
    expect(heard).toMatchObject([{ kind: 'RATING', userId: 'quiet', movieId: '6' }]);
    expect(server.service.updates(from, 10)).toEqual(heard);
  });
});

describe('a rating that answers a question', () => {
  it('is a rating like any other, of a user who is known to be asked', async () => {
    await rate({ u: 'plain', m: '5', rating: 4 });
    await rate({ u: 'declines', m: '5', rating: 4, onboarding: null });
    expect(await rate({ u: 'answers', m: '5', rating: 4, onboarding: true })).toMatchObject({ duplicate: false, rating: { rating: 4 } });
    expect(['plain', 'declines', 'answers', 'never heard of'].map(isOnboarded)).toEqual([false, false, true, false]);
    await rate({ u: 'answers', m: '5', rating: 2 });
    await dataOf('mutation { withdrawRating(userId: "answers", movieId: "5") { sequence } }', {});
    expect(isOnboarded('answers')).toBe(true);
  });

  it('logs nothing when the same rating is stored', async () => {
    const first = await rate({ u: 'repeats', m: '5', rating: 4 });
    const stored = sequence();
    expect(await rate({ u: 'repeats', m: '5', rating: 4, onboarding: true })).toMatchObject({ duplicate: true, sequence: first.sequence });
    expect(sequence()).toBe(stored);
    expect(isOnboarded('repeats')).toBe(false);
  });

  it('is the same request whether the retry says so or not', async () => {
    const once = { u: 'retries', m: '5', rating: 4, request: 'one answer' };
    const first = await rate({ ...once, onboarding: true });
    await rate({ u: 'retries', m: '5', rating: 3 });
    expect(await rate(once)).toEqual({ ...first, duplicate: true });
    expect((await refusal(RATE, { ...once, rating: 2, onboarding: true })).argument).toBe('requestId');
  });
});

describe('answers', () => {
  const ends = { 'a crash': 'crash', 'a clean stop': 'reopen' } as const;

  it.each(Object.entries(ends))('are known after %s as before', async (_, end) => {
    const first = openTestRecommender();
    const films = Array.from({ length: 12 }, (__, i) => `m${i}`);
    for (const [i, id] of films.entries()) await first.recommender.putMovie({ id, title: id, genres: [i % 2 === 0 ? 'War' : 'Drama'] });
    await first.recommender.notSeen('u', 'm3');
    await first.recommender.rate({ ...rating('u', 'm4', 4), onboarding: true });
    await first.recommender.notSeen('u', 'm1');
    await first.recommender.rate({ ...rating('rates alone', 'm4', 4), onboarding: true });
    await first.recommender.rate(rating('plain', 'm4', 4));
    const told = ({ recommender }: typeof first) => {
      const { data } = recommender.live;
      const u = data.users.find('u')!;
      const questions = recommender.onboarding('u', 20).map(({ id }) => id);
      const asked = ['u', 'rates alone', 'plain'].map((id) => data.onboarding.isOnboarded(data.users.find(id)!));
      return { questions, asked, notSeen: data.onboarding.notSeenOf(u) };
    };
    const before = structuredClone(told(first));
    expect(before.notSeen.map(({ i }) => films[i])).toEqual(['m3', 'm1']);
    expect(before.asked).toEqual([true, true, false]);
    expect(before.questions).toHaveLength(films.length - 3);
    const again = await first[end]();
    expect(told(again)).toEqual(before);
    // Read from the log, since this process has not seen them happen: ratings alone.
    expect(again.recommender.updates(0, 100).map(({ userId }) => userId)).toEqual(['u', 'rates alone', 'plain']);
    await again.remove();
  });
});
