import { expect, test } from 'vitest';
import { RequestError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';
import { everyEvent, firstPage, rating, useStores } from './support.ts';

const stores = useStores();

function failure(work: () => unknown): RequestError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    return error as RequestError;
  }
  throw new Error('It did not fail.');
}

function expectUnchanged(store: Store, work: () => void): void {
  const before = JSON.stringify([everyEvent(store), store.counts()]);
  work();
  expect(JSON.stringify([everyEvent(store), store.counts()])).toBe(before);
}

test('a rating creates its user and its movie, called by its id, and is an event', () => {
  const store = stores.open();
  const written = store.rate(rating('ann', 'heat', 4, { ratedAt: 77, requestId: 'r1' }));
  expect(written.duplicate).toBe(false);
  expect(everyEvent(store)).toEqual([written.event]);
  expect(written.event!.at).toBeGreaterThan(0);
  expect(written.event).toEqual({
    sequence: 1,
    at: written.event!.at,
    requestId: 'r1',
    body: { kind: 'rated', userId: 'ann', movieId: 'heat', rating: 4, ratedAt: 77 },
  });
  expect(store.movie('heat')).toEqual({ id: 'heat', title: 'heat', year: null, genres: [] });
  expect(store.user('ann')).toEqual({ id: 'ann', age: null, gender: null, occupation: null });
  expect(store.rating('ann', 'heat')).toEqual({ userId: 'ann', movieId: 'heat', rating: 4, ratedAt: 77, sequence: 1 });
  expect(store.counts()).toEqual({ ratings: 1, users: 1, movies: 1 });
});

test('a rating without a time is rated when it is recorded', () => {
  const event = stores.open().rate(rating('ann', 'heat', 4)).event!;
  expect(event.body).toMatchObject({ ratedAt: event.at });
});

test('asking about unknown ids creates nothing', () => {
  const store = stores.open();
  expect([store.movie('x'), store.user('x'), store.rating('x', 'y')]).toEqual([null, null, null]);
  expect(store.ratingsOf('x', firstPage())).toEqual({ nodes: [], hasNextPage: false, endCursor: null, totalCount: 0 });
  expect(store.counts()).toEqual({ ratings: 0, users: 0, movies: 0 });
});

test('a changed rating replaces the old one, and the log keeps both', () => {
  const store = stores.open();
  store.rate(rating('ann', 'heat', 4));
  store.rate(rating('ann', 'heat', 2));
  expect(store.rating('ann', 'heat')).toMatchObject({ rating: 2, sequence: 2 });
  expect(store.counts().ratings).toBe(1);
  expect(everyEvent(store)).toHaveLength(2);
});

test('the same user, movie and rating counts once', () => {
  const store = stores.open();
  store.rate(rating('ann', 'heat', 4));
  expectUnchanged(store, () => {
    expect(store.rate(rating('ann', 'heat', 4, { ratedAt: 99 }))).toEqual({ sequence: 1, duplicate: true, event: null });
  });
});

test('a repeated request counts once, also after the rating has changed', () => {
  const store = stores.open();
  store.rate(rating('ann', 'heat', 4, { requestId: 'r1' }));
  store.rate(rating('ann', 'heat', 2));
  expectUnchanged(store, () => {
    expect(store.rate(rating('ann', 'heat', 4, { requestId: 'r1' }))).toEqual({ sequence: 1, duplicate: true, event: null });
  });
  expect(store.rating('ann', 'heat')?.rating).toBe(2);
});

test('a request that changed nothing is remembered too', () => {
  const store = stores.open();
  store.rate(rating('ann', 'heat', 4, { requestId: 'first' }));
  expect(store.rate(rating('ann', 'heat', 4, { requestId: 'second', ratedAt: 50 })).duplicate).toBe(true);
  store.rate(rating('ann', 'heat', 2, { requestId: 'third' }));
  expectUnchanged(store, () => {
    const again = store.rate(rating('ann', 'heat', 4, { requestId: 'second', ratedAt: 50 }));
    expect(again).toEqual({ sequence: 1, duplicate: true, event: null });
  });
  expect(store.rating('ann', 'heat')?.rating).toBe(2);
});

