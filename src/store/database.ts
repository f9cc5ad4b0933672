import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Timestamp } from '../domain.ts';
import { CommandError } from '../errors.ts';
import { migrate } from './migrator.ts';

/** How long opening waits for another process's lock; milliseconds. */
const OPEN_TIMEOUT = 2_000;
/** The same of a statement; the event loop, and every query with it, stands still meanwhile. Callers are told to try again. */
const BUSY_TIMEOUT = 200;
/** Pages of the write-ahead log after which they are copied to the database and overwritten: a short log stays in the caches. */
const CHECKPOINT_PAGES = 400;

export interface OpenOptions {
  readonly clock: () => Timestamp;
  /** For commands that read while another process serves: nothing is created or migrated. */
  readonly readOnly: boolean;
}

/**
 * Opens the database file, in a folder that is created where it is missing, with its tables up to date.
 * @throws CommandError with one line: no such file, no access, not a database, made by another version
 */
export function openDatabase(path: string, options: OpenOptions): Database.Database {
  if (options.readOnly) {
    if (!existsSync(path))
      throw new CommandError(`There is no database ${path}: create it with \`tastegraph serve\` or \`tastegraph import\`.`);
  } else {
    createFolder(path);
  }
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: options.readOnly, timeout: OPEN_TIMEOUT });
    configureConnection(db);
    migrate(db, options);
    if (!options.readOnly) {
      db.pragma('journal_mode = WAL');
      db.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
      db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    }
    return db;
  } catch (error) {
    db?.close();
    throw explain(path, error);
  }
}

/** @throws CommandError when the folder of `path` can't be made */
export function createFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new CommandError(`Can't create the folder ${dirname(path)} (${codeOf(error)}): choose another file with --db.`);
  }
}

/** Settings that SQLite forgets with the connection. */
function configureConnection(db: Database.Database): void {
  // FULL: the write-ahead log reaches the disk before a commit returns. fullfsync: macOS otherwise stops at the drive's cache.
  db.pragma('synchronous = FULL');
  db.pragma('fullfsync = ON');
  db.pragma('foreign_keys = ON');
  // Deleted rows are overwritten with zeros, from the first day: a forgotten user must not survive in a free page.
  db.pragma('secure_delete = ON');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -65536'); // KiB
  db.pragma(`journal_size_limit = ${64 * 2 ** 20}`);
}

function explain(path: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const code = error.code;
  if (code === 'SQLITE_NOTADB') return new CommandError(`${path} is not an SQLite file: choose another file with --db.`);
  if (code.startsWith('SQLITE_CORRUPT')) return new CommandError(`${path} is damaged (${error.message}): restore it from a copy.`);
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM')) {
    return new CommandError(
      `Can't open ${path} (${error.message}): give this user access to the file and its folder, or choose another with --db.`,
    );
  }
  if (code.startsWith('SQLITE_BUSY'))
    return new CommandError(`${path} is locked by another program: stop it, or choose another file with --db.`);
  return new CommandError(`Can't use ${path}: ${error.message} (${code}).`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
