import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Random } from '../../src/engine/math/random.ts';
import { Store } from '../../src/store/store.ts';
import { countingClock, firstPage, rating, useFolder } from './support.ts';

const folder = useFolder();
const USERS = ['ann', 'bob', 'cid', 'dora'];
const MOVIES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Ratings that count, by user and movie, in the order of their last change. */
type Expected = Map<string, { userId: string; movieId: string; rating: number; sequence: number }>;

const keyOf = (userId: string, movieId: string) => `${userId}/${movieId}`;

/** Changes something at random, of the store and of what it should say. */
function step(store: Store, expected: Expected, random: Random): void {
  const userId = USERS[random.below(USERS.length)]!;
  const movieId = MOVIES[random.below(MOVIES.length)]!;
  const key = keyOf(userId, movieId);
  const known = expected.get(key);
  const kind = random.below(20);
  if (kind === 0) {
    const erased = store.forget(userId, () => {});
    const own = [...expected].filter(([, of]) => of.userId === userId);
    expect(erased?.body.ratings ?? 0).toBe(own.length);
    for (const [one] of own) expected.delete(one);
  } else if (kind === 1) {
    expect(() =>
      store.transaction(() => {
        store.rate(rating(userId, movieId, 9));
        throw new Error('undone');
      }),
    ).toThrow('undone');
  } else if (kind < 6 && known !== undefined) {
    store.withdraw({ userId, movieId, requestId: null });
    expected.delete(key);
  } else {
    const value = 1 + random.below(3);
    const written = store.rate(rating(userId, movieId, value));
    expect(written.duplicate).toBe(known?.rating === value);
    if (written.duplicate) return;
    expected.delete(key);
    expected.set(key, { userId, movieId, rating: value, sequence: written.sequence });
  }
}

function expectToSay(store: Store, expected: Expected): void {
  const all = [...expected.values()];
  expect(store.counts().ratings).toBe(all.length);
  const listed = [];
  for (let after = 0; ; after = listed.at(-1)!.sequence) {
    const part = store.currentRatings(after, 3);
    listed.push(...part);
    if (part.length < 3) break;
  }
  expect(listed).toMatchObject(all);
  const { users, movies, u, i, r } = store.currentTable();
  const inTable = Array.from(r, (value, row) => `${keyOf(users[u[row]!]!.id, movies[i[row]!]!.id)} ${value}`);
  expect(inTable.sort()).toEqual(all.map((of) => `${keyOf(of.userId, of.movieId)} ${of.rating}`).sort());
  for (const userId of USERS) {
    const own = all.filter((of) => of.userId === userId).reverse();
    for (const first of [1, 2, 100]) {
      const nodes = [];
      for (let after: string | null = null; ; ) {
        const page = store.ratingsOf(userId, { first, after });
        expect(page.totalCount).toBe(own.length);
        nodes.push(...page.nodes);
        if (!page.hasNextPage) break;
        after = page.endCursor;
      }
      expect(nodes).toMatchObject(own);
    }
    for (const movieId of MOVIES) expect(store.rating(userId, movieId)?.rating).toBe(expected.get(keyOf(userId, movieId))?.rating);
  }
}

test.each([1, 2, 5, 12])(
  'the store says what the log says when its table may lag by %d events: here, in another process, after a restart',
  (lag) => {
    const path = folder.path('test.db');
    const open = (readOnly: boolean) => Store.open(path, { clock: countingClock(), readOnly, lag });
    const random = new Random(lag);
    const expected: Expected = new Map();
    let store = open(false);
    const reader = open(true);
    const behind = new Database(path, { readonly: true })
      .prepare<[], number>('SELECT (SELECT max(sequence) FROM events) - sequence FROM ratings_upto')
      .pluck();
    const seen = new Set<number>();
    for (let turn = 0; turn < 200; turn += 1) {
      step(store, expected, random);
      seen.add(behind.get()!);
      if (turn % 10 === 0) expectToSay(store, expected);
      if (turn % 15 === 0) expectToSay(reader, expected);
      if (turn % 40 === 0) {
        store.close();
        store = open(false);
      }
    }
    // It does lag, and never by more than it may. What is not about ratings may follow.
    expect(seen.has(0)).toBe(true);
    expect(Math.max(...seen)).toBeGreaterThanOrEqual(lag - 1);
    expect(Math.max(...seen)).toBeLessThanOrEqual(lag);
    store.close();
    reader.close();
  },
);

test('a database that is closed has every rating in its table', () => {
  const store = Store.open(folder.path('test.db'), { clock: countingClock() });
  for (const movie of MOVIES) for (const user of USERS) store.rate(rating(user, movie, 3));
  store.withdraw({ userId: 'ann', movieId: 'a', requestId: null });
  const rows = new Database(store.path, { readonly: true }).prepare<[], number>('SELECT count(*) FROM ratings').pluck();
  expect(rows.get()).toBeLessThan(USERS.length * MOVIES.length - 1);
  store.close();
  expect(rows.get()).toBe(USERS.length * MOVIES.length - 1);
});

test('a user who was forgotten while the table lagged is nowhere in it', () => {
  const store = Store.open(folder.path('test.db'), { clock: countingClock() });
  for (const movie of MOVIES) for (const user of USERS) store.rate(rating(user, movie, 3));
  expect(store.forget('ann', () => {})?.body.ratings).toBe(MOVIES.length);
  expect(store.ratingsOf('ann', firstPage()).totalCount).toBe(0);
  expect(store.counts()).toMatchObject({ ratings: 3 * MOVIES.length, users: 3 });
  const rows = new Database(store.path, { readonly: true }).prepare('SELECT count(*) FROM ratings').pluck().get();
  expect(rows).toBe(3 * MOVIES.length);
  store.close();
});
