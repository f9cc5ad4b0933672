import type { Operation } from './operation.ts';
import { type AnswerError, ServerError, serverErrorOf } from './serverError.ts';
import { authorization, tokenWanted } from './session.ts';

/** How often a server that has refused for want of room is asked again before a person is, and how long that may take each time. */
const TRIES = 3;
const LONGEST_WAIT_MS = 5_000;
const DEFAULT_WAIT_MS = 1_000;
const FOR_WANT_OF_ROOM = new Set(['OVERLOADED', 'RATE_LIMITED']);

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly AnswerError[];
}

/**
 * One query or mutation. A server without room is asked again after the time that it names: it has refused before it did anything.
 * @throws ServerError
 */
export async function request<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const { data, errors = [] } = await ask<Result>(operation.text, variables, signal);
    const [first] = errors;
    if (first === undefined && data != null) return data;
    const error = first === undefined ? ServerError.garbled() : serverErrorOf(first);
    if (error.code === 'UNAUTHENTICATED') tokenWanted.value = true;
    const wait = error.retryAfterMs ?? DEFAULT_WAIT_MS;
    if (!FOR_WANT_OF_ROOM.has(error.code) || attempt === TRIES || wait > LONGEST_WAIT_MS) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
    signal?.throwIfAborted();
  }
}

async function ask<Result>(query: string, variables: unknown, signal: AbortSignal | undefined): Promise<Answer<Result>> {
  let response: Response;
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...authorization() },
      body: JSON.stringify({ query, variables }),
      signal: signal ?? null,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof TypeError ? ServerError.away() : error;
  }
  try {
    return (await response.json()) as Answer<Result>;
  } catch {
    signal?.throwIfAborted();
    throw ServerError.garbled();
  }
}
