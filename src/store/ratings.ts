import type { Database, Statement } from 'better-sqlite3';
import type { LogEvent, Page, PageRequest, Rating, RatingInput, Timestamp, WithdrawInput } from '../domain.ts';
import { RequestError } from '../errors.ts';
import { cutPage, decodeCursor } from './cursor.ts';
import type { EventLog } from './eventLog.ts';
import type { Keys } from './keys.ts';
import { addedBy, type CurrentRow, type RecentRatings, type StoredRating } from './recentRatings.ts';
import { Requests } from './requests.ts';

/** A rating that nothing has replaced or withdrawn. */
export interface CurrentRating {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number;
  /** Null: unknown. */
  readonly ratedAt: Timestamp | null;
  readonly sequence: number;
}

/** What a write did. */
export interface Written {
  /** Of the event that says so: its own, or the one that it repeats. */
  readonly sequence: number;
  readonly duplicate: boolean;
  /** Null when the write was a duplicate: nothing changed. */
  readonly event: LogEvent | null;
}

interface RatingRow extends StoredRating {
  readonly movie_key: number;
}

/** The ratings as the log leaves them. Every write checks first and stores after: one that throws has stored nothing. */
export class RatingTable {
  readonly #log: EventLog;
  readonly #keys: Keys;
  readonly #clock: () => Timestamp;
  readonly #requests: Requests;
  readonly #recent: RecentRatings;
  readonly #page: Statement<[number, number, number], RatingRow>;
  readonly #current: Statement<[number, number], CurrentRow>;
  readonly #count: Statement<[], number>;
  readonly #countOfUser: Statement<[number], number>;

