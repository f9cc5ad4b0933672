import type { Database, Statement } from 'better-sqlite3';
import type {
  EventBody,
  LogEvent,
  MoviePatch,
  MovieRecord,
  Page,
  PageRequest,
  Rating,
  RatingColumns,
  RatingInput,
  RatingScale,
  Timestamp,
  UserPatch,
  UserRecord,
  WithdrawInput,
} from '../domain.ts';
import { type AnswerRow, AnswerTable } from './answers.ts';
import { type CurrentTable, readCurrentTable } from './currentTable.ts';
import { openDatabase } from './database.ts';
import { Eraser } from './eraser.ts';
import { EventLog } from './eventLog.ts';
import { type Keys, KeyTable } from './keys.ts';
import { MovieTable } from './movies.ts';
import { NotSeenAnswers } from './notSeen.ts';
import { type ImportCounts, RatingImport } from './ratingImport.ts';
import type { RatingLog } from './ratingLog.ts';
import { type CurrentRating, RatingTable, type Written } from './ratings.ts';
import { MOST_RECENT, RecentRatings } from './recentRatings.ts';
import { UserTable } from './users.ts';
import { type VersionRow, VersionTable } from './versions.ts';

export interface StoreOptions {
  readonly clock: () => Timestamp;
  /** Default false. Reads beside a process that serves; writes fail. */
  readonly readOnly?: boolean;
  /** Events by which the table of ratings may lag behind the log. Default 16,384. */
  readonly lag?: number;
}

/**
 * The database: the log, its current state, and the register of model versions.
 * A write outside of `transaction` is one of its own. Durable once the outermost transaction has returned.
 */
export class Store {
  readonly path: string;
  readonly #db: Database;
  readonly #readOnly: boolean;
  readonly #clock: () => Timestamp;
  readonly #keys: Keys;
  readonly #log: EventLog;
  readonly #recent: RecentRatings;
  readonly #ratings: RatingTable;
  readonly #notSeen: NotSeenAnswers;
  readonly #eraser: Eraser;
  readonly #movies: MovieTable;
  readonly #users: UserTable;
  readonly #versions: VersionTable;
  readonly #answers: AnswerTable;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #dataVersion: Statement<[], number>;
  /** Of the database as a reader saw it last: it changes with every commit of another process. */
  #readVersion = 0;

  /** @throws CommandError with one line that says what to do */
  static open(path: string, options: StoreOptions): Store {
    return new Store(path, openDatabase(path, { clock: options.clock, readOnly: options.readOnly ?? false }), options);
  }

