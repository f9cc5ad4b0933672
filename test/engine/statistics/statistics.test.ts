import { describe, expect, it } from 'vitest';
import { PlainSql } from '../../../bench/reference/plainSql.ts';
import { FORGOTTEN_ID } from '../../../src/engine/data/idIndex.ts';
import { LiveData } from '../../../src/engine/data/liveData.ts';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { heatmapCells } from '../../../src/engine/statistics/heatmap.ts';
import { leastOf, mostOf, statisticsOf } from '../../../src/engine/statistics/statistics.ts';

const JANUARY = Date.UTC(2020, 0, 1) / 1000;
const MARCH = Date.UTC(2020, 2, 1) / 1000;

function tableOf(
  rows: readonly (readonly [u: number, i: number, r: number, time: number])[],
  users = 3,
  movies = [['Drama'], ['Drama', 'Comedy', 'Comedy'], []] as readonly (readonly string[])[],
): RatingTable {
  const column = (at: 0 | 1 | 2 | 3) => rows.map((row) => row[at]);
  return {
    scale: { min: 1, max: 5, step: 1 },
    users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, age: null, gender: null, occupation: null })),
    movies: movies.map((genres, i) => ({ id: `m${i}`, title: `Film ${i}`, year: null, genres: [...genres] })),
    u: Int32Array.from(column(0)),
    i: Int32Array.from(column(1)),
    r: Float64Array.from(column(2)),
    time: Float64Array.from(column(3)),
  };
}

/** By hand: 5 ratings, mean 3, squares 4 + 1 + 0 + 1 + 4 = 10, of 3 x 3 pairs. */
const SMALL = tableOf([
  [0, 0, 1, JANUARY],
  [0, 1, 2, JANUARY - 1],
  [0, 2, 3, MARCH],
  [1, 0, 4, Number.NaN],
  [1, 1, 5, MARCH],
]);

