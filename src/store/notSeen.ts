import type { Database, Statement } from 'better-sqlite3';
import type { LogEvent, Timestamp } from '../domain.ts';
import { badInput } from '../errors.ts';
import type { EventLog } from './eventLog.ts';
import type { Keys } from './keys.ts';
import type { RecentRatings } from './recentRatings.ts';

/** What users said not to have seen. The log alone keeps it: nothing is listed or changed. */
export class NotSeenAnswers {
  readonly #log: EventLog;
  readonly #keys: Keys;
  readonly #clock: () => Timestamp;
  readonly #known: Statement<[number, number], number>;
  readonly #recent: RecentRatings;

  constructor(db: Database, log: EventLog, recent: RecentRatings, keys: Keys, clock: () => Timestamp) {
    this.#log = log;
    this.#keys = keys;
    this.#clock = clock;
    this.#known = db
      .prepare<[number, number], number>("SELECT 1 FROM events WHERE kind = 'notSeen' AND user_key = ? AND movie_key = ? LIMIT 1")
      .pluck();
    this.#recent = recent;
  }

  /**
   * @returns null when the user has said so before
   * @throws RequestError BAD_USER_INPUT for a movie that the user has rated
   */
  add(userId: string, movieId: string): LogEvent | null {
    const userKey = this.#keys.users.find(userId);
    const movieKey = this.#keys.movies.find(movieId);
    if (userKey !== null && movieKey !== null) {
      if (this.#recent.find(userKey, movieKey) !== null) {
        throw badInput('movieId', `User ${JSON.stringify(userId)} has rated movie ${JSON.stringify(movieId)}: withdraw the rating first.`);
      }
      if (this.#known.get(userKey, movieKey) !== undefined) return null;
    }
    return this.#log.appendOne({ at: this.#clock(), requestId: null, body: { kind: 'notSeen', userId, movieId } });
  }
}