  private constructor(path: string, db: Database, { clock, readOnly = false, lag = MOST_RECENT }: StoreOptions) {
    this.path = path;
    this.#db = db;
    this.#readOnly = readOnly;
    this.#clock = clock;
    this.#keys = { users: new KeyTable(db, 'users'), movies: new KeyTable(db, 'movies') };
    this.#log = new EventLog(db, this.#keys);
    this.#recent = new RecentRatings(db, lag);
    this.#ratings = new RatingTable(db, this.#log, this.#recent, this.#keys, clock);
    this.#notSeen = new NotSeenAnswers(db, this.#log, this.#recent, this.#keys, clock);
    this.#eraser = new Eraser(db, this.#log, this.#recent, this.#keys, clock);
    this.#movies = new MovieTable(db, this.#log, clock);
    this.#users = new UserTable(db, this.#log, clock);
    this.#versions = new VersionTable(db);
    this.#answers = new AnswerTable(db);
    this.#begin = db.prepare(readOnly ? 'BEGIN' : 'BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  }

  /** The log behind its seam. */
  get log(): RatingLog {
    return this.#log;
  }

  /** All of `work` or, when it throws, nothing of it. Inside another transaction it is a part of that one. */
  transaction<T>(work: () => T): T {
    if (this.#db.inTransaction) return work();
    this.#begin.run();
    let committed = false;
    try {
      const result = work();
      if (!this.#readOnly && this.#recent.isDue) this.#recent.settle();
      this.#commit.run();
      committed = true;
      return result;
    } finally {
      // A full disk makes SQLite roll back by itself.
      if (this.#db.inTransaction) this.#rollback.run();
      if (!committed) this.#recent.distrust();
      this.#keys.users.settle(committed);
      this.#keys.movies.settle(committed);
    }
  }

  /** @throws RequestError BAD_USER_INPUT when the request id was used for another write; nothing is stored */
  rate(input: RatingInput): Written {
    return this.transaction(() => this.#ratings.rate(input));
  }

  /** @throws RequestError NOT_FOUND without such a rating, BAD_USER_INPUT as `rate`; nothing is stored */
  withdraw(input: WithdrawInput): Written {
    return this.transaction(() => this.#ratings.withdraw(input));
  }

  /**
   * Erases a user. @param beforeCommit runs last in the transaction, with the event's sequence and the number of ratings erased
   * @returns null for a user whom nobody has named
   */
  forget(userId: string, beforeCommit: (sequence: number) => void): (LogEvent & { readonly body: { readonly kind: 'forgotten' } }) | null {
    const event = this.transaction(() => {
      const forgotten = this.#eraser.forget(userId);
      if (forgotten !== null) beforeCommit(forgotten.sequence);
      return forgotten;
    });
    if (event !== null) this.#eraser.drop(userId);
    return event;
  }

  /** Sequence of the newest event that says that somebody was forgotten; 0 without one. */
  lastForgotten(): number {
    return this.#eraser.lastForgotten();
  }

  /** Leaves nothing of erased rows in the write-ahead log. @returns false when somebody reads it: try again */
  truncateLog(): boolean {
    return this.#eraser.truncateLog();
  }

  /** Event null: it was said before. @throws RequestError BAD_USER_INPUT for a movie that the user has rated; nothing is stored */
  notSeen(userId: string, movieId: string): LogEvent | null {
    return this.transaction(() => this.#notSeen.add(userId, movieId));
  }

  /** Event null: the record was the same already. */
  putMovie(patch: MoviePatch): { event: LogEvent | null; movie: MovieRecord } {
    return this.transaction(() => this.#movies.put(patch));
  }

  /** Event null: the record was the same already. */
  putUser(patch: UserPatch): { event: LogEvent | null; user: UserRecord } {
    return this.transaction(() => this.#users.put(patch));
  }

  activate(version: number, baseSequence: number): LogEvent {
    return this.#append({ kind: 'activated', version, baseSequence });
  }

  setScale(scale: RatingScale): LogEvent {
    return this.#append({ kind: 'scale', scale });
  }

  scale(): RatingScale | null {
    return this.#log.scale();
  }

  /** Events with a sequence in (after, upTo], oldest first, at most `limit`. */
  readSlice(after: number, limit: number, upTo?: number): LogEvent[] {
    return this.#log.read(after, limit, upTo);
  }

  /** Whether the database can be read now. */
  answers(): boolean {
    try {
      return this.#log.lastSequence() >= 0;
    } catch {
      return false; // why, the next request that needs it says
    }
  }

  lastSequence(): number {
    return this.#log.lastSequence();
  }

  /** The version that serves at `sequence`; 0 before the first activation. */
  activeAt(sequence: number): number {
    return this.#log.activeAt(sequence);
  }

  movie(id: string): MovieRecord | null {
    return this.#movies.find(id);
  }

  user(id: string): UserRecord | null {
    return this.#users.find(id);
  }

  rating(userId: string, movieId: string): Rating | null {
    return this.#read(() => this.#ratings.find(userId, movieId));
  }

  /** In the order of their arrival. */
  movies(page: PageRequest): Page<MovieRecord> {
    return this.#movies.page(page);
  }

  /** In the order of their arrival. */
  users(page: PageRequest, prefix: string): Page<UserRecord> {
    return this.#users.page(page, prefix);
  }

  /** Newest first. */
  ratingsOf(userId: string, page: PageRequest): Page<Rating> {
    return this.#read(() => this.#ratings.page(userId, page));
  }

  /** The ratings that count, with a sequence above `after`, in the order of the log, at most `limit`. */
  currentRatings(after: number, limit: number): CurrentRating[] {
    return this.#read(() => this.#ratings.current(after, limit));
  }

  /** All users, movies and ratings as they are now, at one moment. */
  currentTable(): CurrentTable {
    return this.transaction(() => this.#read(() => readCurrentTable(this.#db, this.#recent)));
  }

  counts(): { ratings: number; users: number; movies: number } {
    return this.#read(() => ({ ratings: this.#ratings.count(), users: this.#users.count(), movies: this.#movies.count() }));
  }

  saveVersion(row: VersionRow): void {
    this.#versions.save(row);
  }

  /** Newest first. */
  versions(first: number): VersionRow[] {
    return this.#versions.newest(first);
  }

  version(version: number): VersionRow | null {
    return this.#versions.find(version);
  }

  deleteVersion(version: number): void {
    this.#versions.delete(version);
  }

  /** One above the highest version ever saved. */
  nextVersion(): number {
    return this.#versions.next();
  }

  saveAnswers(rows: readonly AnswerRow[]): void {
    this.transaction(() => this.#answers.save(rows));
  }

  answer(sequence: number): string | null {
    return this.#answers.find(sequence);
  }

  /** For ratings from a file, of which there are many. */
  startImport(ratings: RatingColumns): RatingImport {
    return new RatingImport(ratings, this.#db, this.#recent, this.#keys, this.#clock, (work) => this.transaction(work));
  }

  /** One transaction, as for `putUsers`. */
  putMovies(patches: readonly MoviePatch[]): ImportCounts {
    return this.#import(patches, (patch) => {
      const known = this.#keys.movies.find(patch.id) !== null;
      return outcome(known, this.#movies.put(patch).event);
    });
  }

  putUsers(patches: readonly UserPatch[]): ImportCounts {
    return this.#import(patches, (patch) => {
      const known = this.#keys.users.find(patch.id) !== null;
      return outcome(known, this.#users.put(patch).event);
    });
  }

  close(): void {
    if (!this.#readOnly && this.#db.open) this.#settleAtLast();
    this.#db.close();
  }

  /** While nobody writes, the table of ratings holds all of them: other programs may read it by itself. */
  #settleAtLast(): void {
    try {
      this.transaction(() => this.#recent.settle());
    } catch {
      // No room, or a lock: the log has what the table lacks, and every reader looks there.
    }
  }

  /** Of one moment, whatever another process writes meanwhile. */
  #read<T>(work: () => T): T {
    if (!this.#readOnly) return work();
    return this.transaction(() => {
      const version = this.#dataVersion.get()!;
      if (version !== this.#readVersion) this.#recent.distrust();
      this.#readVersion = version;
      return work();
    });
  }

  #append(body: EventBody): LogEvent {
    return this.transaction(() => this.#log.appendOne({ at: this.#clock(), requestId: null, body }));
  }

  #import<T>(rows: readonly T[], put: (row: T) => keyof ImportCounts): ImportCounts {
    const counts = { added: 0, changed: 0, unchanged: 0 };
    this.transaction(() => {
      for (const row of rows) counts[put(row)]++;
    });
    return counts;
  }
}

function outcome(known: boolean, event: LogEvent | null): keyof ImportCounts {
  if (event === null) return 'unchanged';
  return known ? 'changed' : 'added';
}
