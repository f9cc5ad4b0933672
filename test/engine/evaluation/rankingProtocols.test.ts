import { describe, expect, it } from 'vitest';
import { inTimeOrder, type RatingTable, selectRows } from '../../../src/engine/data/ratingTable.ts';
import { type ColdFold, coldFolds } from '../../../src/engine/evaluation/coldFolds.ts';
import { coldStart } from '../../../src/engine/evaluation/coldStart.ts';
import { laterFigures, splitByTime } from '../../../src/engine/evaluation/laterRatings.ts';
import { nextLiked } from '../../../src/engine/evaluation/nextLiked.ts';
import { ServedModels } from '../../../src/engine/evaluation/servedModels.ts';
import { Popularity } from '../../../src/engine/models/popularity.ts';
import { syntheticTable } from '../online/support.ts';

const TABLE = inTimeOrder(syntheticTable({ users: 40, movies: 30, ratings: 700, step: 1 }, 2));

/** Other ratings of some rows, by which the same movies stay liked: 4 for 5, 5 for 4, 1 for 3, 2 for 1 and 2. */
function otherwise(table: RatingTable, rows: Iterable<number>): RatingTable {
  const r = table.r.slice();
  for (const row of rows) r[row] = r[row]! >= 4 ? 9 - r[row]! : r[row] === 3 ? 1 : 3 - r[row]!;
  return { ...table, r };
}

/** Five movies; user u rates movie i as r, one a second. */
function tiny(rows: readonly (readonly [u: number, i: number, r: number])[]): RatingTable {
  return {
    scale: { min: 1, max: 5, step: 1 },
    users: Array.from({ length: 3 }, (_, u) => ({ id: `u${u}`, age: null, gender: null, occupation: null })),
    movies: Array.from({ length: 5 }, (_, i) => ({ id: `m${i}`, title: `M${i}`, year: null, genres: [] })),
    u: Int32Array.from(rows, ([u]) => u),
    i: Int32Array.from(rows, ([, i]) => i),
    r: Float64Array.from(rows, ([, , r]) => r),
    time: Float64Array.from(rows, (_, row) => row),
  };
}

describe('ranking what comes later', () => {
  it("learns each user's first 80 % by time", () => {
    const { train, test } = splitByTime(TABLE);
    expect(train.r.length + test.r.length).toBe(700);
    for (const u of TABLE.users.keys()) {
      const times = (table: RatingTable) => [...table.time.filter((_, row) => table.u[row] === u)];
      const given = times(TABLE).length;
      expect(times(train)).toHaveLength(Math.floor(0.8 * given));
      expect(Math.max(...times(train))).toBeLessThan(Math.min(...times(test)));
    }
  });

  it('does not depend on how much a later movie is liked', async () => {
    const { train, test } = splitByTime(TABLE);
    const served = new ServedModels({
      seed: 0,
      names: ['variational'],
      lessons: 'stream',
      device: null,
      relevanceHalfLife: 200,
      clock: () => 0,
    });
    await served.fit(train);
    const popularity = new Popularity();
    popularity.fit(train);
    const figures = laterFigures(served.model, popularity, train, test);
    expect(laterFigures(served.model, popularity, train, otherwise(test, test.r.keys()))).toEqual(figures);
    expect(Object.keys(figures)).toEqual([
      ...['RELEVANCE', 'EXPECTED', 'UPPER_CONFIDENCE', 'THOMPSON'],
      ...['ease', 'implicitAls', 'undecayed', 'popularity'],
    ]);
    for (const { ndcgAt10 } of Object.values(figures)) expect(ndcgAt10).toBeGreaterThan(0);
  });
});

