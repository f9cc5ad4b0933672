import Database from 'better-sqlite3';
import { RequestError } from '../errors.ts';

interface Reason {
  readonly what: string;
  readonly remedy: string;
}

/** By the beginning of SQLite's code. */
const REASONS: readonly (readonly [code: string, reason: Reason])[] = [
  ['SQLITE_FULL', { what: 'the disk is full', remedy: 'make room on it' }],
  ['SQLITE_IOERR', { what: 'the disk failed', remedy: 'look at its health, and at limits on the size of files' }],
  ['SQLITE_READONLY', { what: 'the database may only be read', remedy: 'give this user access to the file and its folder' }],
  ['SQLITE_CORRUPT', { what: 'the database is damaged', remedy: 'restore it from a copy' }],
  ['SQLITE_BUSY', { what: 'the database is held by another program', remedy: 'stop it' }],
];

/** What callers are told when a transaction failed: nothing of it was stored. The original error is the `cause`. */
export function describeWriteFailure(cause: unknown): RequestError {
  const code = cause instanceof Database.SqliteError ? cause.code : '';
  const error = code.startsWith('SQLITE_BUSY')
    ? new RequestError('OVERLOADED', 'The database is held by another program, nothing was stored: try again.', { retryAfterMs: 1_000 })
    : new RequestError('INTERNAL_SERVER_ERROR', `${capitalized(reasonOf(code)?.what ?? 'the write failed')}, nothing was stored.`);
  error.cause = cause;
  return error;
}

/**
 * Runs a write of the server's own. @param what is written: `version 3`
 * @throws Error saying that it can't be recorded, why, and what to do; the original error is its `cause`
 */
export function recording<T>(what: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError)) throw cause;
    const reason = reasonOf(cause.code);
    throw new Error(`${what} can't be recorded: ${reason ? `${reason.what}; ${reason.remedy}` : cause.message}`, { cause });
  }
}

function reasonOf(code: string): Reason | undefined {
  return REASONS.find(([start]) => code.startsWith(start))?.[1];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
