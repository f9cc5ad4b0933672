import type { MovieRecord } from '../src/domain.ts';
import { demoData } from '../src/engine/data/demoData.ts';
import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { Random } from '../src/engine/math/random.ts';
import type { DataSize } from './size.ts';

const GENRES = ['Action', 'Adventure', 'Comedy', 'Crime', 'Drama', 'Horror', 'Musical', 'Romance', 'Sci-Fi', 'Thriller', 'War', 'Western'];
const SEED = 0;

/** Invented ratings of invented films, in time order: few films have most ratings, and users send them page by page. */
export function benchData({ users, movies, ratings }: DataSize): RatingTable {
  return demoData(inventedFilms(movies), SEED, { users, ratings }).table;
}

/**
 * Ratings that a table doesn't hold, between its users and movies: each of the three is drawn from a row of the table, so that
 * whoever rates much goes on rating much, and they follow each other by the second after the last one.
 */
export function furtherRatings(table: RatingTable, count: number): RatingTable {
  const { users, movies, u, i, r, time } = table;
  const known = new Set(Array.from(u, (user, row) => user * movies.length + i[row]!));
  if (known.size + count > users.length * movies.length) throw new RangeError(`${count} more ratings leave no pair unrated.`);
  const random = new Random(SEED, 5);
  const further = { u: new Int32Array(count), i: new Int32Array(count), r: new Float64Array(count), time: new Float64Array(count) };
  for (let row = 0; row < count; row += 1) {
    let [user, movie] = [u[random.below(u.length)]!, i[random.below(i.length)]!];
    while (known.has(user * movies.length + movie)) [user, movie] = [u[random.below(u.length)]!, i[random.below(i.length)]!];
    known.add(user * movies.length + movie);
    further.u[row] = user;
    further.i[row] = movie;
    further.r[row] = r[random.below(r.length)]!;
    further.time[row] = time.at(-1)! + row;
  }
  return { ...table, ...further };
}

function inventedFilms(count: number): MovieRecord[] {
  const random = new Random(SEED, 4);
  return Array.from({ length: count }, (_, i) => ({
    id: `film-${i + 1}`,
    title: `Film ${i + 1}`,
    year: 1930 + random.below(90),
    genres: random.shuffle([...GENRES]).slice(0, 1 + random.below(3)),
  }));
}
