import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { fillDatabase } from '../faults/place.ts';
import { trainFactorization, withRecommender } from '../faults/states.ts';
import { ask, connect } from '../support/graphql.ts';
import { serveProcess } from '../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tastegraph-orphan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function childOf(id: number): number {
  return Number(execFileSync('pgrep', ['-P', String(id)], { encoding: 'utf8' }));
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

it('a trainer whose server is killed ends, and publishes no more', async () => {
  const db = join(folder, 'taste.db');
  // So many that the second fit, which leaves no turn to hear of anything, is not done when its first sweep is heard of.
  fillDatabase(db, 10_000, { users: 250, movies: 250 });
  await withRecommender(db, trainFactorization);
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error' });
  const progress = connect(server).iterate({ query: 'subscription { trainingProgress { epoch } }' });
  const first = progress.next();
  await ask(server, 'mutation { trainModel(models: [MF]) { id } }');
  await first;
  const trainer = childOf(server.child.pid!);
  await server.stop('SIGKILL');
  await vi.waitUntil(() => !isRunning(trainer), { timeout: 60_000 });
  expect(readdirSync(`${db}.models`).filter((file) => file.startsWith('model-2'))).toEqual([]);
}, 120_000);
