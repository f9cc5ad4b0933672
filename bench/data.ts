import type { MovieRecord } from '../src/domain.ts';
import { demoData } from '../src/engine/data/demoData.ts';
import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { Random } from '../src/engine/math/random.ts';
import type { BenchSize } from './size.ts';

const GENRES = ['Action', 'Adventure', 'Comedy', 'Crime', 'Drama', 'Horror', 'Musical', 'Romance', 'Sci-Fi', 'Thriller', 'War', 'Western'];
const SEED = 0;

/** Invented ratings of invented films, in time order: few films have most ratings, and users send them page by page. */
export function benchData({ users, movies, ratings }: Pick<BenchSize, 'users' | 'movies' | 'ratings'>): RatingTable {
  return demoData(inventedFilms(movies), SEED, { users, ratings }).table;
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