test.each([
  ['another rating', rating('ann', 'heat', 3, { requestId: 'r1', ratedAt: 5 })],
  ['another movie', rating('ann', 'alien', 4, { requestId: 'r1', ratedAt: 5 })],
  ['another user', rating('bob', 'heat', 4, { requestId: 'r1', ratedAt: 5 })],
  ['another time', rating('ann', 'heat', 4, { requestId: 'r1', ratedAt: 6 })],
])('a request id with %s is refused and stores nothing', (_, changed) => {
  const store = stores.open();
  store.rate(rating('ann', 'heat', 4, { requestId: 'r1', ratedAt: 5 }));
  expectUnchanged(store, () => {
    const error = failure(() => store.rate(changed));
    expect([error.code, error.details.argument]).toEqual(['BAD_USER_INPUT', 'requestId']);
  });
});

test('a request id of a request that changed nothing is refused with other arguments', () => {
  const store = stores.open();
  store.rate(rating('ann', 'heat', 4));
  store.rate(rating('ann', 'heat', 4, { requestId: 'r1' }));
  expect(failure(() => store.rate(rating('ann', 'heat', 5, { requestId: 'r1' }))).details.argument).toBe('requestId');
});

test('request ids are remembered by the next process', () => {
  const first = stores.open();
  first.rate(rating('ann', 'heat', 4, { requestId: 'r1' }));
  const second = stores.open();
  expect(second.rate(rating('ann', 'heat', 4, { requestId: 'r1' })).duplicate).toBe(true);
  expect(failure(() => second.rate(rating('ann', 'heat', 1, { requestId: 'r1' }))).code).toBe('BAD_USER_INPUT');
});

test('a withdrawn rating is gone, its events stay, and it can be given again', () => {
  const store = stores.open();
  store.rate(rating('ann', 'heat', 4));
  const input = { userId: 'ann', movieId: 'heat', requestId: 'w1' };
  expect(store.withdraw(input).event?.body).toEqual({ kind: 'withdrawn', userId: 'ann', movieId: 'heat' });
  expect(store.rating('ann', 'heat')).toBeNull();
  expect(store.rate(rating('ann', 'heat', 4)).sequence).toBe(3);
  expectUnchanged(store, () => expect(store.withdraw(input)).toEqual({ sequence: 2, duplicate: true, event: null }));
  expect(failure(() => store.rate(rating('ann', 'heat', 4, { requestId: 'w1' }))).details.argument).toBe('requestId');
});

test('a rating that does not exist cannot be withdrawn', () => {
  const store = stores.open();
  store.rate(rating('ann', 'heat', 4));
  expectUnchanged(store, () => {
    expect(failure(() => store.withdraw({ userId: 'bob', movieId: 'heat', requestId: 'w' })).code).toBe('NOT_FOUND');
    expect(failure(() => store.withdraw({ userId: 'ann', movieId: 'alien', requestId: null })).code).toBe('NOT_FOUND');
  });
});

test('ratings are listed newest first, page by page, and a changed one is new', () => {
  const store = stores.open();
  for (const movie of ['a', 'b', 'c', 'd', 'e']) store.rate(rating('ann', movie, 3));
  store.rate(rating('bob', 'a', 3));
  store.rate(rating('ann', 'b', 5));
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page = store.ratingsOf('ann', { first: 2, after });
    expect(page.totalCount).toBe(5);
    seen.push(...page.nodes.map((node) => node.movieId));
    after = page.hasNextPage ? page.endCursor : null;
  } while (after !== null);
  expect(seen).toEqual(['b', 'e', 'd', 'c', 'a']);
});
