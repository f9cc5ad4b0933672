import { useEffect, useRef } from 'preact/hooks';
import { request } from '../graphql/request.ts';
import { ServerError } from '../graphql/serverError.ts';
import { subscribe } from '../graphql/socket.ts';
import { currentSequence, missedUpdates, type UpdateFragment, updated } from '../graphql/updates.operations.ts';

type Update = UpdateFragment;
type Listener = (updates: readonly Update[]) => void;

/** News is told in batches, so that a stream of ratings draws the page a few times a second and no more. */
const BATCH_MS = 200;
/** A subscription that was just sent hears everything after this long; what came before is asked for then. */
const SETTLED_MS = 300;
const RETRY_MS = 2_000;
const MISSED_PAGE = 1_000;

const listeners = new Set<Listener>();
let waiting: Update[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
/** The newest sequence that listeners know or will hear of; null before the first connection. */
let newest: number | null = null;
let catchingUp = false;

/** Listens to the server from now on; called once, when the page starts. */
export function startFeed(): void {
  subscribe(updated, {}, ({ modelUpdated }) => take(modelUpdated), catchUpSoon);
}

/** Every move of the model, in the order of the log and each once, in batches; also what a lost connection missed. */
export function useUpdates(listener: Listener): void {
  const newestListener = useRef(listener);
  newestListener.current = listener;
  useEffect(() => {
    const hear: Listener = (updates) => newestListener.current(updates);
    listeners.add(hear);
    return () => {
      listeners.delete(hear);
    };
  }, []);
}

function take(update: Update): void {
  waiting.push(update);
  if (!catchingUp) tellSoon();
}

function tellSoon(): void {
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    if (catchingUp) return;
    const updates = waiting;
    waiting = [];
    newest = updates.reduce((most, { sequence }) => Math.max(most, sequence), newest ?? 0);
    for (const listener of listeners) listener(updates);
  }, BATCH_MS);
}

function catchUpSoon(): void {
  if (catchingUp) return;
  catchingUp = true;
  const attempt = () => {
    catchUp().then(
      () => {
        catchingUp = false;
        if (waiting.length > 0) tellSoon();
      },
      (error: unknown) => {
        if (!(error instanceof ServerError)) throw error;
        setTimeout(attempt, RETRY_MS);
      },
    );
  };
  setTimeout(attempt, SETTLED_MS);
}

/** Puts what was missed before what has arrived since. */
async function catchUp(): Promise<void> {
  if (newest === null) {
    newest = (await request(currentSequence, {})).model.sequence;
    return;
  }
  const missed: Update[] = [];
  for (let after = newest; ; after = missed.at(-1)!.sequence) {
    const { updates } = await request(missedUpdates, { after, first: MISSED_PAGE });
    missed.push(...updates);
    if (updates.length < MISSED_PAGE) break;
  }
  const last = missed.at(-1)?.sequence ?? newest;
  waiting = [...missed, ...waiting.filter(({ sequence, kind }) => sequence > last || kind === 'TRAINED')];
}
