import type { Database, Statement } from 'better-sqlite3';
import type { LogEvent, MoviePatch, MovieRecord, Page, PageRequest, Timestamp } from '../domain.ts';
import { cutPage, decodeCursor } from './cursor.ts';
import type { EventLog } from './eventLog.ts';

export interface MovieRow {
  readonly movie_key: number;
  readonly id: string;
  readonly title: string;
  readonly year: number | null;
  readonly genres: string;
}

/** The movies as the log leaves them. */
export class MovieTable {
  readonly #log: EventLog;
  readonly #clock: () => Timestamp;
  readonly #select: Statement<[string], MovieRow>;
  readonly #page: Statement<[number, number], MovieRow>;
  readonly #count: Statement<[], number>;
  readonly #update: Statement<[string, number | null, string, string]>;

  constructor(db: Database, log: EventLog, clock: () => Timestamp) {
    this.#log = log;
    this.#clock = clock;
    this.#select = db.prepare('SELECT * FROM movies WHERE id = ?');
    this.#page = db.prepare('SELECT * FROM movies WHERE movie_key > ? ORDER BY movie_key LIMIT ?');
    this.#count = db.prepare<[], number>('SELECT count(*) FROM movies').pluck();
    this.#update = db.prepare('UPDATE movies SET title = ?, year = ?, genres = ? WHERE id = ?');
  }

  find(id: string): MovieRecord | null {
    const row = this.#select.get(id);
    return row === undefined ? null : toMovieRecord(row);
  }

  /** Merges the patch and logs the whole record; a patch that changes nothing logs nothing. */
  put(patch: MoviePatch): { event: LogEvent | null; movie: MovieRecord } {
    const before = this.find(patch.id);
    const movie: MovieRecord = {
      id: patch.id,
      title: patch.title,
      year: patch.year === undefined ? (before?.year ?? null) : patch.year,
      genres: patch.genres === undefined ? (before?.genres ?? []) : (patch.genres ?? []),
    };
    if (before !== null && JSON.stringify(before) === JSON.stringify(movie)) return { event: null, movie: before };
    const event = this.#log.appendOne({ at: this.#clock(), requestId: null, body: { kind: 'moviePut', movie } });
    this.#update.run(movie.title, movie.year, JSON.stringify(movie.genres), movie.id);
    return { event, movie };
  }

  page(request: PageRequest): Page<MovieRecord> {
    const after = decodeCursor('movie', request.after, 0);
    const rows = this.#page.all(after, request.first + 1);
    return cutPage(rows, request, this.count(), 'movie', (row) => row.movie_key, toMovieRecord);
  }

  count(): number {
    return this.#count.get()!;
  }
}

export function toMovieRecord({ id, title, year, genres }: MovieRow): MovieRecord {
  return { id, title, year, genres: JSON.parse(genres) as string[] };
}
