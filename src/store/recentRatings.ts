import type { Database, Statement } from 'better-sqlite3';
import type { Timestamp } from '../domain.ts';

/** A rating as its row holds it. */
export interface StoredRating {
  readonly rating: number;
  /** Null: unknown. */
  readonly rated_at: Timestamp | null;
  readonly recorded_at: Timestamp;
  readonly sequence: number;
}

/** A rating that counts, by keys. */
export type CurrentRow = [userKey: number, movieKey: number, rating: number, ratedAt: Timestamp | null, sequence: number];

/** What the newest event of a pair says. */
interface Recent {
  /** Null: withdrawn. */
  readonly stored: StoredRating | null;
  /** Whether the table has a row of the pair, which no longer counts. */
  readonly replaces: boolean;
}

type RatingEvent = [sequence: number, userKey: number, movieKey: number, rating: number | null, ratedAt: number | null, recordedAt: number];

/** Default of the events by which the table may lag: they are read at every start, and at every look that another process takes. */
export const MOST_RECENT = 16_384;

/**
 * What the events that the table `ratings` doesn't hold yet have made of it. Ratings come from users everywhere in that table, and
 * each of its pages that a rating changes has to reach the disk; some thousands at once, in its own order, change each page once.
 * The log has them all the while: nothing is lost with this object.
 */
export class RecentRatings {
  readonly #byUser = new Map<number, Map<number, Recent>>();
  /** Events since the table was up to date. */
  #events = 0;
  #added = 0;
  /** Whether what is held may differ from the log. */
  #stale = true;
  readonly #most: number;
  readonly #stored: Statement<[number, number], StoredRating>;
  readonly #upTo: Statement<[], number>;
  readonly #after: Statement<[number], RatingEvent>;
  readonly #last: Statement<[], number | null>;
  readonly #store: Statement<[number]>;
  readonly #delete: Statement<[number, number]>;
  readonly #moveUpTo: Statement<[number]>;

  /** @param most events by which the table may lag */
  constructor(db: Database, most: number) {
    this.#most = most;
    this.#stored = db.prepare('SELECT rating, rated_at, recorded_at, sequence FROM ratings WHERE user_key = ? AND movie_key = ?');
    this.#upTo = db.prepare<[], number>('SELECT sequence FROM ratings_upto').pluck();
    this.#after = db
      .prepare<[number], RatingEvent>(
        `SELECT sequence, user_key, movie_key, rating, rated_at, recorded_at FROM events
         WHERE sequence > ? AND kind IN ('rated', 'withdrawn') ORDER BY sequence`,
      )
      .raw();
    this.#last = db.prepare<[], number | null>('SELECT max(sequence) FROM events').pluck();
    this.#store = db.prepare(
      `INSERT INTO ratings (user_key, movie_key, rating, rated_at, recorded_at, sequence)
       SELECT user_key, movie_key, rating, rated_at, recorded_at, sequence FROM events
       WHERE sequence > ? AND kind = 'rated' ORDER BY user_key, movie_key, sequence
       ON CONFLICT DO UPDATE SET rating = excluded.rating, rated_at = excluded.rated_at, recorded_at = excluded.recorded_at,
       sequence = excluded.sequence`,
    );
    this.#delete = db.prepare('DELETE FROM ratings WHERE user_key = ? AND movie_key = ?');
    this.#moveUpTo = db.prepare('UPDATE ratings_upto SET sequence = ?');
  }

  /** Whether so much has come together that the table should follow. */
  get isDue(): boolean {
    this.#refresh();
    return this.#events >= this.#most;
  }

  /** Ratings that count, beyond those in the table; negative when more were withdrawn. */
  get added(): number {
    this.#refresh();
    return this.#added;
  }

  /** The rating of a pair that counts. */
  find(userKey: number, movieKey: number): StoredRating | null {
    this.#refresh();
    const recent = this.#byUser.get(userKey)?.get(movieKey);
    return recent === undefined ? (this.#stored.get(userKey, movieKey) ?? null) : recent.stored;
  }

  /** What is newer than the table, by movie. */
  ofUser(userKey: number): ReadonlyMap<number, Recent> {
    this.#refresh();
    return this.#byUser.get(userKey) ?? NONE;
  }

  /** Those that are newer than the table, oldest first. */
  ratings(): CurrentRow[] {
    this.#refresh();
    const rows: CurrentRow[] = [];
    for (const [userKey, ofUser] of this.#byUser) {
      for (const [movieKey, { stored }] of ofUser) {
        if (stored !== null) rows.push([userKey, movieKey, stored.rating, stored.rated_at, stored.sequence]);
      }
    }
    return rows.sort((left, right) => left[4] - right[4]);
  }

  /** What an event has made of a pair. @param stored null: withdrawn */
  put(userKey: number, movieKey: number, stored: StoredRating | null): void {
    this.#refresh();
    this.#fold(userKey, movieKey, stored);
  }

  /** As `put`, of a pair of which `find` has just found no rating. */
  add(userKey: number, movieKey: number, stored: StoredRating): void {
    const before = this.#byUser.get(userKey)?.get(movieKey);
    this.#note(userKey, movieKey, { stored, replaces: before?.replaces ?? false }, before);
  }

  /** Brings the table up to date, within the caller's transaction. */
  settle(): void {
    this.#refresh();
    if (this.#events > 0) {
      this.#store.run(this.#upTo.get()!);
      for (const [userKey, ofUser] of this.#byUser) {
        for (const [movieKey, { stored }] of ofUser) if (stored === null) this.#delete.run(userKey, movieKey);
      }
    }
    this.settled();
  }

  /** The table is up to date with the last event, within the caller's transaction. */
  settled(): void {
    this.#moveUpTo.run(this.#last.get() ?? 0);
    this.#clear();
  }

  /** What is held may not be so: a transaction was rolled back, or another process has written. The next look reads the log. */
  distrust(): void {
    this.#stale = true;
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#clear();
    for (const [sequence, userKey, movieKey, rating, rated_at, recorded_at] of this.#after.all(this.#upTo.get()!)) {
      this.#fold(userKey, movieKey, rating === null ? null : { rating, rated_at, recorded_at, sequence });
    }
    this.#stale = false;
  }

  #fold(userKey: number, movieKey: number, stored: StoredRating | null): void {
    const ofUser = this.#byUser.get(userKey);
    const before = ofUser?.get(movieKey);
    const replaces = before === undefined ? this.#stored.get(userKey, movieKey) !== undefined : before.replaces;
    this.#note(userKey, movieKey, { stored, replaces }, before);
  }

  #note(userKey: number, movieKey: number, recent: Recent, before: Recent | undefined): void {
    let ofUser = this.#byUser.get(userKey);
    if (ofUser === undefined) {
      ofUser = new Map();
      this.#byUser.set(userKey, ofUser);
    }
    ofUser.set(movieKey, recent);
    this.#events += 1;
    this.#added += addedBy(recent) - (before === undefined ? 0 : addedBy(before));
  }

  #clear(): void {
    this.#byUser.clear();
    this.#events = 0;
    this.#added = 0;
  }
}

const NONE: ReadonlyMap<number, Recent> = new Map();

/** What a pair adds to the number of rows in the table: 1, 0 or −1. */
export function addedBy({ stored, replaces }: Recent): number {
  return (stored === null ? 0 : 1) - (replaces ? 1 : 0);
}
