import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { serveProcess } from '../../support/process.ts';
import type { Finding } from '../fault.ts';
import { fillDatabase } from '../place.ts';
import { reads, Visitor } from './visitor.ts';

const PAGE = 4_096;

/** A database file whose bytes have changed: its head, every page but the first, and every page under a running server. */
export async function damaged(folder: string): Promise<readonly Finding[]> {
  return [
    await atStart(join(folder, 'head.db'), 'head', 0),
    await atStart(join(folder, 'pages.db'), 'pages', PAGE),
    await whileRunning(join(folder, 'running.db')),
  ];
}

async function atStart(db: string, what: string, from: number): Promise<Finding> {
  fillDatabase(db, 40);
  spoil(db, from);
  const refusal = await serveProcess(['--db', db, '--demo', 'none']).then(
    () => 'it started',
    (error: Error) => error.message.trim(),
  );
  return {
    what: `damaged ${what}: a start`,
    seen: refusal,
    bar: 'status 1 and one line',
    holds: /^The server ended with 1: [^\n]*(damaged|not an SQLite file)[^\n]*$/.test(refusal),
  };
}

/** What is damaged before it is read is found out when a write needs it; the model is in memory and goes on answering. */
async function whileRunning(db: string): Promise<Finding> {
  const films = fillDatabase(db, 40);
  const first = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error' });
  await first.stop('SIGTERM');
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error' });
  spoil(db, PAGE);
  const visitor = new Visitor(films);
  for (let turn = 0; turn < 20; turn += 1) await visitor.rate(server);
  const answered = await reads(server);
  const unclear = visitor.refusals.filter((refusal) => !/nothing was stored/.test(refusal));
  await server.stop('SIGKILL');
  return {
    what: 'damaged pages under a running server',
    seen: `queries ${answered ? 'answered' : 'refused'}; ${visitor.refusals.length} of 20 ratings refused, ${unclear.length} of them unclearly`,
    bar: 'answered; 0 unclearly',
    holds: answered && unclear.length === 0,
  };
}

function spoil(file: string, from: number): void {
  const handle = openSync(file, 'r+');
  const length = statSync(file).size - from;
  writeSync(handle, Buffer.alloc(length, 'spoiled '), 0, length, from);
  closeSync(handle);
}
