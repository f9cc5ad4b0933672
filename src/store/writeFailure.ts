import Database from 'better-sqlite3';
import { RequestError } from '../errors.ts';

interface Reason {
  readonly what: string;
  readonly remedy: string;
}

/** By the beginning of SQLite's code. */
const REASONS: Readonly<Record<string, Reason>> = {
  SQLITE_FULL: { what: 'the disk is full', remedy: 'make room on it' },
  SQLITE_IOERR: { what: 'the disk failed', remedy: 'look at its health, and at limits on the size of files' },
  SQLITE_READONLY: { what: 'the database may only be read', remedy: 'give this user access to the file and its folder' },
  SQLITE_CORRUPT: { what: 'the database is damaged', remedy: 'restore it from a copy' },
  SQLITE_BUSY: { what: 'the database is held by another program', remedy: 'try again' },
};

/** What callers are told when a transaction failed: nothing of it was stored. The original error is the `cause`. */
export function describeWriteFailure(cause: unknown): RequestError {
  const what = reasonOf(cause)?.what ?? 'the write failed';
  return failure(cause, `${what.charAt(0).toUpperCase()}${what.slice(1)}, nothing was stored${isBusy(cause) ? ': try again' : ''}.`);
}

/**
 * Runs a write of the server's own. @param what is written: `Version 3`
 * @throws RequestError saying that it can't be recorded, why, and what to do; the original error is its `cause`
 */
export function recording<T>(what: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError)) throw cause;
    const reason = reasonOf(cause);
    throw failure(cause, `${what} can't be recorded: ${reason ? `${reason.what}; ${reason.remedy}` : cause.message}.`);
  }
}

function failure(cause: unknown, message: string): RequestError {
  const error = isBusy(cause)
    ? new RequestError('OVERLOADED', message, { retryAfterMs: 1_000 })
    : new RequestError('INTERNAL_SERVER_ERROR', message);
  error.cause = cause;
  return error;
}

/** Whether another connection holds the database: SQLite may be asked again. */
export function isBusy(cause: unknown): boolean {
  return codeOf(cause).startsWith('SQLITE_BUSY');
}

function reasonOf(cause: unknown): Reason | undefined {
  return Object.entries(REASONS).find(([start]) => codeOf(cause).startsWith(start))?.[1];
}

function codeOf(cause: unknown): string {
  return cause instanceof Database.SqliteError ? cause.code : '';
}
