import type { Database, Statement } from 'better-sqlite3';
import type { LogEvent, RatingScale } from '../domain.ts';
import { EVENT_COLUMNS, type EventRow, fromRow, type NewEventRow, toRow } from './eventRow.ts';
import type { Keys } from './keys.ts';
import type { NewEvent, RatingLog } from './ratingLog.ts';

/** The log in the `events` table. */
export class EventLog implements RatingLog {
  readonly #keys: Keys;
  readonly #insert: Statement<NewEventRow>;
  readonly #slice: Statement<[number, number, number], EventRow>;
  readonly #last: Statement<[], number | null>;
  readonly #scale: Statement<[], string>;
  readonly #activated: Statement<[number], string>;

  constructor(db: Database, keys: Keys) {
    this.#keys = keys;
    this.#insert = db.prepare(`INSERT INTO events (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#slice = db
      .prepare<[number, number, number], EventRow>(
        `SELECT sequence, ${EVENT_COLUMNS} FROM events WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`,
      )
      .raw();
    this.#last = db.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck();
    this.#scale = db.prepare<[], string>("SELECT payload FROM events WHERE kind = 'scale' ORDER BY sequence DESC LIMIT 1").pluck();
    this.#activated = db
      .prepare<[number], string>("SELECT payload FROM events WHERE kind = 'activated' AND sequence <= ? ORDER BY sequence DESC LIMIT 1")
      .pluck();
  }

  append(events: readonly NewEvent[]): number[] {
    return events.map((event) => this.appendOne(event).sequence);
  }

  appendOne(event: NewEvent): LogEvent {
    const { lastInsertRowid } = this.#insert.run(...toRow(event, this.#keys));
    return { sequence: Number(lastInsertRowid), ...event };
  }

  read(after: number, limit: number, upTo = Number.MAX_SAFE_INTEGER): LogEvent[] {
    return this.#slice.all(after, upTo, limit).map((row) => fromRow(row, this.#keys));
  }

  /** 0 for an empty log. */
  lastSequence(): number {
    return this.#last.get() ?? 0;
  }

  /** The scale that was set last, null before the first. */
  scale(): RatingScale | null {
    const payload = this.#scale.get();
    return payload === undefined ? null : (JSON.parse(payload) as { scale: RatingScale }).scale;
  }

  /** The version that serves at `sequence`; 0 before the first activation. */
  activeAt(sequence: number): number {
    const payload = this.#activated.get(sequence);
    return payload === undefined ? 0 : (JSON.parse(payload) as { version: number }).version;
  }
}
