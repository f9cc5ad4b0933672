import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { Store } from '../../src/store/store.ts';
import { folderOf } from '../importers/files.ts';
import { MAIN } from '../support/process.ts';

/** Enough for several transactions. */
const RATINGS = 600_000;

const movies = ['movieId,title,genres', ...Array.from({ length: 900 }, (_, k) => `${k},Film ${k} (1990),Drama`)];
/** Not in time order, and with ratings that others replace. */
const rows = Array.from(
  { length: RATINGS },
  (_, k) => `${k % 7_001},${(k * 31) % 907},${1 + (k % 5)},${1_000_000_000 + ((k * 7_919) % 500_000)}`,
);
const source = folderOf({ 'movies.csv': movies.join('\n'), 'ratings.csv': `userId,movieId,rating,timestamp\n${rows.join('\n')}` });

function startImport(db: string) {
  const child = spawn(process.execPath, [MAIN, 'import', source, '--db', db], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, closed: once(child, 'close') };
}

function ratingsIn(db: string): number {
  if (!existsSync(db)) return 0;
  try {
    const store = Store.open(db, { clock: Date.now, readOnly: true });
    try {
      return store.counts().ratings;
    } finally {
      store.close();
    }
  } catch {
    return 0; // its tables are just being made
  }
}

/** Rows that one database has and the other hasn't, but for the times at which they were written. */
function difference(one: string, other: string): number {
  const database = new Database(one, { readonly: true });
  try {
    database.prepare('ATTACH ? AS other').run(other);
    const rows = (table: string) => {
      const names = database.prepare(`SELECT name FROM pragma_table_info('${table}') WHERE name <> 'recorded_at'`).pluck().all();
      const of = (schema: string) => `SELECT ${names.join(', ')} FROM ${schema}.${table}`;
      return database
        .prepare<[], number>(`SELECT count(*) FROM (${of('main')} EXCEPT ${of('other')})`)
        .pluck()
        .get()!;
    };
    return ['events', 'ratings', 'users', 'movies'].reduce((sum, table) => sum + rows(table), 0);
  } finally {
    database.close();
  }
}

it('an import that is killed, and run again, ends as one that was left alone', async () => {
  const folder = folderOf({});
  const [killed, whole] = [join(folder, 'killed.db'), join(folder, 'whole.db')];
  const first = startImport(killed);
  while (ratingsIn(killed) === 0) {
    expect(first.child.exitCode).toBeNull();
    await sleep(5);
  }
  first.child.kill('SIGKILL');
  expect(await first.closed).toEqual([null, 'SIGKILL']);
  const stored = ratingsIn(killed);

  for (const db of [killed, whole]) expect((await startImport(db).closed)[0]).toBe(0);
  expect(stored).toBeGreaterThan(0);
  expect(stored).toBeLessThan(ratingsIn(whole));
  expect([difference(killed, whole), difference(whole, killed)]).toEqual([0, 0]);
}, 300_000);
