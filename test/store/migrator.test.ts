import { mkdirSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { migrate } from '../../src/store/migrator.ts';
import { countingClock, useFolder } from './support.ts';

const folder = useFolder();
let db: Database.Database;

beforeEach(() => {
  mkdirSync(folder.path('migrations'));
  db = new Database(folder.path('x.db'));
  write('0001_cats.sql', 'CREATE TABLE cats (name TEXT);\nINSERT INTO cats VALUES (1);\n');
});
afterEach(() => db.close());

function write(name: string, text: string): void {
  writeFileSync(folder.path(`migrations/${name}`), text);
}

function run(readOnly = false): void {
  migrate(db, { clock: countingClock(), readOnly, folder: folder.path('migrations') });
}

function tables(): unknown {
  return db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
}

test('each migration is applied once, in the order of the names', () => {
  run();
  write('0003_more.sql', 'CREATE TABLE kittens AS SELECT * FROM dogs;');
  write('0002_dogs.sql', 'CREATE TABLE dogs (name TEXT);');
  run();
  run();
  expect(tables()).toEqual(['cats', 'dogs', 'kittens', 'migrations']);
  expect(db.prepare('SELECT count(*) FROM cats').pluck().get()).toBe(1);
});

test('an edited migration refuses the start', () => {
  run();
  write('0001_cats.sql', 'CREATE TABLE cats (name TEXT, age INTEGER);');
  expect(() => run()).toThrow(CommandError);
  expect(() => run()).toThrow(/0001_cats\.sql was edited/);
});

test('other line ends are not an edit', () => {
  run();
  write('0001_cats.sql', 'CREATE TABLE cats (name TEXT);\r\nINSERT INTO cats VALUES (1);\r\n');
  expect(() => run()).not.toThrow();
});

test('a database from a newer version is refused', () => {
  run();
  db.prepare("INSERT INTO migrations VALUES ('0002_future.sql', 'abc', 1)").run();
  expect(() => run()).toThrow(/made by a newer Tastegraph: upgrade, or use another file/);
});

test('a migration that was slipped in between is refused', () => {
  write('0003_birds.sql', 'CREATE TABLE birds (name TEXT);');
  run();
  write('0002_dogs.sql', 'CREATE TABLE dogs (name TEXT);');
  expect(() => run()).toThrow(/lacks migration 0002_dogs\.sql/);
  expect(tables()).not.toContain('dogs');
});

test('a migration that fails leaves nothing of itself', () => {
  run();
  write('0002_broken.sql', 'CREATE TABLE half (name TEXT); INSERT INTO nowhere VALUES (1);');
  expect(() => run()).toThrow();
  expect(tables()).toEqual(['cats', 'migrations']);
});

test('a reader does not migrate, and says who can', () => {
  run();
  write('0002_dogs.sql', 'CREATE TABLE dogs (name TEXT);');
  expect(() => run(true)).toThrow(/older Tastegraph: run `tastegraph serve`/);
  expect(tables()).not.toContain('dogs');
});
