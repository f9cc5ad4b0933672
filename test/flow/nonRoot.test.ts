import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { serveProcess } from '../support/process.ts';

const NOBODY = 65_534;
const folder = mkdtempSync(join(tmpdir(), 'tastegraph-nobody-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('serves as a user who may write to the folder of the database and nowhere else', async () => {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const server = await serveProcess(
    ['--db', join(folder, 'taste.db'), '--demo', 'lab'],
    { TASTEGRAPH_COMPUTE: 'cpu' },
    isRoot ? { uid: NOBODY, gid: NOBODY } : {},
  );
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  expect(await server.stop('SIGTERM')).toBe(0);
});
