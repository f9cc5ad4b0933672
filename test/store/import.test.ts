import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { ImportCounts } from '../../src/store/ratingImport.ts';
import type { Store } from '../../src/store/store.ts';
import { everyEvent, firstPage, rating, useStores } from './support.ts';

const stores = useStores();

const movies = [
  { id: 'm1', title: 'One', year: 1991, genres: ['Drama'] },
  { id: 'm2', title: 'Two' },
];
const users = [{ id: 'u1', age: 20, gender: 'F', occupation: 'artist' }, { id: 'u2' }];
const ratings = [
  { userId: 'u1', movieId: 'm1', rating: 3, ratedAt: 1_000 },
  { userId: 'u1', movieId: 'm2', rating: 4, ratedAt: null },
  { userId: 'u3', movieId: 'm1', rating: 5, ratedAt: 2_000 },
];

/** Imports these ratings in one batch. */
function add(store: Store, rows: readonly { userId: string; movieId: string; rating: number; ratedAt: number | null }[]): ImportCounts {
  const columns = {
    users: [...new Set(rows.map(({ userId }) => userId))],
    movies: [...new Set(rows.map(({ movieId }) => movieId))],
    levels: rows.map(({ rating }) => rating),
    level: Int32Array.from(rows, (_, row) => row),
    time: Float64Array.from(rows, ({ ratedAt }) => ratedAt ?? Number.NaN),
  };
  const [users, movies] = [columns.users, columns.movies].map((ids) => new Map(ids.map((id, number) => [id, number])));
  const u = Int32Array.from(rows, ({ userId }) => users!.get(userId)!);
  const i = Int32Array.from(rows, ({ movieId }) => movies!.get(movieId)!);
  return store.startImport({ ...columns, u, i }).add(Uint32Array.from(rows, (_, row) => row));
}

test('a second import changes nothing', () => {
  const store = stores.open();
  expect([store.putMovies(movies), store.putUsers(users), add(store, ratings)]).toEqual([
    { added: 2, changed: 0, unchanged: 0 },
    { added: 2, changed: 0, unchanged: 0 },
    { added: 3, changed: 0, unchanged: 0 },
  ]);
  const events = everyEvent(store);
  expect([store.putMovies(movies), store.putUsers(users), add(store, ratings)]).toEqual([
    { added: 0, changed: 0, unchanged: 2 },
    { added: 0, changed: 0, unchanged: 2 },
    { added: 0, changed: 0, unchanged: 3 },
  ]);
  expect(everyEvent(store)).toEqual(events);
});

test('an unknown time stays unknown in the log, and a listing shows when it was recorded', () => {
  const store = stores.open();
  add(store, ratings);
  const event = everyEvent(store)[1]!;
  expect(event.body).toMatchObject({ movieId: 'm2', ratedAt: null });
  expect(store.rating('u1', 'm2')?.ratedAt).toBe(event.at);
});

test('a corrected file changes what it says', () => {
  const store = stores.open();
  add(store, ratings);
  const corrected = ratings.map((row) => ({ ...row, rating: 1 }));
  expect(add(store, corrected)).toEqual({ added: 0, changed: 3, unchanged: 0 });
  expect(store.ratingsOf('u1', firstPage()).nodes.map((node) => node.rating)).toEqual([1, 1]);
});

test('an import leaves a rating that was given later', () => {
  const store = stores.open();
  add(store, ratings);
  store.rate(rating('u1', 'm1', 1, { ratedAt: 5_000 }));
  store.rate(rating('u1', 'm2', 1, { ratedAt: 5_000 }));
  expect(add(store, ratings)).toEqual({ added: 0, changed: 0, unchanged: 3 });
  expect(store.rating('u1', 'm1')?.rating).toBe(1);
});

test('an import that fails in the middle leaves nothing of its batch', () => {
  const store = stores.open();
  const broken = [...ratings, { userId: 'u9', movieId: 'm9', rating: Number.NaN, ratedAt: null }];
  expect(() => add(store, broken)).toThrow();
  expect(store.counts()).toEqual({ ratings: 0, users: 0, movies: 0 });
  expect(store.lastSequence()).toBe(0);
});

test('a hundred thousand ratings are imported in seconds', () => {
  const store = stores.open();
  const began = performance.now();
  for (let start = 0; start < 100_000; start += 10_000) {
    const batch = Array.from({ length: 10_000 }, (_, k) => {
      const row = start + k;
      return { userId: `${row % 943}`, movieId: `${Math.floor(row / 943) + (row % 7) * 200}`, rating: 1 + (row % 5), ratedAt: row };
    });
    expect(add(store, batch).added).toBe(10_000);
  }
  // About 1.3 s on two shared cores; the bound is for a change that costs a multiple.
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(store.counts().ratings).toBe(100_000);
});

test('an import, which checks no foreign keys, leaves none that is broken', () => {
  const store = stores.open();
  add(store, ratings);
  add(store, [...ratings.map((row) => ({ ...row, rating: 1 })), { userId: 'u7', movieId: 'm7', rating: 2, ratedAt: null }]);
  const db = new Database(store.path, { readonly: true });
  expect(db.pragma('foreign_key_check')).toEqual([]);
  db.close();
});
