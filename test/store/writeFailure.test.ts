import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { recording } from '../../src/store/writeFailure.ts';
import { countingClock, useStores } from './support.ts';

const stores = useStores();

test('what a full disk keeps from being recorded is named, with what to do', () => {
  const db = openDatabase(stores.path('full.db'), { clock: countingClock(), readOnly: false });
  db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
  const write = () => db.prepare('INSERT INTO users (id) VALUES (?)').run('x'.repeat(100_000));
  expect(() => recording('Version 3', write)).toThrow(
    expect.objectContaining({
      code: 'INTERNAL_SERVER_ERROR',
      message: "Version 3 can't be recorded: the disk is full; make room on it.",
      cause: expect.objectContaining({ code: 'SQLITE_FULL' }),
    }),
  );
  db.close();
});

test('so is another program that holds the database', () => {
  const path = stores.path('held.db');
  const db = openDatabase(path, { clock: countingClock(), readOnly: false });
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  const write = () => db.prepare("INSERT INTO users (id) VALUES ('x')").run();
  expect(() => recording('Version 3', write)).toThrow(
    expect.objectContaining({
      code: 'OVERLOADED',
      message: "Version 3 can't be recorded: the database is held by another program; try again.",
      details: { retryAfterMs: 1_000 },
    }),
  );
  other.close();
  db.close();
});

test('what is written comes back, and a mistake of the code stays what it is', () => {
  expect(recording('Version 3', () => 7)).toBe(7);
  const mistake = new TypeError('no such thing');
  const write = () => {
    throw mistake;
  };
  expect(() => recording('Version 3', write)).toThrow(mistake);
});
