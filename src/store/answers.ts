import type { Database, Statement } from 'better-sqlite3';

export interface AnswerRow {
  readonly sequence: number;
  readonly payload: string;
}

/** What events were answered with, kept for a repetition of their request. */
export class AnswerTable {
  readonly #save: Statement<AnswerRow>;
  readonly #select: Statement<[number], string>;

  constructor(db: Database) {
    // An answer comes one commit after its event, which may have been erased meanwhile: then there is nothing to keep.
    this.#save = db.prepare(`
      INSERT OR REPLACE INTO answers (sequence, payload)
      SELECT @sequence, @payload WHERE EXISTS (SELECT 1 FROM events WHERE sequence = @sequence)`);
    this.#select = db.prepare<[number], string>('SELECT payload FROM answers WHERE sequence = ?').pluck();
  }

  save(rows: readonly AnswerRow[]): void {
    for (const row of rows) this.#save.run(row);
  }

  find(sequence: number): string | null {
    return this.#select.get(sequence) ?? null;
  }
}
