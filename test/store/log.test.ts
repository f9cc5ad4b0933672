import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../src/domain.ts';
import { everyEvent, firstPage, rating, useStores } from './support.ts';

const stores = useStores();

test('every kind of event comes back as it was written, also in another process', () => {
  const store = stores.open();
  const written = [
    store.setScale({ min: 1, max: 5, step: null }),
    store.putMovie({ id: 'm', title: 'M', year: 1999, genres: ['Drama'] }).event,
    store.putUser({ id: 'u', age: 3 }).event,
    store.rate(rating('u', 'm', 4.5, { requestId: 'r' })).event,
    store.activate(7, 4),
    store.withdraw({ userId: 'u', movieId: 'm', requestId: null }).event,
  ];
  expect(everyEvent(store)).toEqual(written);
  expect(everyEvent(stores.open('test.db', true))).toEqual(written);
});

test('a slice ends at its limit and at its bound', () => {
  const store = stores.open();
  for (let n = 1; n <= 9; n++) store.rate(rating('u', `m${n}`, 3));
  const sequences = (events: readonly LogEvent[]) => events.map(({ sequence }) => sequence);
  expect(sequences(store.readSlice(2, 3))).toEqual([3, 4, 5]);
  expect(sequences(store.readSlice(2, 100, 4))).toEqual([3, 4]);
  expect(sequences(store.readSlice(9, 100))).toEqual([]);
  expect(store.lastSequence()).toBe(9);
});

test('the log refuses to be rewritten', () => {
  const store = stores.open();
  store.rate(rating('u', 'm', 3));
  const raw = new Database(store.path);
  expect(() => raw.exec('UPDATE events SET rating = 5')).toThrow(/append-only/);
  raw.close();
  expect(everyEvent(store)[0]?.body).toMatchObject({ rating: 3 });
});

test('sequences are not used again when the end of the log is erased', () => {
  const store = stores.open();
  store.setScale({ min: 1, max: 5, step: 1 });
  const erased = store.setScale({ min: 0, max: 9, step: 1 }).sequence;
  const raw = new Database(store.path);
  raw.prepare('DELETE FROM events WHERE sequence = ?').run(erased);
  raw.close();
  expect(store.activate(1, 1).sequence).toBe(erased + 1);
});

test('the scale and the active version are those set last', () => {
  const store = stores.open();
  expect([store.scale(), store.activeAt(0), store.lastSequence()]).toEqual([null, 0, 0]);
  store.setScale({ min: 1, max: 5, step: 0.5 });
  const first = store.activate(1, 1).sequence;
  store.rate(rating('u', 'm', 3));
  const second = store.activate(2, 3).sequence;
  store.setScale({ min: 0, max: 10, step: null });
  expect(store.scale()).toEqual({ min: 0, max: 10, step: null });
  expect([first - 1, first, second - 1, second, 1_000].map((sequence) => store.activeAt(sequence))).toEqual([0, 1, 1, 2, 2]);
});

test('a transaction that fails leaves nothing, nor an id that means somebody else', () => {
  const store = stores.open();
  store.rate(rating('u', 'm', 3));
  expect(() =>
    store.transaction(() => {
      store.rate(rating('lost', 'lost movie', 3, { requestId: 'r' }));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(store.counts()).toEqual({ ratings: 1, users: 1, movies: 1 });
  store.rate(rating('found', 'found movie', 3));
  store.rate(rating('lost', 'lost movie', 4, { requestId: 'r' }));
  const expected = ['u m 3', 'found found movie 3', 'lost lost movie 4'];
  const shown = (events: LogEvent[]) => events.map(({ body }) => body.kind === 'rated' && `${body.userId} ${body.movieId} ${body.rating}`);
  expect(shown(everyEvent(store))).toEqual(expected);
  expect(shown(everyEvent(stores.open()))).toEqual(expected);
});

test('a reader sees what is committed, beside the writer, and cannot write', () => {
  const writer = stores.open();
  writer.rate(rating('u', 'm', 3));
  const reader = stores.open('test.db', true);
  writer.transaction(() => {
    writer.rate(rating('u', 'n', 4));
    expect(reader.counts().ratings).toBe(1);
  });
  expect(reader.counts().ratings).toBe(2);
  expect(() => reader.rate(rating('u', 'o', 4))).toThrow(/readonly/);
});

test('a read transaction keeps to one moment of the log', () => {
  const writer = stores.open();
  writer.rate(rating('u', 'm', 3));
  const reader = stores.open('test.db', true);
  reader.transaction(() => {
    expect(reader.lastSequence()).toBe(1);
    writer.rate(rating('u', 'n', 4));
    expect(reader.lastSequence()).toBe(1);
  });
  expect(reader.lastSequence()).toBe(2);
});

test('the current ratings are the fold of the log', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const write = fc.record({ withdraw: fc.boolean(), userId: id, movieId: id, rating: fc.integer({ min: 1, max: 3 }) });
  let file = 0;
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
      const store = stores.open(`${file++}.db`);
      store.transaction(() => {
        for (const { withdraw, userId, movieId, rating: value } of writes) {
          if (!withdraw) store.rate(rating(userId, movieId, value));
          else if (store.rating(userId, movieId) !== null) store.withdraw({ userId, movieId, requestId: null });
        }
      });
      const folded = new Map<string, number>();
      for (const { body } of everyEvent(store)) {
        if (body.kind === 'rated') folded.set(`${body.userId} ${body.movieId}`, body.rating);
        if (body.kind === 'withdrawn') folded.delete(`${body.userId} ${body.movieId}`);
      }
      const stored = ['a', 'b', 'c'].flatMap((user) => store.ratingsOf(user, firstPage()).nodes);
      expect(new Map(stored.map((node) => [`${node.userId} ${node.movieId}`, node.rating] as const))).toEqual(folded);
      expect(stored.length).toBe(folded.size);
    }),
    { numRuns: 25 },
  );
});
