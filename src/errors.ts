/** Every failure that a caller can meet, by the code that programs read. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'OVERLOADED'
  | 'INTERNAL_SERVER_ERROR';

export interface ErrorDetails {
  /** The argument at fault, with BAD_USER_INPUT. */
  readonly argument?: string;
  /** When to try again, with OVERLOADED and RATE_LIMITED; milliseconds. */
  readonly retryAfterMs?: number;
}

/** A failure of a request: one line that says what is wrong and what to do, and a code. */
export class RequestError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.details = details;
  }
}

/** An argument that the caller must change. Nothing was stored. */
export function badInput(argument: string, message: string): RequestError {
  return new RequestError('BAD_USER_INPUT', message, { argument });
}

/** A command that can't go on: printed as one line, without a stack trace. */
export class CommandError extends Error {
  readonly exitCode: 1 | 2;

  /** @param exitCode 1: it failed; 2: it was called wrongly */
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
