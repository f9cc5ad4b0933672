import { randomUUID } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import type { LogEvent, Timestamp } from '../domain.ts';
import type { EventLog } from './eventLog.ts';
import type { Keys } from './keys.ts';

/** Takes a user out of every table. What is left in the log says that somebody was forgotten, not who. */
export class Eraser {
  readonly #log: EventLog;
  readonly #keys: Keys;
  readonly #clock: () => Timestamp;
  readonly #ratings: Statement<[number]>;
  readonly #events: Statement<[number]>;
  readonly #user: Statement<[number]>;
  readonly #last: Statement<[], number | null>;
  readonly #truncate: () => void;

  constructor(db: Database, log: EventLog, keys: Keys, clock: () => Timestamp) {
    this.#log = log;
    this.#keys = keys;
    this.#clock = clock;
    this.#ratings = db.prepare('DELETE FROM ratings WHERE user_key = ?');
    // Stored answers and repeated requests go with their events.
    this.#events = db.prepare('DELETE FROM events WHERE user_key = ?');
    this.#user = db.prepare('DELETE FROM users WHERE user_key = ?');
    this.#last = db.prepare<[], number | null>("SELECT max(sequence) FROM events WHERE kind = 'forgotten'").pluck();
    this.#truncate = () => {
      db.pragma('wal_checkpoint(TRUNCATE)');
    };
  }

  /** @returns the event that says so; null for a user whom nobody has named */
  forget(userId: string): (LogEvent & { readonly body: { readonly kind: 'forgotten' } }) | null {
    const key = this.#keys.users.find(userId);
    if (key === null) return null;
    const ratings = this.#ratings.run(key).changes;
    this.#events.run(key);
    this.#user.run(key);
    const body = { kind: 'forgotten', ratings, token: randomUUID() } as const;
    return { ...this.#log.appendOne({ at: this.#clock(), requestId: null, body }), body };
  }

  /** The key of a forgotten user must not be found again; after the commit. */
  drop(userId: string): void {
    this.#keys.users.drop(userId);
  }

  /** Sequence of the newest such event; 0 without one. */
  lastForgotten(): number {
    return this.#last.get() ?? 0;
  }

  /** Overwrites what the write-ahead log still holds of erased rows. */
  truncateLog(): void {
    this.#truncate();
  }
}
