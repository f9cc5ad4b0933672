import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Database } from 'better-sqlite3';
import type { Timestamp } from '../domain.ts';
import { CommandError } from '../errors.ts';

/** src/store and dist/store both lie two folders below the root. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

export interface MigrateOptions {
  readonly clock: () => Timestamp;
  /** Only look whether everything is applied; never write. */
  readonly readOnly: boolean;
  /** Where the `.sql` files lie. */
  readonly folder?: string;
}

/**
 * Brings the tables up to date. What is applied must be an unedited prefix of the sorted list of migrations.
 * @throws CommandError when it is not, when the file belongs to another program, or when a reader would have to migrate
 */
export function migrate(db: Database, options: MigrateOptions): void {
  const migrations = readMigrations(options.folder ?? MIGRATIONS_FOLDER);
  const applied = readApplied(db);
  checkPrefix(db.name, applied, migrations);
  const pending = migrations.slice(applied.length);
  if (pending.length === 0) return;
  if (options.readOnly && applied.length === 0) {
    throw new CommandError(`${db.name} is empty: fill it with \`tastegraph serve\` or \`tastegraph import\`.`);
  }
  if (options.readOnly) {
    throw new CommandError(
      `${db.name} was made by an older Tastegraph: run \`tastegraph serve\` on it once, and it is brought up to date.`,
    );
  }
  if (applied.length === 0) {
    db.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT');
  }
  const record = db.prepare('INSERT INTO migrations (name, sha256, applied_at) VALUES (?, ?, ?)');
  for (const { name, text, sha256 } of pending) {
    db.transaction(() => {
      db.exec(text);
      record.run(name, sha256, options.clock());
    }).immediate();
  }
}

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => {
    // A checkout with other line ends is not an edit.
    const text = readFileSync(`${folder}/${name}`, 'utf8').replaceAll('\r\n', '\n');
    return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
  });
}

function readApplied(db: Database): { name: string; sha256: string }[] {
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  if (tables.length === 0) return [];
  if (!tables.includes('migrations')) {
    throw new CommandError(`${db.name} is an SQLite file of another program: choose another file with --db.`);
  }
  return db.prepare<[], { name: string; sha256: string }>('SELECT name, sha256 FROM migrations ORDER BY name').all();
}

function checkPrefix(path: string, applied: readonly { name: string; sha256: string }[], migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name));
  if (applied.length > migrations.length || applied.some(({ name }) => !known.has(name))) {
    throw new CommandError(`${path} was made by a newer Tastegraph: upgrade, or use another file with --db.`);
  }
  applied.forEach(({ name, sha256 }, position) => {
    const expected = migrations[position]!;
    if (name !== expected.name) {
      throw new CommandError(`${path} lacks migration ${expected.name}, which comes before ${name}: rename it to sort after ${name}.`);
    }
    if (sha256 !== expected.sha256) {
      throw new CommandError(
        `Migration ${name} was edited after ${path} was made with it: restore its text and put the change into a new file.`,
      );
    }
  });
}
