import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { Store } from '../../src/store/store.ts';
import { ask, connect } from '../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tastegraph-drain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Above the 10 s that a stop may take: what must never happen, not what is hoped for. */
const MOST_MS = 10_000;
const RATE = 'mutation ($user: ID!, $rating: Float!) { rateMovie(userId: $user, movieId: "1", rating: $rating) { sequence } }';

/** Writers that go on until they are told that the server is gone. @returns how many were acknowledged */
async function writeOn(server: ServerProcess, name: string): Promise<number> {
  for (let count = 0; ; count += 1) {
    const answer = await ask(server, RATE, { user: `${name}-${count}`, rating: 1 + (count % 9) / 2 }).catch(() => null);
    if (answer?.data?.rateMovie === undefined || answer.data.rateMovie === null) return count;
  }
}

/** A client that has said half of what it wants. */
function halfARequest({ url }: ServerProcess): void {
  const call = request(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': '100' } });
  call.on('error', () => undefined);
  call.write('{');
}

/** A connection that asks nothing. */
function idle({ url }: ServerProcess): void {
  connectTcp(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
}

describe('a server that is told to stop', () => {
  it('finishes what is under way, lets nobody wait, writes a checkpoint and exits with 0 within 10 s', async () => {
    const db = join(folder, 'taste.db');
    const server = await serveProcess(['--db', db, '--demo', 'lab'], { LOG_LEVEL: 'warn' });
    const before = (await ask(server, '{ dataset { ratingCount } }')).data.dataset.ratingCount;
    const ended = new Promise<number>((resolve) => {
      const client = connect(server);
      client.on('closed', (event) => resolve((event as { code: number }).code));
      client.subscribe(
        { query: 'subscription { modelUpdated { sequence } }' },
        { next: () => undefined, error: () => undefined, complete: () => undefined },
      );
    });
    halfARequest(server);
    idle(server);
    const writers = Array.from({ length: 4 }, (_, writer) => writeOn(server, `w${writer}`));
    await ask(server, 'mutation { trainModel { id } }');
    await sleep(300);
    const began = performance.now();
    const status = await server.stop('SIGTERM');
    expect(performance.now() - began).toBeLessThan(MOST_MS);
    expect(status).toBe(0);
    expect(await ended).toBe(1001);
    await expect(fetch(server.url)).rejects.toThrow();

    const acknowledged = (await Promise.all(writers)).reduce((sum, count) => sum + count, 0);
    const store = Store.open(db, { clock: Date.now, readOnly: true });
    expect(store.counts().ratings).toBe(before + acknowledged);
    const last = store.lastSequence();
    store.close();
    const checkpoints = readdirSync(`${db}.models`).filter((file) => file.startsWith('checkpoint'));
    expect(checkpoints.some((file) => file.endsWith(`-${last}.safetensors`))).toBe(true);
  }, 240_000);
});
