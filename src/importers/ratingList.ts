import type { RatingColumns } from '../domain.ts';
import { ByteIds, withRoom } from './byteIds.ts';

/** Ratings as they are read. */
export class RatingList {
  readonly users = new ByteIds('userId');
  readonly movies = new ByteIds('movieId');
  readonly #levels = new Map<number, number>();
  #u = new Int32Array(1024);
  #i = new Int32Array(1024);
  #level = new Int32Array(1024);
  #time = new Float64Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of a rating that others have given before; undefined: nobody has. */
  levelOf(rating: number): number | undefined {
    return this.#levels.get(rating);
  }

  addLevel(rating: number): number {
    const level = this.#levels.size;
    this.#levels.set(rating, level);
    return level;
  }

  add(u: number, i: number, level: number, time: number): void {
    const row = this.#count;
    if (row === this.#u.length) this.reserve(2 * row);
    this.#u[row] = u;
    this.#i[row] = i;
    this.#level[row] = level;
    this.#time[row] = time;
    this.#count = row + 1;
  }

  /** What has been read; the list must not grow afterwards. */
  take(): RatingColumns {
    const count = this.#count;
    return {
      users: this.users.ids,
      movies: this.movies.ids,
      levels: [...this.#levels.keys()],
      u: this.#u.subarray(0, count),
      i: this.#i.subarray(0, count),
      level: this.#level.subarray(0, count),
      time: this.#time.subarray(0, count),
    };
  }

  /** Makes room at once for what is to come, so that no column is copied again and again; memory that stays unused costs nothing. */
  reserve(length: number): void {
    this.#u = withRoom(this.#u, length);
    this.#i = withRoom(this.#i, length);
    this.#level = withRoom(this.#level, length);
    this.#time = withRoom(this.#time, length);
  }
}
