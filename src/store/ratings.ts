import type { Database, Statement } from 'better-sqlite3';
import type { LogEvent, Page, PageRequest, Rating, RatingInput, Timestamp, WithdrawInput } from '../domain.ts';
import { RequestError } from '../errors.ts';
import { cutPage, decodeCursor } from './cursor.ts';
import type { EventLog } from './eventLog.ts';
import type { Keys } from './keys.ts';
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

interface Stored {
  readonly rating: number;
  readonly rated_at: number | null;
  readonly recorded_at: number;
  readonly sequence: number;
}

interface RatingRow extends Stored {
  readonly id: string;
}

/** The ratings as the log leaves them. Every write checks first and stores after: one that throws has stored nothing. */
export class RatingTable {
  readonly #log: EventLog;
  readonly #keys: Keys;
  readonly #clock: () => Timestamp;
  readonly #requests: Requests;
  readonly #select: Statement<[number, number], Stored>;
  readonly #upsert: Statement<[number, number, number, number | null, number, number]>;
  readonly #delete: Statement<[number, number]>;
  readonly #page: Statement<[number, number, number], RatingRow>;
  readonly #current: Statement<
    [number, number],
    [userKey: number, movieKey: number, rating: number, ratedAt: number | null, sequence: number]
  >;
  readonly #count: Statement<[], number>;
  readonly #countOfUser: Statement<[number], number>;

  constructor(db: Database, log: EventLog, keys: Keys, clock: () => Timestamp) {
    this.#log = log;
    this.#keys = keys;
    this.#clock = clock;
    this.#requests = new Requests(db, keys);
    this.#select = db.prepare('SELECT rating, rated_at, recorded_at, sequence FROM ratings WHERE user_key = ? AND movie_key = ?');
    this.#upsert = db.prepare(
      `INSERT INTO ratings (user_key, movie_key, rating, rated_at, recorded_at, sequence) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET rating = excluded.rating, rated_at = excluded.rated_at, recorded_at = excluded.recorded_at,
       sequence = excluded.sequence`,
    );
    this.#delete = db.prepare('DELETE FROM ratings WHERE user_key = ? AND movie_key = ?');
    this.#page = db.prepare(
      `SELECT movies.id, rating, rated_at, recorded_at, sequence FROM ratings JOIN movies USING (movie_key)
       WHERE user_key = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?`,
    );
    // By way of the log, whose order it is: sorting the ratings themselves would need memory for all of them.
    this.#current = db
      .prepare<[number, number], [number, number, number, number | null, number]>(
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
    if (stored?.rating === rating) {
      if (requestId !== null) this.#requests.remember(requestId, stored.sequence, input.ratedAt);
      return { sequence: stored.sequence, duplicate: true, event: null };
    }
    const event = this.#append(input, this.#clock());
    return { sequence: event.sequence, duplicate: false, event };
  }

  /** @throws RequestError NOT_FOUND when there is no such rating */
  withdraw({ userId, movieId, requestId }: WithdrawInput): Written {
    const asked = { kind: 'withdrawn', userId, movieId, rating: null, ratedAt: null } as const;
    const repeated = requestId === null ? null : this.#requests.sequenceOf(requestId, asked);
    if (repeated !== null) return { sequence: repeated, duplicate: true, event: null };
    if (this.#find(userId, movieId) === undefined) {
      throw new RequestError('NOT_FOUND', `User ${JSON.stringify(userId)} has no rating of movie ${JSON.stringify(movieId)}.`, {
        argument: 'movieId',
      });
    }
    const event = this.#log.appendOne({ at: this.#clock(), requestId, body: { kind: 'withdrawn', userId, movieId } });
    this.#delete.run(this.#keys.users.find(userId)!, this.#keys.movies.find(movieId)!);
    return { sequence: event.sequence, duplicate: false, event };
  }

  find(userId: string, movieId: string): Rating | null {
    const stored = this.#find(userId, movieId);
    return stored === undefined ? null : toRating(userId, movieId, stored);
  }

  /** Newest first; empty for an unknown user. */
  page(userId: string, request: PageRequest): Page<Rating> {
    const before = decodeCursor('rating', request.after, Number.MAX_SAFE_INTEGER);
    const userKey = this.#keys.users.find(userId) ?? 0;
    const rows = this.#page.all(userKey, before, request.first + 1);
    const total = this.#countOfUser.get(userKey)!;
    return cutPage(
      rows,
      request,
      total,
      'rating',
      (row) => row.sequence,
      (row) => toRating(userId, row.id, row),
    );
  }

  /** With a sequence above `after`, in the order of the log, at most `limit`. */
  current(after: number, limit: number): CurrentRating[] {
    return this.#current.all(after, limit).map(([userKey, movieKey, rating, ratedAt, sequence]) => {
      return { userId: this.#keys.users.idOf(userKey), movieId: this.#keys.movies.idOf(movieKey), rating, ratedAt, sequence };
    });
  }

  count(): number {
    return this.#count.get()!;
  }

  #append({ userId, movieId, rating, ratedAt, requestId, onboarding = false }: RatingInput, at: Timestamp): LogEvent {
    const body = { kind: 'rated', userId, movieId, rating, ratedAt: ratedAt ?? at } as const;
    const event = this.#log.appendOne({ at, requestId, body: onboarding ? { ...body, onboarding } : body });
    this.#upsert.run(this.#keys.users.find(userId)!, this.#keys.movies.find(movieId)!, rating, body.ratedAt, at, event.sequence);
    return event;
  }

  #find(userId: string, movieId: string): Stored | undefined {
    const userKey = this.#keys.users.find(userId);
    const movieKey = userKey === null ? null : this.#keys.movies.find(movieId);
    return userKey === null || movieKey === null ? undefined : this.#select.get(userKey, movieKey);
  }
}

/** A rating whose time is unknown shows when it was recorded. */
function toRating(userId: string, movieId: string, stored: Stored): Rating {
  return { userId, movieId, rating: stored.rating, ratedAt: stored.rated_at ?? stored.recorded_at, sequence: stored.sequence };
}
