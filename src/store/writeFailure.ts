import Database from 'better-sqlite3';
import { RequestError } from '../errors.ts';

/** What callers are told when a transaction failed: nothing of it was stored. The original error is the `cause`. */
export function describeWriteFailure(cause: unknown): RequestError {
  const code = cause instanceof Database.SqliteError ? cause.code : '';
  const error = code.startsWith('SQLITE_BUSY')
    ? new RequestError('OVERLOADED', 'The database is held by another program, nothing was stored: try again.', { retryAfterMs: 1_000 })
    : new RequestError('INTERNAL_SERVER_ERROR', `${reasonOf(code)}, nothing was stored.`);
  error.cause = cause;
  return error;
}

function reasonOf(code: string): string {
  if (code === 'SQLITE_FULL') return 'The disk is full';
  if (code.startsWith('SQLITE_IOERR')) return 'The disk failed';
  if (code.startsWith('SQLITE_READONLY')) return 'The database may only be read';
  if (code.startsWith('SQLITE_CORRUPT')) return 'The database is damaged';
  return 'The write failed';
}