describe('statistics', () => {
  it('are those of hand arithmetic', () => {
    const { dataset } = statisticsOf(SMALL);
    expect(dataset).toMatchObject({
      ratingCount: 5,
      userCount: 3,
      movieCount: 3,
      mean: 3,
      variance: 2,
      sparsity: 1 - 5 / 9,
      undatedCount: 1,
    });
    expect(dataset.histogram).toEqual([1, 2, 3, 4, 5].map((value) => ({ value, count: 1 })));
    // Counts 3 and 2: Gini (2 · 1 − 3) · 2 + (2 · 2 − 3) · 3 = 1, over 2 · 5.
    expect(dataset.ratingsPerUser).toMatchObject({ rated: 2, least: 2, median: 2.5, mean: 2.5, most: 3, gini: 0.1, head: 1 });
    expect(dataset.ratingsPerUser.bins).toEqual([{ from: 2, to: 3, count: 2 }]);
    expect(dataset.ratingsPerMovie).toMatchObject({ rated: 3, least: 1, median: 2, most: 2, head: 1 });
    expect(dataset.months).toEqual([
      { month: '2019-12', count: 1, mean: 2 },
      { month: '2020-01', count: 1, mean: 1 },
      { month: '2020-02', count: 0, mean: null },
      { month: '2020-03', count: 2, mean: 4 },
    ]);
    expect(dataset.genres).toEqual([
      { genre: 'Drama', movies: 2, ratings: 4, mean: 3 },
      { genre: 'Comedy', movies: 1, ratings: 2, mean: 3.5 },
    ]);
    // User means 2 and 4.5, movie means 2.5, 3.5 and 3, in bars of a quarter.
    expect(dataset.userMeans.filter(({ count }) => count > 0).map(({ value }) => value)).toEqual([2, 4.5]);
    expect(dataset.movieMeans.filter(({ count }) => count > 0).map(({ value }) => value)).toEqual([2.5, 3, 3.5]);
  });

  it('show a long tail: the tenths of a hundred movies of which one has half of all ratings', () => {
    const rows = Array.from({ length: 198 }, (_, row) => [row, row < 99 ? 0 : row - 98, 3, 0] as const);
    const { ratingsPerMovie } = statisticsOf(
      tableOf(
        rows,
        198,
        Array.from({ length: 100 }, () => []),
      ),
    ).dataset;
    expect(ratingsPerMovie).toMatchObject({ rated: 100, most: 99, head: 1 });
    expect(ratingsPerMovie.tenths[0]).toBeCloseTo(108 / 198, 12);
    expect(ratingsPerMovie.tenths.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(ratingsPerMovie.bins.map(({ from, to, count }) => [from, to, count])).toEqual([
      [1, 1, 99],
      [2, 3, 0],
      [4, 7, 0],
      [8, 15, 0],
      [16, 31, 0],
      [32, 63, 0],
      [64, 127, 1],
    ]);
  });

  it('name the most and the least, ties by id, and those with a rating alone', () => {
    const { users, movies } = statisticsOf(SMALL);
    expect(mostOf(users, SMALL.users, 2)).toEqual([0, 1]);
    expect(leastOf(users, SMALL.users, 5)).toEqual([1, 0]);
    expect(mostOf(movies, SMALL.movies, 3)).toEqual([0, 1, 2]);
    expect(leastOf(movies, SMALL.movies, 2)).toEqual([2, 0]);
  });

  it('of nothing are nothing', () => {
    const { dataset } = statisticsOf(tableOf([], 0, []));
    expect(dataset).toMatchObject({ ratingCount: 0, mean: 3, variance: 0, sparsity: 1, months: [], genres: [] });
    expect(dataset.ratingsPerMovie).toMatchObject({ rated: 0, least: 0, most: 0, median: 0, mean: 0, gini: 0, head: 0, bins: [] });
  });

  it('equal the plainest SQL, whatever the order of the ratings', () => {
    const random = new Random(5);
    const pairs = random.shuffle(Array.from({ length: 40 * 25 }, (_, pair) => pair)).slice(0, 600);
    const rows = pairs.map((pair, row) => {
      const time = row % 7 === 0 ? Number.NaN : JANUARY + random.below(3 * 365 * 86_400);
      return [pair % 40, Math.floor(((pair % 997) / 997) ** 2 * 25), 1 + random.below(5), time] as const;
    });
    const known = new Set<string>();
    const distinct = rows.filter(([u, i]) => !known.has(`${u} ${i}`) && known.add(`${u} ${i}`));
    const genres = Array.from({ length: 25 }, (_, i) => [['Drama'], ['Comedy', 'Drama'], ['War']][i % 3]!);
    const table = tableOf(distinct, 40, genres);
    const sql = new PlainSql(table);
    const { totals, histogram, users, movies, userGini, movieGini, months, genres: genreRows } = sql.answers();
    sql.close();
    const { dataset, users: perUser } = statisticsOf(table);
    expect(dataset.mean).toBeCloseTo(totals[0]!.mean as number, 10);
    expect(dataset.variance).toBeCloseTo(totals[0]!.variance as number, 10);
    expect(dataset.sparsity).toBeCloseTo(totals[0]!.sparsity as number, 10);
    expect(dataset.histogram.filter(({ count }) => count > 0)).toEqual(histogram);
    expect(dataset.ratingsPerUser.rated).toBe(users.length);
    expect(dataset.ratingsPerMovie.most).toBe(movies[0]!.count);
    expect(dataset.ratingsPerUser.gini).toBeCloseTo(userGini[0]!.gini as number, 10);
    expect(dataset.ratingsPerMovie.gini).toBeCloseTo(movieGini[0]!.gini as number, 10);
    expect(dataset.months.filter(({ count }) => count > 0).map(({ month, count }) => [month, count])).toEqual(
      months.map(({ month, count }) => [month, count]),
    );
    expect(dataset.genres.map(({ genre, movies: of, ratings }) => [genre, of, ratings])).toEqual(
      genreRows.map(({ genre, movies: of, ratings }) => [genre, of, ratings]),
    );
    const [first] = users;
    expect(Math.max(...perUser.count)).toBe(first!.count);
  });
});

describe('columns of live data', () => {
  it('hold every rating once, none that was taken back, and count no forgotten user', () => {
    const data = new LiveData({ min: 1, max: 5, step: 1 });
    data.rate('a', 'x', 1, 0, 1);
    data.rate('b', 'x', 2, 0, 2);
    data.rate('c', 'y', 3, 0, 3);
    data.rate('a', 'x', 5, 0, 4);
    data.withdraw('b', 'x');
    data.forget(data.users.find('c')!);
    data.rate('b', 'y', 4, 0, 5);
    const columns = data.columns();
    const pairs = Array.from(columns.u, (u, row) => `${columns.users[u]!.id} ${columns.movies[columns.i[row]!]!.id} ${columns.r[row]}`);
    expect(pairs.sort()).toEqual(['a x 5', 'b y 4']);
    const { dataset, users } = statisticsOf(columns);
    expect(dataset).toMatchObject({ ratingCount: 2, userCount: 2, sparsity: 0.5 });
    expect(mostOf(users, columns.users, 5).map((u) => columns.users[u]!.id)).not.toContain(FORGOTTEN_ID);
  });
});

describe('a heatmap', () => {
  it('has a cell for each of its pairs, empty where there is no rating', () => {
    const ratingsOf = (u: number) => [
      { i: u, r: u + 0.5 },
      { i: 9, r: 1 },
    ];
    expect(heatmapCells([2, 0], [0, 2], ratingsOf)).toEqual([
      [null, 2.5],
      [0.5, null],
    ]);
  });
});
