import { symlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { useProcesses } from './processes.ts';
import { useFolder, useStores } from './support.ts';

const folder = useFolder();
const stores = useStores();
const processes = useProcesses();

const take = (path: string, waitMs?: number) =>
  acquireLock(path, { command: 'import', clock: Date.now, ...(waitMs === undefined ? {} : { waitMs }) });

test('a second process is told who has the database', async () => {
  const owner = processes.start('holdLock.ts', folder.path('x.db'), 'serve');
  expect(await owner.line()).toBe('held');
  const error: Error = await take(folder.path('x.db')).then(
    () => expect.fail('It got the lock.'),
    (refusal) => refusal,
  );
  expect(error).toBeInstanceOf(CommandError);
  expect(error.message).toContain(`x.db is in use by \`tastegraph serve\` (process ${owner.pid}, since 20`);
  expect(error.message).toContain('Stop it, or choose another file with --db.');
});

test('kill -9 frees the database', async () => {
  const owner = processes.start('holdLock.ts', folder.path('x.db'), 'serve');
  await owner.line();
  await owner.kill();
  const lock = await take(folder.path('x.db'));
  const second = processes.start('holdLock.ts', folder.path('x.db'), 'serve');
  expect(await second.line()).toContain(`in use by \`tastegraph import\` (process ${process.pid},`);
  lock.release();
});

test('one that is stopping is waited for', async () => {
  const owner = processes.start('holdLock.ts', folder.path('x.db'), 'serve');
  await owner.line();
  owner.tell('drain');
  await owner.line();
  const lock = take(folder.path('x.db'));
  let settled = false;
  const settle = () => {
    settled = true;
  };
  void lock.then(settle, settle);
  await sleep(800);
  expect(settled).toBe(false);
  owner.tell('release');
  (await lock).release();
});

test('one that is stopping keeps the database until it is done, and is waited for only so long', async () => {
  const owner = processes.start('holdLock.ts', folder.path('x.db'), 'serve');
  await owner.line();
  owner.tell('drain');
  await owner.line();
  await expect(take(folder.path('x.db'), 500)).rejects.toThrow(/which is still stopping/);
});

test('an owner killed while it was stopping makes nobody wait', async () => {
  const owner = processes.start('holdLock.ts', folder.path('x.db'), 'serve');
  await owner.line();
  owner.tell('drain');
  await owner.line();
  await owner.kill();
  const lock = await take(folder.path('x.db'));
  await expect(take(folder.path('x.db'))).rejects.toThrow(/Stop it/);
  lock.release();
});

test('of several that start at once one gets the database', async () => {
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => take(folder.path('x.db'))));
  const held = results.filter((result) => result.status === 'fulfilled');
  expect(held).toHaveLength(1);
  held[0]!.value.release();
  (await take(folder.path('x.db'))).release();
});

test('two paths to one file are one database', async () => {
  writeFileSync(folder.path('x.db'), '');
  symlinkSync(folder.path('x.db'), folder.path('y.db'));
  const lock = await take(folder.path('x.db'));
  await expect(take(folder.path('y.db'))).rejects.toThrow(/y\.db is in use/);
  lock.release();
});

test('releasing twice is once', async () => {
  const lock = await take(folder.path('x.db'));
  lock.release();
  lock.release();
  lock.drain();
  (await take(folder.path('x.db'))).release();
});

test('a damaged lock file is refused with one line', async () => {
  writeFileSync(folder.path('x.db.lock'), 'rubbish '.repeat(1_000));
  await expect(take(folder.path('x.db'))).rejects.toThrow(/x\.db\.lock is damaged: delete it/);
});

test('an acknowledged rating survives kill -9', async () => {
  const child = processes.start('rateAndDie.ts', stores.path('test.db'), '2500');
  await child.ended();
  const store = stores.open();
  expect(store.counts()).toEqual({ ratings: 2_500, users: 1, movies: 2_500 });
  expect(store.lastSequence()).toBe(2_500);
});
