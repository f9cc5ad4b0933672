import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { Store } from '../../src/store/store.ts';
import { ask } from '../support/graphql.ts';
import { runMain, serveProcess } from '../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tastegraph-serve-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tastegraph serve', () => {
  it('says that a port is in use before it creates anything', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const db = join(folder, 'never', 'taste.db');
    await expect(runMain('serve', '--db', db, '--port', String(port))).rejects.toThrow(
      `ended with 1: Port ${port} is in use; choose another with --port.`,
    );
    expect(existsSync(join(folder, 'never'))).toBe(false);
    holder.close();
  });

  it('serves the lab, refuses a second owner, stops cleanly on SIGTERM and starts again where it was', async () => {
    const db = join(folder, 'lab.db');
    const first = await serveProcess(['--db', db, '--demo', 'lab']);
    const { data } = await ask(first, 'mutation { rateMovie(userId: "0", movieId: "2", rating: 5) { sequence } }');
    await expect(runMain('train', '--db', db)).rejects.toThrow(/is in use by `tastegraph serve` \(process \d+/);
    const answer = await fetch(`${first.url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: 1 }),
    });
    const { recommendations } = (await answer.json()) as { recommendations: { movie_id: string; rating: number; variance: number }[] };
    expect(recommendations).toHaveLength(3);
    // With a version in the log the restart trains nothing.
    while ((await ask(first, '{ model { version } }')).data.model.version === 0) await sleep(50);
    expect(await first.stop('SIGTERM')).toBe(0);

    const store = Store.open(db, { clock: Date.now, readOnly: true });
    // A version that was activated after the rating is an event too.
    const last = store.lastSequence();
    store.close();
    expect(last).toBeGreaterThanOrEqual(data.rateMovie.sequence);

    const second = await serveProcess(['--db', db]);
    const again = await ask(second, '{ model { sequence version } dataset { ratingCount userCount movieCount } }');
    expect(again.data.model.sequence).toBe(last);
    expect(again.data.dataset).toEqual({ ratingCount: 20, userCount: 5, movieCount: 5 });
    expect(await second.stop('SIGTERM')).toBe(0);
  });
});
