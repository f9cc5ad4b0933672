import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { openDatabase } from '../../src/store/database.ts';
import { countingClock, useFolder } from './support.ts';

const folder = useFolder();

function open(path: string, readOnly = false): Database.Database {
  return openDatabase(path, { clock: countingClock(), readOnly });
}

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CommandError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('It did not fail.');
}

test('the folder of a new database is created', () => {
  open(folder.path('some/where/new.db')).close();
  expect(existsSync(folder.path('some/where/new.db'))).toBe(true);
});

test('every opening sets what durability and forgetting rest on', () => {
  for (const _ of ['first', 'second']) {
    const db = open(folder.path('x.db'));
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('secure_delete', { simple: true })).toBe(1);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  }
});

test('a file that is no database is refused and left as it is', () => {
  writeFileSync(folder.path('x.db'), 'userId,movieId,rating\n'.repeat(100));
  expect(failure(() => open(folder.path('x.db')))).toMatch(/x\.db is not an SQLite file: choose another/);
  expect(existsSync(folder.path('x.db-wal'))).toBe(false);
});

test('a damaged page of the schema is refused as damage', () => {
  // A valid header, garbage behind it.
  const file = Buffer.alloc(16_384, 0x5a);
  const valid = new Database(folder.path('valid.db'));
  valid.exec('CREATE TABLE migrations (name TEXT)');
  const header = valid.serialize().subarray(0, 100);
  valid.close();
  header.copy(file);
  writeFileSync(folder.path('x.db'), file);
  expect(failure(() => open(folder.path('x.db')))).toMatch(/is damaged .*restore it from a copy/);
});

test("another program's database is refused and not changed", () => {
  const other = new Database(folder.path('x.db'));
  other.exec('CREATE TABLE bookmarks (url TEXT)');
  other.close();
  expect(failure(() => open(folder.path('x.db')))).toMatch(/of another program/);
  const again = new Database(folder.path('x.db'));
  expect(again.prepare("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'").pluck().get()).toBe('bookmarks');
  expect(again.pragma('journal_mode', { simple: true })).toBe('delete');
  again.close();
});

test('a folder that cannot be made is named', () => {
  writeFileSync(folder.path('file'), '');
  expect(failure(() => open(folder.path('file/x.db')))).toMatch(/Can't create the folder .*file .*--db/);
});

test('a path that is a folder is refused with one line', () => {
  mkdirSync(folder.path('x.db'));
  expect(failure(() => open(folder.path('x.db')))).toMatch(/Can't open .*x\.db/);
});

test('a reader of a missing file is told so, and nothing is created', () => {
  expect(failure(() => open(folder.path('missing/x.db'), true))).toMatch(/There is no database .*x\.db/);
  expect(existsSync(folder.path('missing'))).toBe(false);
});

test('a reader of an empty file is told so', () => {
  writeFileSync(folder.path('x.db'), '');
  expect(failure(() => open(folder.path('x.db'), true))).toMatch(/is empty/);
});
