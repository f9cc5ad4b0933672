import { RequestError } from '../errors.ts';
import { describeWriteFailure } from './writeFailure.ts';

/** The most calls that one transaction takes: a longer one would hold up every query meanwhile. */
const MAX_BATCH = 1_000;

export interface GroupCommitOptions {
  /** Calls that may wait; further ones are rejected at once. */
  readonly capacity: number;
  /** Runs last in each transaction, for what rides along with it. When it throws, nothing of the batch is stored. */
  readonly beforeCommit?: () => void;
}

/** One call: the write, what it did, and what follows once that is durable. */
interface Job {
  readonly write: () => unknown;
  readonly apply: (written: never) => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/**
 * Writes that arrive in one turn of the event loop share one transaction, and so one wait for the disk.
 * After the commit each is applied, in order, in the same turn; after the last one the promises settle.
 */
export class GroupCommit {
  readonly #transaction: <T>(work: () => T) => T;
  readonly #options: GroupCommitOptions;
  #queue: Job[] = [];
  #scheduled: NodeJS.Immediate | null = null;
  #closed = false;
  /** Of the latest batch, milliseconds: how long a call that finds the queue full should wait. */
  #batchTime = 10;

  constructor(transaction: <T>(work: () => T) => T, options: GroupCommitOptions) {
    this.#transaction = transaction;
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * @param write stores, inside the shared transaction; when it throws a RequestError, having stored nothing, it fails alone
   * @param apply runs once the write is durable; must not throw
   * @returns what `apply` returned
   */
  submit<T, R>(write: () => T, apply: (written: T) => R): Promise<R> {
    if (this.#closed) return Promise.reject(new RequestError('OVERLOADED', 'The server is stopping: try again.', { retryAfterMs: 1_000 }));
    if (this.#queue.length >= this.#options.capacity) return Promise.reject(this.#overloaded());
    return new Promise<R>((resolve, reject) => {
      this.#queue.push({ write, apply, resolve, reject });
      this.#schedule();
    });
  }

  /** Writes and applies everything that waits, now. */
  flush(): void {
    while (this.#queue.length > 0) this.#runBatch();
  }

  /** Writes what waits and takes no more. */
  close(): void {
    this.#closed = true;
    this.flush();
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
  }

  #schedule(): void {
    if (this.#scheduled !== null || this.#queue.length === 0) return;
    this.#scheduled = setImmediate(() => {
      this.#scheduled = null;
      this.#runBatch();
      this.#schedule();
    });
  }

  #runBatch(): void {
    const batch = this.#queue.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    const began = performance.now();
    let outcomes: Outcome[];
    try {
      outcomes = this.#transaction(() => {
        const written = batch.map(({ write }) => attempt(write));
        this.#options.beforeCommit?.();
        return written;
      });
    } catch (cause) {
      const error = describeWriteFailure(cause);
      for (const job of batch) job.reject(error);
      return;
    }
    const results = batch.map((job, position) => applyOutcome(job, outcomes[position]!));
    batch.forEach((job, position) => {
      const result = results[position]!;
      if (result.ok) job.resolve(result.value as never);
      else job.reject(result.error);
    });
    this.#batchTime = performance.now() - began;
  }

  #overloaded(): RequestError {
    const batches = Math.ceil(this.#queue.length / MAX_BATCH);
    const retryAfterMs = Math.max(50, Math.ceil(batches * this.#batchTime));
    return new RequestError('OVERLOADED', `${this.#queue.length} writes wait for the disk already: try again later.`, { retryAfterMs });
  }
}

/** Only the mistake of one caller is that call's own; everything else ends the transaction. */
function attempt(write: () => unknown): Outcome {
  try {
    return { ok: true, value: write() };
  } catch (error) {
    if (error instanceof RequestError) return { ok: false, error };
    throw error;
  }
}

/** The write is durable by now: a failure to apply it is reported to its caller, and the others go on. */
function applyOutcome(job: Job, outcome: Outcome): Outcome {
  if (!outcome.ok) return outcome;
  try {
    return { ok: true, value: job.apply(outcome.value as never) };
  } catch (error) {
    return { ok: false, error };
  }
}
