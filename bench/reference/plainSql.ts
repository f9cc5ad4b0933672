import Database from 'better-sqlite3';
import type { RatingTable } from '../../src/engine/data/ratingTable.ts';

/** What `explore` tells of ratings, each by the query that a person would write for it; a map of SQL for all of them. */
const QUERIES = {
  totals: `SELECT count(*) AS ratings, avg(rating) AS mean, avg(rating * rating) - avg(rating) * avg(rating) AS variance,
           1 - count(*) * 1.0 / ((SELECT count(*) FROM users) * (SELECT count(*) FROM movies)) AS sparsity FROM ratings`,
  histogram: 'SELECT rating AS value, count(*) AS count FROM ratings GROUP BY rating ORDER BY rating',
  users: 'SELECT user, count(*) AS count, avg(rating) AS mean FROM ratings GROUP BY user ORDER BY count DESC',
  movies: 'SELECT movie, count(*) AS count, avg(rating) AS mean FROM ratings GROUP BY movie ORDER BY count DESC',
  userGini: giniOf('user'),
  movieGini: giniOf('movie'),
  months: `SELECT strftime('%Y-%m', time, 'unixepoch') AS month, count(*) AS count, avg(rating) AS mean
           FROM ratings WHERE time IS NOT NULL GROUP BY month ORDER BY month`,
  genres: `SELECT genre, count(DISTINCT genres.movie) AS movies, count(rating) AS ratings, avg(rating) AS mean
           FROM genres LEFT JOIN ratings USING (movie) GROUP BY genre ORDER BY ratings DESC, genre`,
} as const;

type Rows = Readonly<Record<string, string | number>>[];

/** Reference of "explore": the same ratings in one SQLite table, in memory, and SQL. */
export class PlainSql {
  readonly #db = new Database(':memory:');

  constructor({ users, movies, u, i, r, time }: RatingTable) {
    this.#db.exec(`CREATE TABLE users (user INTEGER); CREATE TABLE movies (movie INTEGER);
      CREATE TABLE genres (movie INTEGER, genre TEXT);
      CREATE TABLE ratings (user INTEGER, movie INTEGER, rating REAL, time INTEGER, PRIMARY KEY (user, movie)) WITHOUT ROWID;`);
    const [addUser, addMovie] = ['users', 'movies'].map((table) => this.#db.prepare(`INSERT INTO ${table} VALUES (?)`));
    const addGenre = this.#db.prepare('INSERT INTO genres VALUES (?, ?)');
    const addRating = this.#db.prepare('INSERT INTO ratings VALUES (?, ?, ?, ?)');
    this.#db.transaction(() => {
      users.forEach((_, user) => void addUser!.run(user));
      movies.forEach(({ genres }, movie) => {
        addMovie!.run(movie);
        for (const genre of genres) addGenre.run(movie, genre);
      });
      for (let row = 0; row < r.length; row += 1) {
        addRating.run(u[row], i[row], r[row], Number.isNaN(time[row]) ? null : Math.floor(time[row]!));
      }
    })();
  }

  /** Runs every query. */
  answers(): Record<keyof typeof QUERIES, Rows> {
    const entries = Object.entries(QUERIES).map(([name, sql]) => [name, this.#db.prepare(sql).all()]);
    return Object.fromEntries(entries) as Record<keyof typeof QUERIES, Rows>;
  }

  close(): void {
    this.#db.close();
  }
}

function giniOf(column: string): string {
  return `SELECT sum((2 * place - n - 1) * count) * 1.0 / (n * sum(count)) AS gini
          FROM (SELECT count(*) AS count, row_number() OVER (ORDER BY count(*)) AS place, count(*) OVER () AS n
                FROM ratings GROUP BY ${column})`;
}
