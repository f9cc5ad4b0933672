import { signal } from '@preact/signals';
import { type Client, createClient } from 'graphql-ws';
import type { Operation } from './operation.ts';
import { type AnswerError, serverErrorOf } from './serverError.ts';
import { authorization, epoch, tokenWanted } from './session.ts';

/** Whether news arrives by itself. */
export const connection = signal<'connecting' | 'open' | 'lost'>('connecting');

const LONGEST_PAUSE_MS = 5_000;
/** An ended subscription is asked for again after this long. */
const RESUBSCRIBE_MS = 1_000;
const UNAUTHORIZED = new Set([4401, 4403]);

let client: Client | undefined;

/** One socket for the whole page, opened by the first subscription, and again whenever it is lost. */
function socket(): Client {
  client ??= createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: () => authorization(),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => !tokenWanted.value,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_PAUSE_MS, 250 * 2 ** retries))),
    on: {
      connected: () => {
        const wasLost = connection.value === 'lost';
        connection.value = 'open';
        if (wasLost) epoch.value += 1;
      },
      closed: (event) => {
        const refused = event instanceof CloseEvent && UNAUTHORIZED.has(event.code);
        // Who is asked for a token has not lost the server.
        connection.value = refused ? 'connecting' : 'lost';
        if (refused) tokenWanted.value = true;
      },
    },
  });
  return client;
}

/**
 * Hears a subscription for as long as it is wanted, through every loss of the connection.
 * @param onStart called each time that it begins anew, when values may have been missed
 * @returns ends it
 */
export function subscribe<Result, Variables extends Record<string, unknown>>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  onValue: (value: Result) => void,
  onStart: () => void = () => undefined,
): () => void {
  let wanted = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let end: () => void = () => undefined;
  const start = () => {
    if (tokenWanted.value) return again();
    onStart();
    end = socket().subscribe<Result>(
      { query: operation.text, variables },
      {
        next: ({ data, errors }) => {
          if (errors?.[0] !== undefined) noteRefusal(errors[0]);
          if (data != null) onValue(data);
        },
        error: (error) => {
          if (Array.isArray(error) && noteRefusal(error[0] as AnswerError) === 'FORBIDDEN') return;
          again();
        },
        complete: () => again(),
      },
    );
  };
  const again = () => {
    if (wanted) timer = setTimeout(start, RESUBSCRIBE_MS);
  };
  start();
  const stopHearing = socket().on('connected', (_socket, _payload, wasRetrying) => {
    if (wasRetrying) onStart();
  });
  return () => {
    wanted = false;
    clearTimeout(timer);
    stopHearing();
    end();
  };
}

/** @returns its code; whoever may not listen is not let in for asking again */
function noteRefusal(error: AnswerError): string {
  const { code } = serverErrorOf(error);
  if (code === 'UNAUTHENTICATED') tokenWanted.value = true;
  return code;
}
