import { randomUUID } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import type { LogEvent, Timestamp } from '../domain.ts';
import type { EventLog } from './eventLog.ts';
import type { Keys } from './keys.ts';
import type { RecentRatings } from './recentRatings.ts';

/** Takes a user out of every table. What is left in the log says that somebody was forgotten, not who. */
export class Eraser {
  readonly #log: EventLog;
  readonly #keys: Keys;
  readonly #clock: () => Timestamp;
  readonly #recent: RecentRatings;
  readonly #ratings: Statement<[number]>;
  readonly #events: Statement<[number]>;
  readonly #user: Statement<[number]>;
  readonly #last: Statement<[], number | null>;
  readonly #truncate: () => boolean;

  constructor(db: Database, log: EventLog, recent: RecentRatings, keys: Keys, clock: () => Timestamp) {
    this.#log = log;
    this.#recent = recent;
    this.#keys = keys;
    this.#clock = clock;
    this.#ratings = db.prepare('DELETE FROM ratings WHERE user_key = ?');
    // Stored answers and repeated requests go with their events.
    this.#events = db.prepare('DELETE FROM events WHERE user_key = ?');
    this.#user = db.prepare('DELETE FROM users WHERE user_key = ?');
    this.#last = db.prepare<[], number | null>("SELECT max(sequence) FROM events WHERE kind = 'forgotten'").pluck();
    this.#truncate = () => {
      const patience = db.pragma('busy_timeout', { simple: true }) as number;
      // A program that reads may do so for minutes, and this process would stand still for as long as it waits.
      db.pragma('busy_timeout = 0');
      try {
        return db.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;
      } finally {
        db.pragma(`busy_timeout = ${patience}`);
      }
    };
  }

  /** @returns the event that says so; null for a user whom nobody has named */
  forget(userId: string): (LogEvent & { readonly body: { readonly kind: 'forgotten' } }) | null {
    const key = this.#keys.users.find(userId);
    if (key === null) return null;
    this.#recent.settle();
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

  /** Empties the write-ahead log, which still holds erased rows. @returns false when somebody reads it: try again */
  truncateLog(): boolean {
    return this.#truncate();
  }
}
