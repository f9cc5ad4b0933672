import type { Database, Statement } from 'better-sqlite3';
import type { LogEvent, Page, PageRequest, Timestamp, UserPatch, UserRecord } from '../domain.ts';
import { cutPage, decodeCursor } from './cursor.ts';
import type { EventLog } from './eventLog.ts';

export interface UserRow extends UserRecord {
  readonly user_key: number;
}

/** Sorts after every id that starts with the same prefix. */
const LAST_CHARACTER = '\u{10FFFF}';

/** The users as the log leaves them. */
export class UserTable {
  readonly #log: EventLog;
  readonly #clock: () => Timestamp;
  readonly #select: Statement<[string], UserRow>;
  readonly #page: Statement<[number, number], UserRow>;
  readonly #pageOfPrefix: Statement<[string, string, number, number], UserRow>;
  readonly #count: Statement<[], number>;
  readonly #countOfPrefix: Statement<[string, string], number>;
  readonly #update: Statement<[number | null, string | null, string | null, string]>;

  constructor(db: Database, log: EventLog, clock: () => Timestamp) {
    this.#log = log;
    this.#clock = clock;
    this.#select = db.prepare('SELECT * FROM users WHERE id = ?');
    this.#page = db.prepare('SELECT * FROM users WHERE user_key > ? ORDER BY user_key LIMIT ?');
    this.#pageOfPrefix = db.prepare('SELECT * FROM users WHERE id >= ? AND id < ? AND user_key > ? ORDER BY user_key LIMIT ?');
    this.#count = db.prepare<[], number>('SELECT count(*) FROM users').pluck();
    this.#countOfPrefix = db.prepare<[string, string], number>('SELECT count(*) FROM users WHERE id >= ? AND id < ?').pluck();
    this.#update = db.prepare('UPDATE users SET age = ?, gender = ?, occupation = ? WHERE id = ?');
  }

  find(id: string): UserRecord | null {
    const row = this.#select.get(id);
    return row === undefined ? null : toUserRecord(row);
  }

  /** Merges the patch and logs the whole record; a patch that changes nothing logs nothing. */
  put(patch: UserPatch): { event: LogEvent | null; user: UserRecord } {
    const before = this.find(patch.id);
    const user: UserRecord = {
      id: patch.id,
      age: patch.age === undefined ? (before?.age ?? null) : patch.age,
      gender: patch.gender === undefined ? (before?.gender ?? null) : patch.gender,
      occupation: patch.occupation === undefined ? (before?.occupation ?? null) : patch.occupation,
    };
    if (before !== null && JSON.stringify(before) === JSON.stringify(user)) return { event: null, user: before };
    const event = this.#log.appendOne({ at: this.#clock(), requestId: null, body: { kind: 'userPut', user } });
    this.#update.run(user.age, user.gender, user.occupation, user.id);
    return { event, user };
  }

  /** @param prefix users whose id starts with it, letter case included; empty: all */
  page(request: PageRequest, prefix: string): Page<UserRecord> {
    const after = decodeCursor('user', request.after, 0);
    const end = prefix + LAST_CHARACTER;
    const limit = request.first + 1;
    const rows = prefix === '' ? this.#page.all(after, limit) : this.#pageOfPrefix.all(prefix, end, after, limit);
    const total = prefix === '' ? this.count() : this.#countOfPrefix.get(prefix, end)!;
    return cutPage(rows, request, total, 'user', (row) => row.user_key, toUserRecord);
  }

  count(): number {
    return this.#count.get()!;
  }
}

export function toUserRecord({ id, age, gender, occupation }: UserRow): UserRecord {
  return { id, age, gender, occupation };
}
