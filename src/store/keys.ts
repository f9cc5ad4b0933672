import type { Database, Statement } from 'better-sqlite3';

/**
 * The small integer keys of one table's ids, both ways, remembered after their first use.
 * A key made in a transaction that is rolled back must be dropped with it: see `settle`.
 */
export class KeyTable {
  readonly #keys = new Map<string, number>();
  readonly #ids = new Map<number, string>();
  readonly #unsettled: number[] = [];
  readonly #selectKey: Statement<[string], number>;
  readonly #selectId: Statement<[number], string>;
  readonly #insert: Statement<{ id: string }>;

  constructor(db: Database, table: 'users' | 'movies') {
    const key = table === 'users' ? 'user_key' : 'movie_key';
    this.#selectKey = db.prepare<[string], number>(`SELECT ${key} FROM ${table} WHERE id = ?`).pluck();
    this.#selectId = db.prepare<[number], string>(`SELECT id FROM ${table} WHERE ${key} = ?`).pluck();
    // A movie that nobody has described is called by its id.
    this.#insert = db.prepare(
      table === 'users' ? 'INSERT INTO users (id) VALUES (@id)' : 'INSERT INTO movies (id, title) VALUES (@id, @id)',
    );
  }

  /** @returns null for an id that has no row */
  find(id: string): number | null {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const stored = this.#selectKey.get(id);
    if (stored === undefined) return null;
    this.#remember(id, stored);
    return stored;
  }

  /** The key of an id; its row is made when there is none. */
  findOrCreate(id: string): number {
    const known = this.find(id);
    if (known !== null) return known;
    const key = Number(this.#insert.run({ id }).lastInsertRowid);
    this.#remember(id, key);
    this.#unsettled.push(key);
    return key;
  }

  idOf(key: number): string {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#selectId.get(key);
    if (id === undefined) throw new Error(`The log names key ${key}, which no row has.`);
    this.#remember(id, key);
    return id;
  }

  /** Ends a transaction: the keys that it made stay, or go with it. */
  settle(committed: boolean): void {
    if (!committed) {
      for (const key of this.#unsettled) {
        this.#keys.delete(this.#ids.get(key)!);
        this.#ids.delete(key);
      }
    }
    this.#unsettled.length = 0;
  }

  /** An id whose row is gone. */
  drop(id: string): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    this.#keys.delete(id);
    this.#ids.delete(key);
  }

  #remember(id: string, key: number): void {
    this.#keys.set(id, key);
    this.#ids.set(key, id);
  }
}

/** The two id worlds of the log. */
export interface Keys {
  readonly users: KeyTable;
  readonly movies: KeyTable;
}
