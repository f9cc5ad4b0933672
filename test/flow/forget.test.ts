import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelUpdate } from '../../src/domain.ts';
import { SnapshotFolder } from '../../src/store/snapshots.ts';
import { copies, rateMany, rating, type TestRecommender, trained } from '../support/recommender.ts';

/** Nothing else is called like this. */
const SOMEBODY = 'somebody-4f1c9a7e2b6d8035';

/** A served version and a checkpoint that know somebody, of whom every kind of thing is known. */
const original = copies(
  async (recommender) => {
    await recommender.putUser({ id: SOMEBODY, age: 40, gender: 'F', occupation: 'nurse' });
    await recommender.rate(rating(SOMEBODY, 'm1', 5, 'request of somebody'));
    await recommender.rate(rating(SOMEBODY, 'm2', 2));
    await rateMany(recommender, 20, 20);
    await recommender.rate({ ...rating(SOMEBODY, 'm3', 3), onboarding: true });
    await recommender.notSeen(SOMEBODY, 'm4');
    expect(await trained(recommender, ['MF'])).toBeNull();
  },
  { checkpointEvery: 100 },
);

let open: TestRecommender[] = [];
afterEach(async () => {
  for (const running of open.reverse()) await running.remove();
  open = [];
});

async function known(): Promise<TestRecommender> {
  const running = original();
  open.push(running);
  await running.recommender.rate(rating(SOMEBODY, 'm3', 4, 'another'));
  return running;
}

/** Every file beside the database in which a text occurs. */
function filesWith({ path }: TestRecommender, text: string): string[] {
  return readdirSync(dirname(path), { recursive: true, encoding: 'utf8' })
    .map((file) => join(dirname(path), file))
    .filter((file) => statSync(file).isFile() && readFileSync(file).includes(text));
}

/** What is answered to somebody else, bit for bit. */
const answersOf = ({ recommender }: TestRecommender) =>
  ['u1', 'u7', 'stranger'].flatMap((userId) =>
    ['m1', 'm3', 'm9'].map((movieId) => {
      const { score, variance } = recommender.predict(userId, movieId, 'HYBRID');
      return [userId, movieId, score, variance];
    }),
  );

function expectForgotten(running: TestRecommender): void {
  const { recommender } = running;
  expect(filesWith(running, SOMEBODY)).toEqual([]);
  expect(recommender.user(SOMEBODY)).toBeNull();
  expect(recommender.ratingsOf(SOMEBODY, { first: 10, after: null }).nodes).toEqual([]);
  expect(recommender.users({ first: 100, after: null }, 'somebody').nodes).toEqual([]);
  expect(recommender.predict(SOMEBODY, 'm9', 'HYBRID').score).toBe(recommender.predict('stranger', 'm9', 'HYBRID').score);
  expect(recommender.mostActive(100).map(({ id }) => id)).not.toContain(SOMEBODY);
  expect(recommender.dataset().userCount).toBe(recommender.users({ first: 1, after: null }, '').totalCount);
  expect(recommender.updates(0, 1_000).map(({ userId }) => userId)).not.toContain(SOMEBODY);
}

