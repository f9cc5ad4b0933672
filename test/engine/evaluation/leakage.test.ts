import { describe, expect, it } from 'vitest';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { DEALS, foldsOf, holdOut, leaveLastOut, type Split, splitAtTime } from '../../../src/engine/data/splits.ts';
import { coldFolds } from '../../../src/engine/evaluation/coldFolds.ts';
import { splitByTime } from '../../../src/engine/evaluation/laterRatings.ts';
import { evaluateSplit } from '../../../src/engine/evaluation/split.ts';
import { splitQuality, testRows } from '../../../src/engine/evaluation/splitQuality.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { type EvaluatedModel, type Forecast, familyOfOne } from '../../../src/engine/models/model.ts';

const USERS = 60;
const MOVIES = 50;

/**
 * Ratings that nothing can tell: each is drawn by itself. But each stands twice, and its second, too, is the rating, and no
 * other rating has that second: whoever sees anything of a row knows its rating.
 */
function planted(): RatingTable {
  const random = new Random(11);
  const pairs = random.shuffle(Array.from({ length: USERS * MOVIES }, (_, pair) => pair)).slice(0, 1500);
  const rows = pairs.map((pair, at) => ({ u: pair % USERS, i: Math.floor(pair / USERS), r: 1 + random.below(5), second: 10 * (at + 1) }));
  const twice = [...rows, ...rows];
  return {
    scale: { min: 1, max: 5, step: 1 },
    users: Array.from({ length: USERS }, (_, u) => ({ id: `u${u}`, age: null, gender: null, occupation: null })),
    movies: Array.from({ length: MOVIES }, (_, i) => ({ id: `m${i}`, title: `M${i}`, year: null, genres: [] })),
    u: Int32Array.from(twice, ({ u }) => u),
    i: Int32Array.from(twice, ({ i }) => i),
    r: Float64Array.from(twice, ({ r }) => r),
    time: Float64Array.from(twice, ({ r, second }) => second + r),
  };
}

/** Remembers every row that it is shown, and reads the rating off the time that it is asked for. Knows nothing else: 3. */
class Cheat implements EvaluatedModel {
  private readonly seen = new Map<string, number>();

  fit(table: RatingTable): void {
    table.r.forEach((r, row) => {
      this.learnOne(table.u[row]!, table.i[row]!, r);
    });
  }

  learnOne(u: number, i: number, r: number): void {
    this.seen.set(`${u} ${i}`, r);
  }

  predictOne(u: number, i: number, time: number | null): Forecast {
    return { mean: this.seen.get(`${u} ${i}`) ?? (time === null || Number.isNaN(time) ? 3 : time % 10), variance: null };
  }

  rankingScore(u: number, i: number): number {
    return this.predictOne(u, i, null).mean;
  }
}

async function errorOf({ train, test }: Split): Promise<number> {
  const results = await evaluateSplit(
    familyOfOne('cheat', new Cheat(), () => 0),
    train,
    test,
  );
  return splitQuality(testRows(train, test), results.get('cheat')!.predictions).accuracy.rmse;
}

const TABLE = planted();
/** Of a guess of 3 for a rating drawn evenly from 1 to 5. */
const GUESS = Math.sqrt(2);

describe('an impossible feature', () => {
  it.each<[string, () => Split[]]>([
    ...DEALS.map((deal): [string, () => Split[]] => [`hold-out, ${deal}`, () => [holdOut(TABLE, 0.3, deal, 1)]]),
    ...DEALS.map((deal): [string, () => Split[]] => [`folds, ${deal}`, () => foldsOf(TABLE, 3, deal, 1)]),
    ['by time', () => [splitAtTime(TABLE, 0.3)]],
    ['last of each user', () => [leaveLastOut(TABLE)]],
  ])('gets through no split: %s', async (_, splits) => {
    for (const split of splits()) {
      const n = split.test.r.length;
      expect(n).toBeGreaterThan(50);
      // The mean of n squares of -2 to 2, variance 2.8; five standard errors.
      expect(Math.abs((await errorOf(split)) ** 2 - GUESS ** 2)).toBeLessThan(5 * Math.sqrt(2.8 / n));
    }
  });

  it('gets through where a split lets it, so that this would be seen', async () => {
    const half = { ...TABLE, u: TABLE.u.slice(0, 1500), i: TABLE.i.slice(0, 1500), r: TABLE.r.slice(0, 1500) };
    expect(await errorOf({ train: half, test: TABLE })).toBe(0);
  });

  it('reaches no list either: newcomers are in no training table, later ratings not in the earlier one', () => {
    for (const { train, newcomers } of coldFolds(TABLE, 1)) {
      const trained = new Set(train.u);
      expect(newcomers.filter(({ u }) => trained.has(u))).toEqual([]);
    }
    const { train, test } = splitByTime({
      ...TABLE,
      u: TABLE.u.slice(0, 1500),
      i: TABLE.i.slice(0, 1500),
      r: TABLE.r.slice(0, 1500),
      time: TABLE.time.slice(0, 1500),
    });
    const pairs = new Set(train.u.map((u, row) => u * MOVIES + train.i[row]!));
    expect(test.u.filter((u, row) => pairs.has(u * MOVIES + test.i[row]!))).toHaveLength(0);
  });
});
