import { expect, test } from 'vitest';
import { everyEvent, rating, useStores } from './support.ts';

const stores = useStores();

test('an answer is logged once, however often it is given', () => {
  const store = stores.open();
  const first = store.notSeen('u', 'm');
  expect(first?.body).toEqual({ kind: 'notSeen', userId: 'u', movieId: 'm' });
  expect(store.notSeen('u', 'm')).toBeNull();
  expect(store.notSeen('u', 'other')).not.toBeNull();
  expect(store.notSeen('v', 'm')).not.toBeNull();
  expect(everyEvent(store)).toHaveLength(3);
  expect(store.user('u')).not.toBeNull();
  expect(store.counts().ratings).toBe(0);
});

test('a rated movie was seen: the answer is refused and nothing is stored, until the rating is withdrawn', () => {
  const store = stores.open();
  store.rate(rating('u', 'm', 4));
  const stored = everyEvent(store);
  expect(() => store.notSeen('u', 'm')).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  expect(everyEvent(store)).toEqual(stored);
  store.withdraw({ userId: 'u', movieId: 'm', requestId: null });
  expect(store.notSeen('u', 'm')).not.toBeNull();
});

test('a rating says whether it answers a question, also in another process', () => {
  const store = stores.open();
  store.rate(rating('u', 'm', 4, { onboarding: true }));
  store.rate(rating('u', 'n', 4, { onboarding: false }));
  store.notSeen('u', 'o');
  const bodies = everyEvent(stores.open('test.db', true)).map(({ body }) => body);
  expect(bodies).toEqual(everyEvent(store).map(({ body }) => body));
  expect(bodies).toMatchObject([{ kind: 'rated', movieId: 'm', onboarding: true }, { kind: 'rated', movieId: 'n' }, { kind: 'notSeen' }]);
  expect(bodies[1]).not.toHaveProperty('onboarding');
});
