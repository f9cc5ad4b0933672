import { rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { SnapshotFolder } from '../../src/store/snapshots.ts';
import { copies, rateMany, rating, type TestRecommender, trained } from '../support/recommender.ts';

/** Two versions of the factorization, the second serving. */
const twoVersions = copies(async (recommender) => {
  await rateMany(recommender, 20, 20);
  for (let version = 1; version <= 2; version += 1) {
    expect(await trained(recommender, ['MF'])).toBeNull();
    await recommender.rate(rating(`later ${version}`, 'm1', 5));
  }
  expect(recommender.modelStatus().version).toBe(2);
});

let open: TestRecommender[] = [];
afterEach(async () => {
  for (const running of open.reverse()) await running.remove();
  open = [];
});

function opened(): TestRecommender {
  const running = twoVersions();
  open.push(running);
  return running;
}

const answerOf = ({ recommender }: TestRecommender) => recommender.predict('later 2', 'm3', 'HYBRID').score;

describe('activateModel', () => {
  it('lets an older version serve with all that has been rated since, also after a restart', async () => {
    const running = opened();
    const second = answerOf(running);
    const status = await running.recommender.activate(1);
    expect(status).toMatchObject({ version: 1, sequence: running.store.lastSequence() });
    expect(answerOf(running)).not.toBe(second);
    expect(running.recommender.user('later 2')).toMatchObject({ ratingCount: 1 });
    expect(running.recommender.modelVersions(2).map(({ version, active, activatable }) => [version, active, activatable])).toEqual([
      [2, false, true],
      [1, true, false],
    ]);
    const first = answerOf(running);
    const crashed = running.crash();
    open.push(crashed);
    expect(crashed.recommender.modelStatus().version).toBe(1);
    expect(answerOf(crashed)).toBe(first);
  }, 240_000);

  it('of the version that serves changes nothing', async () => {
    const running = opened();
    const sequence = running.store.lastSequence();
    expect(await running.recommender.activate(2)).toMatchObject({ version: 2 });
    expect(running.store.lastSequence()).toBe(sequence);
  }, 240_000);

  it('refuses a version that there is not, whose file is gone, or torn: the present one goes on', async () => {
    const running = opened();
    const { recommender, path } = running;
    await expect(recommender.activate(9)).rejects.toMatchObject({ code: 'NOT_FOUND', details: { argument: 'version' } });
    const folder = new SnapshotFolder(path);
    const { file } = folder.list().find(({ kind, version }) => kind === 'model' && version === 1)!;
    writeFileSync(folder.pathOf(file), folder.read(file).subarray(0, 5000));
    await expect(recommender.activate(1)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/Version 1 .*SHA-256|cut/),
    });
    rmSync(folder.pathOf(file));
    await expect(recommender.activate(1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(recommender.modelStatus().version).toBe(2);
    await recommender.rate(rating('goes on', 'm1', 4));
  }, 240_000);

  it('may be tried again when another program holds the database: the present version goes on', async () => {
    const { recommender, path } = opened();
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(recommender.activate(1)).rejects.toMatchObject({
      code: 'OVERLOADED',
      message: "The activation of version 1 can't be recorded: the database is held by another program; try again.",
    });
    expect(recommender.modelStatus().version).toBe(2);
    other.exec('ROLLBACK');
    other.close();
    expect(await recommender.activate(1)).toMatchObject({ version: 1 });
  }, 240_000);
});