  constructor(db: Database, log: EventLog, recent: RecentRatings, keys: Keys, clock: () => Timestamp) {
    this.#log = log;
    this.#keys = keys;
    this.#clock = clock;
    this.#requests = new Requests(db, keys);
    this.#recent = recent;
    this.#page = db.prepare(
      `SELECT movie_key, rating, rated_at, recorded_at, sequence FROM ratings
       WHERE user_key = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?`,
    );
    // By way of the log, whose order it is: sorting the ratings themselves would need memory for all of them.
    this.#current = db
      .prepare<[number, number], CurrentRow>(
        `SELECT events.user_key, events.movie_key, ratings.rating, ratings.rated_at, events.sequence
         FROM events CROSS JOIN ratings USING (user_key, movie_key, sequence)
         WHERE events.kind = 'rated' AND events.sequence > ? ORDER BY events.sequence LIMIT ?`,
      )
      .raw();
    this.#count = db.prepare<[], number>('SELECT count(*) FROM ratings').pluck();
    this.#countOfUser = db.prepare<[number], number>('SELECT count(*) FROM ratings WHERE user_key = ?').pluck();
  }

  /** Stores a rating; the same user, movie and rating, or the same request, counts once. */
  rate(input: RatingInput): Written {
    const { userId, movieId, rating, requestId } = input;
    const repeated = requestId === null ? null : this.#requests.sequenceOf(requestId, { kind: 'rated', ...input });
    if (repeated !== null) return { sequence: repeated, duplicate: true, event: null };
    const stored = this.#find(userId, movieId);
    if (stored !== null && stored.rating === rating) {
      if (requestId !== null) this.#requests.remember(requestId, stored.sequence, input.ratedAt);
      return { sequence: stored.sequence, duplicate: true, event: null };
    }
    const event = this.#append(input, this.#clock(), stored === null);
    return { sequence: event.sequence, duplicate: false, event };
  }

  /** @throws RequestError NOT_FOUND when there is no such rating */
  withdraw({ userId, movieId, requestId }: WithdrawInput): Written {
    const asked = { kind: 'withdrawn', userId, movieId, rating: null, ratedAt: null } as const;
    const repeated = requestId === null ? null : this.#requests.sequenceOf(requestId, asked);
    if (repeated !== null) return { sequence: repeated, duplicate: true, event: null };
    if (this.#find(userId, movieId) === null) {
      throw new RequestError('NOT_FOUND', `User ${JSON.stringify(userId)} has no rating of movie ${JSON.stringify(movieId)}.`, {
        argument: 'movieId',
      });
    }
    const event = this.#log.appendOne({ at: this.#clock(), requestId, body: { kind: 'withdrawn', userId, movieId } });
    this.#recent.put(this.#keys.users.find(userId)!, this.#keys.movies.find(movieId)!, null);
    return { sequence: event.sequence, duplicate: false, event };
  }

  find(userId: string, movieId: string): Rating | null {
    const stored = this.#find(userId, movieId);
    return stored === null ? null : toRating(userId, movieId, stored);
  }

  /** Newest first; empty for an unknown user. */
  page(userId: string, request: PageRequest): Page<Rating> {
    const before = decodeCursor('rating', request.after, Number.MAX_SAFE_INTEGER);
    const userKey = this.#keys.users.find(userId) ?? 0;
    const recent = this.#recent.ofUser(userKey);
    const newer: RatingRow[] = [];
    let total = this.#countOfUser.get(userKey)!;
    for (const [movie_key, entry] of recent) {
      total += addedBy(entry);
      if (entry.stored !== null && entry.stored.sequence < before) newer.push({ movie_key, ...entry.stored });
    }
    const inTable = this.#page.all(userKey, before, request.first + 1 + recent.size);
    const rows = newer.sort((left, right) => right.sequence - left.sequence).concat(inTable.filter((row) => !recent.has(row.movie_key)));
    return cutPage(
      rows,
      request,
      total,
      'rating',
      (row) => row.sequence,
      (row) => toRating(userId, this.#keys.movies.idOf(row.movie_key), row),
    );
  }

  /** With a sequence above `after`, in the order of the log, at most `limit`. */
  current(after: number, limit: number): CurrentRating[] {
    return this.#currentRows(after, limit).map(([userKey, movieKey, rating, ratedAt, sequence]) => {
      return { userId: this.#keys.users.idOf(userKey), movieId: this.#keys.movies.idOf(movieKey), rating, ratedAt, sequence };
    });
  }

  count(): number {
    return this.#count.get()! + this.#recent.added;
  }

  #currentRows(after: number, limit: number): CurrentRow[] {
    const rows: CurrentRow[] = [];
    for (let from = after; ; ) {
      const inTable = this.#current.all(from, limit);
      rows.push(...inTable.filter(([userKey, movieKey]) => !this.#recent.ofUser(userKey).has(movieKey)));
      if (rows.length >= limit) return rows.slice(0, limit);
      if (inTable.length < limit) break;
      from = inTable.at(-1)![4];
    }
    rows.push(...this.#recent.ratings().filter(([, , , , sequence]) => sequence > after));
    return rows.slice(0, limit);
  }

  #append({ userId, movieId, rating, ratedAt, requestId, onboarding = false }: RatingInput, at: Timestamp, isNew: boolean): LogEvent {
    const body = { kind: 'rated', userId, movieId, rating, ratedAt: ratedAt ?? at } as const;
    const event = this.#log.appendOne({ at, requestId, body: onboarding ? { ...body, onboarding } : body });
    const stored = { rating, rated_at: body.ratedAt, recorded_at: at, sequence: event.sequence };
    this.#recent[isNew ? 'add' : 'put'](this.#keys.users.find(userId)!, this.#keys.movies.find(movieId)!, stored);
    return event;
  }

  #find(userId: string, movieId: string): StoredRating | null {
    const userKey = this.#keys.users.find(userId);
    const movieKey = userKey === null ? null : this.#keys.movies.find(movieId);
    return userKey === null || movieKey === null ? null : this.#recent.find(userKey, movieKey);
  }
}

/** A rating whose time is unknown shows when it was recorded. */
function toRating(userId: string, movieId: string, stored: StoredRating): Rating {
  return { userId, movieId, rating: stored.rating, ratedAt: stored.rated_at ?? stored.recorded_at, sequence: stored.sequence };
}
