import { fork, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type FileOrder, writeRatingsFile } from './ratingsFile.ts';
import { insertOneTable } from './reference/insertOneTable.ts';
import { inFolder } from './workplace.ts';

/**
 * `node --import tsx bench/import.ts --rows N [--order user|time] [--json]`: `tastegraph import` of a CSV file against `sqlite3 .import`
 * of the same file into one table without an index, in the same run. Where there is no sqlite3, the reference is plain inserts.
 * Exits with 1 when a bar is missed.
 */
const SQLITE = 'sqlite3';
const LEAST_RATIO = 0.35;
const MOST_MEMORY = 500e6; // bytes

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    order: { type: 'string', default: 'user' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const order: FileOrder = values.order === 'time' ? 'time' : 'user';

await inFolder(async (folder) => {
  const csv = `${folder}/ratings.csv`;
  await writeRatingsFile(csv, rows, order);
  const reference = referenceImport(csv, `${folder}/reference.db`);
  const own = await ownImport(csv, `${folder}/tastegraph.db`);
  const figures = {
    rows,
    order,
    fileBytes: statSync(csv).size,
    reference: reference.name,
    referenceRowsPerSecond: Math.round(rows / reference.seconds),
    rowsPerSecond: Math.round(rows / own.seconds),
    ratio: Number((reference.seconds / own.seconds).toFixed(3)),
    leastRatio: LEAST_RATIO,
    peakBytes: own.peakBytes,
    mostBytes: MOST_MEMORY,
  };
  process.stdout.write(values.json ? `${JSON.stringify(figures, null, 2)}\n` : textOf(figures));
  if (figures.ratio < LEAST_RATIO || figures.peakBytes > MOST_MEMORY) process.exitCode = 1;
});

function textOf(figures: {
  rows: number;
  order: string;
  reference: string;
  referenceRowsPerSecond: number;
  rowsPerSecond: number;
  ratio: number;
  peakBytes: number;
}): string {
  const whole = (value: number) => value.toLocaleString('en-US');
  return [
    `${whole(figures.rows)} rows in the order of ${figures.order}s`,
    `tastegraph import   ${whole(figures.rowsPerSecond)} rows/s, ${Math.round(figures.peakBytes / 1e6)} MB at most (bar: ${MOST_MEMORY / 1e6} MB)`,
    `${figures.reference.padEnd(19)} ${whole(figures.referenceRowsPerSecond)} rows/s`,
    `ratio               ${figures.ratio} (bar: ${LEAST_RATIO})`,
    '',
  ].join('\n');
}

function referenceImport(csv: string, db: string): { name: string; seconds: number } {
  const began = performance.now();
  const create = 'CREATE TABLE ratings (userId INTEGER, movieId INTEGER, rating REAL, timestamp INTEGER)';
  const { error, status } = spawnSync(SQLITE, [db, create, `.import --csv --skip 1 "${csv}" ratings`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (error === undefined && status === 0) return { name: 'sqlite3 .import', seconds: (performance.now() - began) / 1000 };
  return { name: 'better-sqlite3', seconds: insertOneTable(csv, `${db}.inserts`) };
}

/** In a process of its own, so that its memory is its own. The time includes the start of the process. */
async function ownImport(csv: string, db: string): Promise<{ seconds: number; peakBytes: number }> {
  const began = performance.now();
  const child = fork(fileURLToPath(new URL('importOnce.ts', import.meta.url)), [csv, db], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let peakBytes = Number.NaN;
  child.on('message', (bytes) => (peakBytes = bytes as number));
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`The import ended with status ${status}.`);
  return { seconds: (performance.now() - began) / 1000, peakBytes };
}
