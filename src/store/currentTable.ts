import type { Database } from 'better-sqlite3';
import type { MovieRecord, UserRecord } from '../domain.ts';
import { type MovieRow, toMovieRecord } from './movies.ts';
import type { RecentRatings } from './recentRatings.ts';
import { toUserRecord, type UserRow } from './users.ts';

/** Everything that is known now: users and movies in the order of their arrival, ratings as columns, in no order. */
export interface CurrentTable {
  readonly users: readonly UserRecord[];
  readonly movies: readonly MovieRecord[];
  readonly u: Int32Array; // [ratings] place in users
  readonly i: Int32Array; // [ratings] place in movies
  readonly r: Float64Array; // [ratings] rating points
  readonly time: Float64Array; // [ratings] seconds since 1970; NaN: unknown
}

/** Reads the tables one row at a time, without a log, an order or an object for each rating. Call it within a transaction. */
export function readCurrentTable(db: Database, recent: RecentRatings): CurrentTable {
  const users = db.prepare<[], UserRow>('SELECT * FROM users ORDER BY user_key').all();
  const movies = db.prepare<[], MovieRow>('SELECT * FROM movies ORDER BY movie_key').all();
  const userPlaces = placesOf(users.map(({ user_key: key }) => key));
  const moviePlaces = placesOf(movies.map(({ movie_key: key }) => key));
  const n = db.prepare<[], number>('SELECT count(*) FROM ratings').pluck().get()! + recent.added;
  const table = { u: new Int32Array(n), i: new Int32Array(n), r: new Float64Array(n), time: new Float64Array(n) };
  const rows = db
    .prepare<[], [userKey: number, movieKey: number, rating: number, ratedAt: number | null]>(
      'SELECT user_key, movie_key, rating, rated_at FROM ratings',
    )
    .raw()
    .iterate();
  let row = 0;
  const add = (userKey: number, movieKey: number, rating: number, ratedAt: number | null) => {
    table.u[row] = userPlaces[userKey]!;
    table.i[row] = moviePlaces[movieKey]!;
    table.r[row] = rating;
    table.time[row] = ratedAt === null ? Number.NaN : ratedAt / 1000;
    row += 1;
  };
  for (const [userKey, movieKey, rating, ratedAt] of rows) {
    if (!recent.ofUser(userKey).has(movieKey)) add(userKey, movieKey, rating, ratedAt);
  }
  for (const [userKey, movieKey, rating, ratedAt] of recent.ratings()) add(userKey, movieKey, rating, ratedAt);
  return { users: users.map(toUserRecord), movies: movies.map(toMovieRecord), ...table };
}

/** The place of each key in the list. @param keys rising */
function placesOf(keys: readonly number[]): Int32Array {
  const places = new Int32Array((keys.at(-1) ?? 0) + 1);
  keys.forEach((key, place) => {
    places[key] = place;
  });
  return places;
}
