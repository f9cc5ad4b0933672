import type { Database, Statement } from 'better-sqlite3';
import type { Timestamp } from '../domain.ts';
import { badInput } from '../errors.ts';
import type { Keys } from './keys.ts';

/** What a write asks for, apart from its request id. */
export interface AskedWrite {
  readonly kind: 'rated' | 'withdrawn';
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number | null;
  /** Null: not said, and then not compared. */
  readonly ratedAt: Timestamp | null;
}

interface StoredRequest {
  readonly sequence: number;
  readonly kind: string;
  readonly user_key: number;
  readonly movie_key: number;
  readonly rating: number | null;
  readonly rated_at: number | null;
}

/** The request ids of the log: each is one write, however often it arrives. */
export class Requests {
  readonly #keys: Keys;
  readonly #find: Statement<{ id: string }, StoredRequest>;
  readonly #remember: Statement<[string, number, number | null]>;

  constructor(db: Database, keys: Keys) {
    this.#keys = keys;
    this.#find = db.prepare(`
      SELECT sequence, kind, user_key, movie_key, rating, rated_at FROM events WHERE request_id = @id
      UNION ALL
      SELECT sequence, kind, user_key, movie_key, rating, repeated_requests.rated_at
      FROM repeated_requests JOIN events USING (sequence) WHERE repeated_requests.request_id = @id`);
    this.#remember = db.prepare('INSERT INTO repeated_requests (request_id, sequence, rated_at) VALUES (?, ?, ?)');
  }

  /**
   * @returns the sequence of the event that the request made or repeated, null for a request id that is new
   * @throws RequestError BAD_USER_INPUT when the id was used for another write
   */
  sequenceOf(requestId: string, asked: AskedWrite): number | null {
    const stored = this.#find.get({ id: requestId });
    if (stored === undefined) return null;
    const same =
      stored.kind === asked.kind &&
      stored.user_key === this.#keys.users.find(asked.userId) &&
      stored.movie_key === this.#keys.movies.find(asked.movieId) &&
      stored.rating === asked.rating &&
      (asked.ratedAt === null || asked.ratedAt === stored.rated_at);
    if (!same) throw badInput('requestId', `requestId ${JSON.stringify(requestId)} was used for another write: give each write its own.`);
    return stored.sequence;
  }

  /** Keeps the id of a request that changed nothing because event `sequence` already said the same. */
  remember(requestId: string, sequence: number, ratedAt: Timestamp | null): void {
    this.#remember.run(requestId, sequence, ratedAt);
  }
}
