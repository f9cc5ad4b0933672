import type { Database, Statement } from 'better-sqlite3';
import type { RatingColumns, Timestamp } from '../domain.ts';
import type { Keys, KeyTable } from './keys.ts';
import type { RecentRatings } from './recentRatings.ts';

/** What became of the rows of an import. */
export interface ImportCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** Rows of one INSERT: one call into SQLite for a hundred ratings costs a fraction of a hundred calls. */
const ROWS = 100;
/** For pages that are visited in order and not again, a larger one is a waste; KiB. */
const CACHE = 16_384;
/** Values of one row: user, movie, rating, time. */
const VALUES = 4;

interface Stored {
  readonly rating: number;
  readonly rated_at: number | null;
}

/** What is known of a user during an import. */
const [UNKNOWN, WITHOUT_RATINGS, WITH_RATINGS] = [0, 1, 2];

/**
 * One import of ratings, a batch of rows at a time; no user and movie may occur in it twice. It is made for speed, and yet does what
 * single ratings would do: the same events in the same order, the same rows. A stored rating known to be newer stays, so that a second
 * import changes nothing. After a batch that failed it must not be used any more.
 */
export class RatingImport {
  readonly #ratings: RatingColumns;
  readonly #db: Database;
  readonly #recent: RecentRatings;
  readonly #keys: Keys;
  readonly #clock: () => Timestamp;
  readonly #transaction: (work: () => void) => void;
  readonly #select: Statement<[number, number], Stored>;
  readonly #hasRatings: Statement<[number], number>;
  readonly #last: Statement<[], number | null>;
  readonly #delete: Statement<[number, number]>;
  readonly #settle: Statement<[number]>;
  readonly #userKeys: Int32Array; // [users] 0: not asked for yet
  readonly #movieKeys: Int32Array; // [movies]
  /** [users] Whether they had ratings when this import first met them: those without need not be looked up one by one. */
  readonly #met: Uint8Array;

  constructor(
    ratings: RatingColumns,
    db: Database,
    recent: RecentRatings,
    keys: Keys,
    clock: () => Timestamp,
    transaction: (work: () => void) => void,
  ) {
    this.#ratings = ratings;
    this.#db = db;
    this.#recent = recent;
    this.#keys = keys;
    this.#clock = clock;
    this.#transaction = transaction;
    this.#select = db.prepare('SELECT rating, rated_at FROM ratings WHERE user_key = ? AND movie_key = ?');
    this.#hasRatings = db.prepare<[number], number>('SELECT EXISTS (SELECT 1 FROM ratings WHERE user_key = ?)').pluck();
    this.#last = db.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck();
    this.#delete = db.prepare('DELETE FROM ratings WHERE user_key = ? AND movie_key = ?');
    // In the order of the primary key, so that a batch visits each page of the table once. FAIL, because SQLite otherwise keeps the
    // pages as they were in memory, to undo this statement alone; a failure undoes the whole transaction anyway.
    this.#settle = db.prepare(
      `INSERT OR FAIL INTO ratings (user_key, movie_key, rating, rated_at, recorded_at, sequence)
       SELECT user_key, movie_key, rating, rated_at, recorded_at, sequence FROM events WHERE sequence > ? ORDER BY user_key, movie_key`,
    );
    this.#userKeys = new Int32Array(ratings.users.length);
    this.#movieKeys = new Int32Array(ratings.movies.length);
    transaction(() => recent.settle());
    const isEmpty = db.prepare('SELECT 1 FROM ratings LIMIT 1').get() === undefined;
    this.#met = new Uint8Array(ratings.users.length).fill(isEmpty ? WITHOUT_RATINGS : UNKNOWN);
  }

  /**
   * Stores rows in one transaction: events in their order, and the ratings that follow from them.
   * @param rows numbers of rows of the columns
   */
  add(rows: Uint32Array): ImportCounts {
    const counts = { added: 0, changed: 0, unchanged: 0 };
    // Each row's keys have just been found or made, so SQLite need not look both up again for both tables: that halves the time.
    // Inside a transaction that is already open this setting can't change, and the checks stay.
    this.#db.pragma('foreign_keys = OFF');
    const cache = this.#db.pragma('cache_size', { simple: true }) as number;
    this.#db.pragma(`cache_size = ${-CACHE}`);
    try {
      this.#transaction(() => {
        this.#recent.settle();
        const before = this.#last.get() ?? 0;
        this.#appendEvents(rows, counts);
        this.#settle.run(before);
        this.#recent.settled();
      });
    } finally {
      this.#db.pragma(`cache_size = ${cache}`);
      this.#db.pragma('foreign_keys = ON');
    }
    return counts;
  }

  #appendEvents(rows: Uint32Array, counts: Record<keyof ImportCounts, number>): void {
    const { users, movies, levels, u, i, level, time } = this.#ratings;
    const at = this.#clock();
    const insert = this.#insertOf(ROWS, at);
    let values: (number | null)[] = [];
    for (const row of rows) {
      const [user, rating, ratedAt] = [u[row]!, levels[level[row]!]!, Number.isNaN(time[row]!) ? null : time[row]!];
      const userKey = keyOf(this.#keys.users, this.#userKeys, user, users);
      const movieKey = keyOf(this.#keys.movies, this.#movieKeys, i[row]!, movies);
      const outcome = this.#mayBeStored(user, userKey) ? this.#outcome(userKey, movieKey, rating, ratedAt) : 'added';
      counts[outcome] += 1;
      if (outcome === 'unchanged') continue;
      if (outcome === 'changed') this.#delete.run(userKey, movieKey);
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
      `INSERT OR FAIL INTO events (kind, user_key, movie_key, rating, rated_at, recorded_at) VALUES ${Array(rows).fill(row).join(', ')}`,
    );
  }

  #mayBeStored(user: number, userKey: number): boolean {
    if (this.#met[user] === UNKNOWN) this.#met[user] = this.#hasRatings.get(userKey) === 1 ? WITH_RATINGS : WITHOUT_RATINGS;
    return this.#met[user] === WITH_RATINGS;
  }

  #outcome(userKey: number, movieKey: number, rating: number, ratedAt: Timestamp | null): keyof ImportCounts {
    const stored = this.#select.get(userKey, movieKey);
    if (stored === undefined) return 'added';
    const older = stored.rated_at !== null && (ratedAt === null || ratedAt < stored.rated_at);
    return stored.rating === rating || older ? 'unchanged' : 'changed';
  }
}

/** @param known keys by number, filled as they are asked for */
function keyOf(table: KeyTable, known: Int32Array, number: number, ids: readonly string[]): number {
  if (known[number] === 0) known[number] = table.findOrCreate(ids[number]!);
  return known[number]!;
}
