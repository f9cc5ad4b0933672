import type { Operation } from './operation.ts';
import { type AnswerError, ServerError, serverErrorOf } from './serverError.ts';
import { authorization, tokenWanted } from './session.ts';

/** How often an overloaded server is asked again before a person is. */
const TRIES = 3;
const DEFAULT_WAIT_MS = 1_000;

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly AnswerError[];
}

/**
 * One query or mutation. An overloaded server is asked again after the time that it names: it has refused before it did anything.
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
    if (error.code !== 'OVERLOADED' || attempt === TRIES) throw error;
    await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? DEFAULT_WAIT_MS));
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
