import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Timestamp } from '../domain.ts';
import { CommandError } from '../errors.ts';
import { createFolder } from './database.ts';
import { isBusy } from './writeFailure.ts';

/** How long opening the side file waits for another's short commit; milliseconds. */
const OPEN_TIMEOUT = 2_000;
/** How long an attempt to take the lock waits, the event loop standing still; milliseconds. */
const CLAIM_TIMEOUT = 100;
/** An owner that has just taken the lock needs a moment to write who it is; milliseconds. */
const SETTLING = 300;
const POLL = 50;

export interface LockOptions {
  /** What the owner runs, as others are told: `serve`. */
  readonly command: string;
  readonly clock: () => Timestamp;
  /** How long to wait for an owner that is stopping; milliseconds, default 10,000. */
  readonly waitMs?: number;
}

/** The exclusive use of a database. It ends with `release`, or with the process, however that ends. */
export interface DatabaseLock {
  /** Tells whoever wants the database next that it is worth waiting. */
  drain(): void;
  release(): void;
}

interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly command: string;
  readonly since: Timestamp;
}

/**
 * Makes this process the only one that writes the database.
 * The owner's row is committed into `<realpath>.lock`, an SQLite file; what excludes others is the write transaction that is
 * then held on it, because the system drops that when the process dies. It can't be let go to change the row, not for a moment,
 * so that the owner is stopping stands in a second file, which counts only while it names the owner's token.
 * @throws CommandError naming the process that has the database
 */
export async function acquireLock(dbPath: string, options: LockOptions): Promise<DatabaseLock> {
  createFolder(dbPath);
  const lockPath = `${realPath(dbPath)}.lock`;
  const drainPath = `${lockPath}.draining`;
  const db = openSideFile(lockPath);
  try {
    const me = { token: randomUUID(), pid: process.pid, command: options.command, since: options.clock() };
    await claim(db, me, dbPath, drainPath, options.waitMs ?? 10_000);
    rmSync(drainPath, { force: true });
    return handle(db, me, drainPath);
  } catch (error) {
    db.close();
    throw error;
  }
}

function handle(db: Database.Database, me: Owner, drainPath: string): DatabaseLock {
  return {
    drain: () => {
      if (!db.open) return;
      // Renamed into place: a reader meets the whole token or no file.
      writeFileSync(`${drainPath}.new`, me.token);
      renameSync(`${drainPath}.new`, drainPath);
    },
    release: () => {
      if (!db.open) return;
      db.exec('DELETE FROM owner');
      db.exec('COMMIT');
      db.close();
      // After the commit: one that waits must not see the mark gone while the database is still held.
      if (isDraining(drainPath, me)) rmSync(drainPath, { force: true });
    },
  };
}

async function claim(db: Database.Database, me: Owner, dbPath: string, drainPath: string, waitMs: number): Promise<void> {
  const began = performance.now();
  for (;;) {
    // Before the attempt: an owner that lets go after this look is then not in the attempt's way, and nobody is refused for it.
    const owner = readOwner(db);
    const draining = owner !== undefined && isDraining(drainPath, owner);
    if (tryClaim(db, me)) return;
    if (performance.now() - began > (draining ? waitMs : SETTLING)) throw inUse(dbPath, owner ?? readOwner(db), draining);
    await sleep(POLL + Math.random() * POLL);
  }
}

/** @returns whether the write transaction is held, with this process's row committed below it */
function tryClaim(db: Database.Database, me: Owner): boolean {
  if (!begin(db)) return false;
  db.exec('DELETE FROM owner');
  db.prepare('INSERT INTO owner (token, pid, command, since) VALUES (?, ?, ?, ?)').run(me.token, me.pid, me.command, me.since);
  db.exec('COMMIT');
  // Between the two transactions another process may have come in: then the row is not ours any more.
  if (!begin(db)) return false;
  if (readOwner(db)?.token === me.token) return true;
  db.exec('ROLLBACK');
  return false;
}

function begin(db: Database.Database): boolean {
  try {
    db.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

function readOwner(db: Database.Database): Owner | undefined {
  try {
    return db.prepare<[], Owner>('SELECT token, pid, command, since FROM owner').get();
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function isDraining(drainPath: string, owner: Owner): boolean {
  try {
    return readFileSync(drainPath, 'utf8') === owner.token;
  } catch {
    return false; // no such file: nobody is stopping
  }
}

function inUse(dbPath: string, owner: Owner | undefined, draining: boolean): CommandError {
  if (owner === undefined) return new CommandError(`${dbPath} is in use by another process. Stop it, or choose another file with --db.`);
  const who = `\`tastegraph ${owner.command}\` (process ${owner.pid}, since ${new Date(owner.since).toISOString()})`;
  if (draining)
    return new CommandError(`${dbPath} is in use by ${who}, which is still stopping. Try again, or choose another file with --db.`);
  return new CommandError(`${dbPath} is in use by ${who}. Stop it, or choose another file with --db.`);
}

function openSideFile(path: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: OPEN_TIMEOUT });
    // A rollback journal: others can read the row beside the held transaction, and one file is enough.
    db.pragma('journal_mode = DELETE');
    const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'owner'").get() !== undefined;
    if (!exists) db.exec('CREATE TABLE IF NOT EXISTS owner (token TEXT, pid INTEGER, command TEXT, since INTEGER)');
    db.pragma(`busy_timeout = ${CLAIM_TIMEOUT}`);
    return db;
  } catch (error) {
    db?.close();
    if (!(error instanceof Database.SqliteError)) throw error;
    if (error.code === 'SQLITE_NOTADB') throw new CommandError(`${path} is damaged: delete it while no Tastegraph runs.`);
    throw new CommandError(
      `Can't lock the database with ${path} (${error.message}): give this user access, or choose another file with --db.`,
    );
  }
}

/** One lock for one file, whatever links lead to it. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}