describe('a forgotten user', () => {
  it('is in no file, no row and no answer any more, and everybody else is answered as before', async () => {
    const running = await known();
    expect(filesWith(running, SOMEBODY).length).toBeGreaterThan(1);
    const before = answersOf(running);
    const heard: ModelUpdate[] = [];
    running.recommender.onModelUpdated((update) => heard.push(update));
    const { ratingsRemoved, sequence } = await running.recommender.forget(SOMEBODY);
    expect(ratingsRemoved).toBe(3);
    expect(sequence).toBe(running.store.lastSequence());
    expectForgotten(running);
    expect(answersOf(running)).toEqual(before);
    expect(heard).toMatchObject([{ kind: 'FORGOTTEN', userId: null, sequence }]);
  }, 240_000);

  it('stays forgotten after a restart and after a crash, with the same answers', async () => {
    const running = await known();
    await running.recommender.forget(SOMEBODY);
    await running.recommender.rate(rating('u1', 'm1', 3));
    const before = answersOf(running);
    const crashed = running.crash();
    open.push(crashed);
    expectForgotten(crashed);
    expect(answersOf(crashed)).toEqual(before);
    expect(crashed.recommender.modelStatus().version).toBe(1);
  }, 240_000);

  it('may come back as a stranger', async () => {
    const running = await known();
    await running.recommender.forget(SOMEBODY);
    const { before } = await running.recommender.rate(rating(SOMEBODY, 'm1', 5, 'request of somebody'));
    expect(before.basis).toBe('COLD_USER');
    expect(running.recommender.user(SOMEBODY)).toMatchObject({ ratingCount: 1, age: null });
  }, 240_000);

  it('is not learned by a training that was under way, and one follows without them', async () => {
    const running = await known();
    const { recommender } = running;
    recommender.train(['MF']);
    await recommender.forget(SOMEBODY);
    expect(recommender.modelStatus()).toMatchObject({ version: 1, training: false });
    expectForgotten(running);
    expect(await trained(recommender, ['MF'])).toBeNull();
    expect(recommender.modelStatus().version).toBeGreaterThan(1);
    expectForgotten(running);
  }, 240_000);

  it('is waited for while another program reads the database as it was', async () => {
    const running = await known();
    const reader = new Database(running.path, { readonly: true });
    reader.exec('BEGIN');
    expect(reader.prepare('SELECT count(*) FROM users').pluck().get()).toBeGreaterThan(0);
    let answered = false;
    const forgotten = running.recommender.forget(SOMEBODY).then(() => {
      answered = true;
    });
    await vi.waitUntil(() => running.recommender.user(SOMEBODY) === null, { timeout: 60_000 });
    await sleep(300);
    expect(answered, 'old bytes are still there').toBe(false);
    await running.recommender.rate(rating('u1', 'm1', 3, 'goes on'));
    reader.close();
    await forgotten;
    expectForgotten(running);
  }, 240_000);

  it('was named by somebody', async () => {
    const running = await known();
    await expect(running.recommender.forget('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await running.recommender.forget(SOMEBODY);
    await expect(running.recommender.forget(SOMEBODY)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }, 240_000);
});

describe('forgetting that is interrupted', () => {
  it('before it is in the log changes nothing', async () => {
    const running = await known();
    const before = answersOf(running);
    const { store, recommender } = running;
    const { forget } = store;
    store.forget = (userId, beforeCommit) =>
      forget.call(store, userId, (sequence) => {
        beforeCommit(sequence);
        throw new Error('the power is gone');
      });
    await expect(recommender.forget(SOMEBODY)).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    store.forget = forget;
    expect(recommender.user(SOMEBODY)).toMatchObject({ ratingCount: 3, age: 40 });
    expect(answersOf(running)).toEqual(before);
    expect(new SnapshotFolder(running.path).list().filter(({ sequence }) => sequence > store.lastSequence())).toEqual([]);
    expect((await recommender.rate(rating(SOMEBODY, 'm8', 4))).duplicate).toBe(false);
  }, 240_000);

  it('after its checkpoint was written, but not the log, leaves a file that no start believes', async () => {
    const running = await known();
    const folder = new SnapshotFolder(running.path);
    const after = running.store.lastSequence() + 1;
    const [newest] = folder.list();
    copyFileSync(folder.pathOf(newest!.file), folder.pathOf(`checkpoint-1-${after}.safetensors`));
    const crashed = running.crash();
    open.push(crashed);
    expect(folder.has(`checkpoint-1-${after}.safetensors`)).toBe(false);
    expect(crashed.recommender.user(SOMEBODY)).toMatchObject({ ratingCount: 3 });
  }, 240_000);

  it('after it is in the log, by a folder that lets nothing go, is said, goes on serving and is finished by the next start', async () => {
    const running = await known();
    const { recommender, store } = running;
    const { truncateLog } = store;
    store.truncateLog = () => {
      throw new Error('the disk is busy');
    };
    await expect(recommender.forget(SOMEBODY)).rejects.toThrow('the disk is busy');
    store.truncateLog = truncateLog;
    expect(recommender.user(SOMEBODY)).toBeNull();
    await recommender.rate(rating('u1', 'm1', 3, 'goes on'));
    const crashed = running.crash();
    open.push(crashed);
    expectForgotten(crashed);
    expect(answersOf(crashed)).toEqual(answersOf(running));
  }, 240_000);

  it('after it is in the log is finished by the next start', async () => {
    const running = await known();
    const { path } = new SnapshotFolder(running.path);
    const kept = `${path}.kept`;
    mkdirSync(kept);
    for (const file of readdirSync(path)) copyFileSync(join(path, file), join(kept, file));
    await running.recommender.forget(SOMEBODY);
    for (const file of readdirSync(kept)) copyFileSync(join(kept, file), join(path, file));
    rmSync(kept, { recursive: true });
    expect(filesWith(running, SOMEBODY).length).toBeGreaterThan(0);
    const crashed = running.crash();
    open.push(crashed);
    expectForgotten(crashed);
  }, 240_000);
});
