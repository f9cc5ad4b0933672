import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syntheticRatings } from '../../src/engine/data/syntheticRatings.ts';
import { sourceOfTable } from '../../src/importers/tableSource.ts';
import { Store } from '../../src/store/store.ts';

/** A folder that goes away after the work. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tastegraph-fault-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A database of ratings with a taste in them. @returns the ids of its films */
export function fillDatabase(
  db: string,
  ratings: number,
  { users, movies } = { users: Math.max(20, Math.round(ratings / 25)), movies: 60 },
): readonly string[] {
  const { table } = syntheticRatings({ users, movies, ratings }, 1);
  const store = Store.open(db, { clock: Date.now });
  const { ratings: columns } = sourceOfTable('synthetic ratings', table);
  store.startImport(columns).add(Uint32Array.from(columns.u, (_, row) => row));
  store.close();
  return table.movies.map(({ id }) => id);
}

/** What lies on the disk of a database, without the memory that processes share. */
export function copyDatabase(from: string, to: string): void {
  for (const part of ['', '-wal', '-shm', '.models']) rmSync(`${to}${part}`, { recursive: true, force: true });
  for (const part of ['', '-wal', '.models'])
    if (existsSync(`${from}${part}`)) cpSync(`${from}${part}`, `${to}${part}`, { recursive: true });
}

/** Every file below a folder in which a text occurs. */
export function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile() && readFileSync(file).includes(text));
}
