import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { RequestError } from '../../src/errors.ts';
import { openDatabase } from '../../src/store/database.ts';
import { GroupCommit } from '../../src/store/groupCommit.ts';
import type { Store } from '../../src/store/store.ts';
import { countingClock, everyEvent, rating, useStores } from './support.ts';

const stores = useStores();

/** A group commit over a store that counts its transactions. */
function grouped(store: Store, capacity = 10_000, beforeCommit?: () => void) {
  const counts = { transactions: 0 };
  const transaction = <T>(work: () => T): T => {
    counts.transactions++;
    return store.transaction(work);
  };
  const group = new GroupCommit(transaction, beforeCommit === undefined ? { capacity } : { capacity, beforeCommit });
  const rate = (userId: string, movieId: string, value: number, requestId: string | null = null) =>
    group.submit(
      () => store.rate(rating(userId, movieId, value, { requestId })),
      (written) => written,
    );
  return { group, rate, counts };
}

test('calls of one turn share one transaction, and the next turn has its own', async () => {
  const { rate, counts } = grouped(stores.open());
  const written = await Promise.all(['a', 'b', 'c'].map((movie) => rate('u', movie, 3)));
  expect(written.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(counts.transactions).toBe(1);
  await rate('u', 'd', 3);
  expect(counts.transactions).toBe(2);
});

test('a write is committed before it is applied, and all are applied before one is answered', async () => {
  const store = stores.open();
  const { group } = grouped(store);
  const reader = new Database(store.path, { readonly: true });
  const committed = reader.prepare<[], number>('SELECT count(*) FROM events').pluck();
  const order: string[] = [];
  const submit = (movie: string) =>
    group
      .submit(
        () => {
          order.push(`write ${movie} ${committed.get()}`);
          return store.rate(rating('u', movie, 3));
        },
        () => order.push(`apply ${movie} ${committed.get()}`),
      )
      .then(() => order.push(`answer ${movie}`));
  await Promise.all([submit('a'), submit('b')]);
  reader.close();
  expect(order).toEqual(['write a 0', 'write b 0', 'apply a 2', 'apply b 2', 'answer a', 'answer b']);
});

test('a batch is bounded, so that a turn stays short', async () => {
  const store = stores.open();
  const { rate, counts, group } = grouped(store);
  const all = Promise.all(Array.from({ length: 2_500 }, (_, n) => rate('u', `m${n}`, 3)));
  expect(group.waiting).toBe(2_500);
  await all;
  expect(counts.transactions).toBe(3);
  expect(everyEvent(store).map(({ body }) => body.kind === 'rated' && body.movieId)).toEqual(
    Array.from({ length: 2_500 }, (_, n) => `m${n}`),
  );
});

test('a mistake of one caller fails that call alone', async () => {
  const store = stores.open();
  const { rate } = grouped(store);
  const results = await Promise.allSettled([rate('u', 'a', 3, 'r'), rate('u', 'a', 5, 'r'), rate('u', 'b', 4)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((results[1] as PromiseRejectedResult).reason.details.argument).toBe('requestId');
  expect(everyEvent(store)).toHaveLength(2);
});

test('the same write twice in one turn counts once', async () => {
  const store = stores.open();
  const { rate } = grouped(store);
  const results = await Promise.all([rate('u', 'a', 3, 'r'), rate('u', 'a', 3, 'r'), rate('u', 'a', 3)]);
  expect(results.map(({ sequence, duplicate }) => [sequence, duplicate])).toEqual([
    [1, false],
    [1, true],
    [1, true],
  ]);
  expect(store.lastSequence()).toBe(1);
});

test('any other failure stores, applies and acknowledges nothing of the batch', async () => {
  const store = stores.open();
  const { group, rate } = grouped(store);
  const applied: string[] = [];
  const cause = new TypeError('a bug');
  const good = group.submit(
    () => store.rate(rating('u', 'a', 3)),
    () => applied.push('a'),
  );
  const bad = group.submit(
    () => {
      throw cause;
    },
    () => applied.push('b'),
  );
  for (const result of await Promise.allSettled([good, bad])) {
    const { reason } = result as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(RequestError);
    expect(reason.code).toBe('INTERNAL_SERVER_ERROR');
    expect(reason.cause).toBe(cause);
  }
  expect(applied).toEqual([]);
  expect(store.lastSequence()).toBe(0);
  // And the next batch is none the worse for it.
  expect((await rate('u', 'a', 3)).sequence).toBe(1);
});

test('what rides along before the commit fails with the batch', async () => {
  const store = stores.open();
  let fail = true;
  const { rate } = grouped(store, 10, () => {
    if (fail) throw new Error('no answers');
  });
  await expect(rate('u', 'a', 3)).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  expect(store.lastSequence()).toBe(0);
  fail = false;
  await rate('u', 'a', 3);
  expect(store.lastSequence()).toBe(1);
});

test('a failure to apply is told to its caller; the others are applied', async () => {
  const store = stores.open();
  const { group, rate } = grouped(store);
  const broken = group.submit(
    () => store.rate(rating('u', 'a', 3)),
    () => {
      throw new Error('not applied');
    },
  );
  const results = await Promise.allSettled([broken, rate('u', 'b', 3)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(store.lastSequence()).toBe(2);
});

test('beyond its capacity a call is refused at once, and the others are stored', async () => {
  const store = stores.open();
  const { rate, group } = grouped(store, 3);
  const accepted = [1, 2, 3].map((n) => rate('u', `m${n}`, 3));
  const refused = await rate('u', 'm4', 3).catch((error: RequestError) => error);
  expect(group.waiting).toBe(3);
  expect(refused).toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: expect.any(Number) } });
  expect((refused as RequestError).details.retryAfterMs).toBeGreaterThan(0);
  await Promise.all(accepted);
  expect(store.counts().ratings).toBe(3);
  expect((await rate('u', 'm4', 3)).duplicate).toBe(false);
});

test('closing writes what waits and takes no more', async () => {
  const store = stores.open();
  const { rate, group } = grouped(store);
  const waiting = rate('u', 'a', 3);
  group.close();
  expect(store.lastSequence()).toBe(1);
  await waiting;
  await expect(rate('u', 'b', 3)).rejects.toMatchObject({ code: 'OVERLOADED' });
});

describe('a database that fails', () => {
  test('a full disk is named, and nothing is acknowledged', async () => {
    const db = openDatabase(stores.path('full.db'), { clock: countingClock(), readOnly: false });
    db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 2}`);
    const insert = db.prepare('INSERT INTO users (id, occupation) VALUES (?, ?)');
    const group = new GroupCommit((work) => db.transaction(work).immediate(), { capacity: 10 });
    const write = (id: string, text: string) =>
      group.submit(
        () => insert.run(id, text),
        () => id,
      );
    const results = await Promise.allSettled([write('small', 'x'), write('large', 'x'.repeat(100_000))]);
    for (const result of results) {
      expect((result as PromiseRejectedResult).reason).toMatchObject({
        code: 'INTERNAL_SERVER_ERROR',
        message: 'The disk is full, nothing was stored.',
        cause: { code: 'SQLITE_FULL' },
      });
    }
    expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBe(0);
    expect(await write('small', 'x')).toBe('small');
    db.close();
  });

  test('a database held by another program is OVERLOADED: it may be tried again', async () => {
    const store = stores.open();
    const other = new Database(store.path);
    other.exec('BEGIN IMMEDIATE');
    const { rate } = grouped(store);
    await expect(rate('u', 'a', 3)).rejects.toMatchObject({ code: 'OVERLOADED', details: { retryAfterMs: 1_000 } });
    other.exec('ROLLBACK');
    other.close();
    expect((await rate('u', 'a', 3)).sequence).toBe(1);
  });
});