describe('ranking the next liked movie', () => {
  it('gains by hand arithmetic', () => {
    // Eight of ten rows are learned. Then user 2 likes movie 3, and user 1 does not like movie 0.
    const learned = [0, 1, 2].flatMap((i) => [[0, i, 5] as const, [1, i + 1, 5] as const]);
    const rows = [...learned, [2, 4, 1] as const, [2, 2, 5] as const, [2, 3, 4] as const, [1, 0, 2] as const];
    const { popularity, frozen, RELEVANCE, ease } = nextLiked(tiny(rows), 0);
    // Liked: movie 0 once, movie 1 twice, movie 2 three times, movie 3 once; user 2 has seen 2 and 4: open are 1, 0, 3.
    expect(popularity).toEqual({ targets: 1, ndcgAt10: 1 / Math.log2(4), recallAt10: 1 });
    for (const { targets, recallAt10 } of [RELEVANCE, ease, frozen]) expect({ targets, recallAt10 }).toEqual({ targets: 1, recallAt10: 1 });
  });

  it('counts nobody without a liked movie', () => {
    const { RELEVANCE } = nextLiked(tiny([0, 1, 2, 3, 4].map((i) => [0, i, 2] as const)), 0);
    expect(RELEVANCE).toEqual({ targets: 0, ndcgAt10: null, recallAt10: null });
  });

  it("fits anew on the server's schedule, to what was rated until then", () => {
    const table = selectRows(
      TABLE,
      Array.from({ length: 240 }, (_, row) => row),
    ); // 192 learned; a fit is due at 200
    const figures = nextLiked(table, 0);
    const fits: number[] = [];
    nextLiked(table, 0, (done) => fits.push(done));
    expect(fits).toEqual([expect.closeTo(7 / 48, 12)]);
    expect(nextLiked(otherwise(table, [239]), 0)).toEqual(figures);
    expect(nextLiked(otherwise(table, [192, 193, 194]), 0).RELEVANCE).not.toEqual(figures.RELEVANCE);
  });

  it('shows lists of before the rating, which follow each one but where they are frozen', () => {
    const figures = nextLiked(TABLE, 0);
    expect(nextLiked(otherwise(TABLE, [TABLE.r.length - 1]), 0)).toEqual(figures);
    const streamed = Array.from({ length: TABLE.r.length / 5 }, (_, row) => (TABLE.r.length * 4) / 5 + row);
    const { frozen, RELEVANCE } = nextLiked(otherwise(TABLE, streamed), 0);
    expect(frozen).toEqual(figures.frozen);
    expect(RELEVANCE).not.toEqual(figures.frozen);
  });
});

describe('ranking for newcomers', () => {
  const folds = coldFolds(TABLE, 0);
  /** Rows of a fold's newcomers that they cannot tell. */
  const hidden = ({ newcomers }: ColdFold) =>
    newcomers.flatMap(({ u, pool }) => Array.from(TABLE.u.keys()).filter((row) => TABLE.u[row] === u && !pool.includes(row)));

  it('holds each user out once', () => {
    const held = folds.flatMap(({ newcomers }) => newcomers.map(({ u }) => u));
    expect(new Set(held).size).toBe(held.length);
    for (const { train, newcomers } of folds) {
      const trained = new Set(train.u);
      for (const { u, pool, relevant } of newcomers) {
        expect(trained.has(u)).toBe(false);
        expect(pool).toHaveLength(Math.floor(0.75 * TABLE.u.filter((user) => user === u).length));
        for (const row of pool) expect(relevant.has(TABLE.i[row]!)).toBe(false);
      }
    }
  });

  it('does not depend on how much a hidden movie is liked', () => {
    const [fold] = folds;
    const rows = coldStart(TABLE, [fold!], 0);
    expect(coldStart(otherwise(TABLE, hidden(fold!)), [fold!], 0)).toEqual(rows);
    expect(
      coldStart(
        otherwise(
          TABLE,
          fold!.newcomers.flatMap(({ pool }) => pool),
        ),
        [fold!],
        0,
      ),
    ).not.toEqual(rows);
    expect(Object.keys(rows)).toEqual([
      'popularity',
      ...['answers 0', 'answers 1', 'answers 3', 'answers 5', 'answers 10'],
      ...['favourites 1', 'favourites 3', 'favourites 5'],
      ...['answers alone 0', 'answers alone 1', 'answers alone 3', 'answers alone 5', 'answers alone 10'],
      ...['favourites alone 1', 'favourites alone 3', 'favourites alone 5'],
    ]);
  });

  it('gives the same lists for the same seed, whatever order users are asked in', () => {
    const [fold] = folds;
    const backwards = { ...fold!, newcomers: [...fold!.newcomers].reverse() };
    const [one, other] = [coldStart(TABLE, [fold!], 0), coldStart(TABLE, [backwards], 0)];
    for (const [row, { ndcgAt10 }] of Object.entries(one)) expect(other[row]!.ndcgAt10).toBeCloseTo(ndcgAt10!, 12);
  });

  it('leaves out users who like nothing of what they cannot tell', () => {
    const bored = selectRows(
      TABLE,
      Array.from(TABLE.r.keys()).filter((row) => TABLE.r[row]! < 4),
    );
    expect(coldFolds(bored, 0).every(({ newcomers }) => newcomers.length === 0)).toBe(true);
  });
});
