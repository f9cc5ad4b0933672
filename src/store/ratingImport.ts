import type { Database, Statement } from 'better-sqlite3';
import type { Timestamp } from '../domain.ts';
import type { Keys } from './keys.ts';

/** A rating as imported: without a request id, its time possibly unknown. */
export interface ImportedRating {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number;
  readonly ratedAt: Timestamp | null;
}

/** What became of the rows of an import. */
export interface ImportCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** Rows of one INSERT: one call into SQLite for a hundred ratings costs a fraction of a hundred calls. */
const ROWS = 100;
/** Values of one row: user, movie, rating, time. */
const VALUES = 4;

interface Stored {
  readonly rating: number;
  readonly rated_at: number | null;
}

/**
 * One import of ratings in batches; no user and movie may occur in it twice. It is made for speed, and yet does what single
 * ratings would do: the same events in the same order, the same rows. A stored rating known to be newer stays, so that a second
 * import changes nothing. After a batch that failed it must not be used any more.
 */
export class RatingImport {
  readonly #db: Database;
  readonly #keys: Keys;
  readonly #clock: () => Timestamp;
  readonly #transaction: (work: () => void) => void;
  readonly #select: Statement<[number, number], Stored>;
  readonly #hasRatings: Statement<[number], number>;
  readonly #last: Statement<[], number | null>;
  readonly #settle: Statement<[number]>;
  /** Nothing was stored when the import began, so nothing of it can be stored yet. */
  readonly #startedEmpty: boolean;
  /** By user key: whether the user had ratings when this import first met them. Those without need not be looked up one by one. */
  readonly #known = new Map<number, boolean>();

  constructor(db: Database, keys: Keys, clock: () => Timestamp, transaction: (work: () => void) => void) {
    this.#db = db;
    this.#keys = keys;
    this.#clock = clock;
    this.#transaction = transaction;
    this.#select = db.prepare('SELECT rating, rated_at FROM ratings WHERE user_key = ? AND movie_key = ?');
    this.#hasRatings = db.prepare<[number], number>('SELECT EXISTS (SELECT 1 FROM ratings WHERE user_key = ?)').pluck();
    this.#last = db.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck();
    // In the order of the primary key, so that a batch visits each page of the table once.
    this.#settle = db.prepare(
      `INSERT INTO ratings (user_key, movie_key, rating, rated_at, recorded_at, sequence)
       SELECT user_key, movie_key, rating, rated_at, recorded_at, sequence FROM events WHERE sequence > ? ORDER BY user_key, movie_key, sequence
       ON CONFLICT DO UPDATE SET rating = excluded.rating, rated_at = excluded.rated_at, recorded_at = excluded.recorded_at,
       sequence = excluded.sequence`,
    );
    this.#startedEmpty = db.prepare('SELECT 1 FROM ratings LIMIT 1').get() === undefined;
  }

  /** Stores a batch in one transaction: events in the order of the rows, and the ratings that follow from them. */
  add(batch: Iterable<ImportedRating>): ImportCounts {
    const counts = { added: 0, changed: 0, unchanged: 0 };
    // Each row's keys have just been found or made, so SQLite need not look both up again for both tables: that halves the time.
    // Inside a transaction that is already open this setting can't change, and the checks stay.
    this.#db.pragma('foreign_keys = OFF');
    try {
      this.#transaction(() => {
        const before = this.#last.get() ?? 0;
        this.#appendEvents(batch, counts);
        this.#settle.run(before);
      });
    } finally {
      this.#db.pragma('foreign_keys = ON');
    }
    return counts;
  }

  #appendEvents(batch: Iterable<ImportedRating>, counts: Record<keyof ImportCounts, number>): void {
    const at = this.#clock();
    const insert = this.#insertOf(ROWS, at);
    let values: (number | null)[] = [];
    for (const { userId, movieId, rating, ratedAt } of batch) {
      const userKey = this.#keys.users.findOrCreate(userId);
      const movieKey = this.#keys.movies.findOrCreate(movieId);
      const outcome = this.#outcome(userKey, movieKey, rating, ratedAt);
      counts[outcome] += 1;
      if (outcome === 'unchanged') continue;
      values.push(userKey, movieKey, rating, ratedAt);
      if (values.length < ROWS * VALUES) continue;
      insert.run(values);
      values = [];
    }
    if (values.length > 0) this.#insertOf(values.length / VALUES, at).run(values);
  }

  #insertOf(rows: number, at: Timestamp): Statement<[(number | null)[]]> {
    const row = `('rated', ?, ?, ?, ?, ${at})`;
    return this.#db.prepare<[(number | null)[]]>(
      `INSERT INTO events (kind, user_key, movie_key, rating, rated_at, recorded_at) VALUES ${Array(rows).fill(row).join(', ')}`,
    );
  }

  #outcome(userKey: number, movieKey: number, rating: number, ratedAt: Timestamp | null): keyof ImportCounts {
    if (!this.#mayBeStored(userKey)) return 'added';
    const stored = this.#select.get(userKey, movieKey);
    if (stored === undefined) return 'added';
    const older = stored.rated_at !== null && (ratedAt === null || ratedAt < stored.rated_at);
    return stored.rating === rating || older ? 'unchanged' : 'changed';
  }

  #mayBeStored(userKey: number): boolean {
    if (this.#startedEmpty) return false;
    let known = this.#known.get(userKey);
    if (known === undefined) {
      known = this.#hasRatings.get(userKey) === 1;
      this.#known.set(userKey, known);
    }
    return known;
  }
}
