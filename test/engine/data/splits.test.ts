import { describe, expect, it } from 'vitest';
import { type RatingTable, selectRows } from '../../../src/engine/data/ratingTable.ts';
import { DEALS, foldsOf, holdOut, innerSplits, leaveLastOut, type Split, splitAtTime } from '../../../src/engine/data/splits.ts';
import { syntheticTable } from '../online/support.ts';

/** Several ratings a second, in no order of time. */
function tableOf(seed = 3): RatingTable {
  const table = syntheticTable({ users: 40, movies: 30, ratings: 600 }, seed);
  return { ...table, time: table.time.map((_, row) => 1e9 + ((row * 7919) % 150) + (row % 4) / 10) };
}

const TABLE = tableOf();
const SPLITS: readonly (readonly [string, (table: RatingTable) => Split[]])[] = [
  ...DEALS.map((deal) => [`hold-out, ${deal}`, (table: RatingTable) => [holdOut(table, 0.2, deal, 5)]] as const),
  ...DEALS.map((deal) => [`folds, ${deal}`, (table: RatingTable) => foldsOf(table, 4, deal, 5)] as const),
  ['inner', (table) => innerSplits(table, 4, 5)],
  ['by time', (table) => [splitAtTime(table, 0.2)]],
  ['last of each user', (table) => [leaveLastOut(table)]],
];

/** What tells one row of TABLE from all others. */
const rowsOf = ({ u, i, r, time }: RatingTable) => Array.from(u, (_, row) => [u[row], i[row], r[row], time[row]].join());
const most = (values: Float64Array) => values.reduce((high, value) => Math.max(high, value), -Infinity);
const least = (values: Float64Array) => values.reduce((low, value) => Math.min(low, value), Infinity);

describe.each(SPLITS)('a split: %s', (_, splitsOf) => {
  it('has every row in training or in the test, never in both, in the order given', () => {
    const all = rowsOf(TABLE);
    for (const { train, test } of splitsOf(TABLE)) {
      const [learned, asked] = [new Set(rowsOf(train)), new Set(rowsOf(test))];
      expect(learned.size + asked.size).toBe(all.length);
      expect(rowsOf(train)).toEqual(all.filter((row) => learned.has(row)));
      expect(rowsOf(test)).toEqual(all.filter((row) => asked.has(row)));
      expect(learned.size * asked.size).toBeGreaterThan(0);
    }
  });

  it('is the same for the same seed', () => {
    expect(splitsOf(tableOf())).toEqual(splitsOf(TABLE));
  });

  it('trains on the same rows, bit for bit, whatever the test was rated', () => {
    const rows = rowsOf(TABLE);
    for (const [at, { train, test }] of splitsOf(TABLE).entries()) {
      const asked = new Set(rowsOf(test));
      const r = TABLE.r.map((rating, row) => (asked.has(rows[row]!) ? 6 - rating : rating));
      expect(splitsOf({ ...TABLE, r })[at]!.train).toEqual(train);
    }
  });

  it('never learns of a movie that a user rated twice what it asks', () => {
    const rows = Array.from(TABLE.r.keys());
    const twice = selectRows(TABLE, [...rows.filter((row) => row % 3 === 0), ...rows]);
    for (const { train, test } of splitsOf(twice)) {
      const pairs = (table: RatingTable) => Array.from(table.u, (u, row) => `${u} ${table.i[row]}`);
      const learned = new Set(pairs(train));
      expect(pairs(test).filter((pair) => learned.has(pair))).toEqual([]);
      expect(train.r.length + test.r.length).toBe(TABLE.r.length); // the last of each pair
    }
  });
});

describe('splits', () => {
  it('depend on their seed', () => {
    for (const deal of DEALS) expect(holdOut(TABLE, 0.2, deal, 1)).not.toEqual(holdOut(TABLE, 0.2, deal, 2));
  });

  it.each(DEALS)('ask every row in one fold: %s', (deal) => {
    const asked = foldsOf(TABLE, 5, deal, 1).flatMap(({ test }) => rowsOf(test));
    expect(asked.sort()).toEqual(rowsOf(TABLE).sort());
  });

  it('hold out the share that was asked for, all rows alike or of each user', () => {
    expect(holdOut(TABLE, 0.2, 'random', 1).test.r.length).toBe(120);
    const { test } = holdOut(TABLE, 0.2, 'by-user', 1);
    for (const u of TABLE.users.keys()) {
      const count = (table: RatingTable) => table.u.filter((user) => user === u).length;
      expect(Math.abs(count(test) - 0.2 * count(TABLE))).toBeLessThanOrEqual(1);
    }
  });

  it('know nothing of cold users and cold movies', () => {
    const users = holdOut(TABLE, 0.2, 'cold-users', 1);
    const movies = holdOut(TABLE, 0.2, 'cold-movies', 1);
    expect(new Set(users.test.u).size).toBe(8); // of 40
    expect(new Set(movies.test.i).size).toBe(6); // of 30
    expect(users.test.u.filter((u) => users.train.u.includes(u))).toHaveLength(0);
    expect(movies.test.i.filter((i) => movies.train.i.includes(i))).toHaveLength(0);
  });

  it('by time never learn from the future, nor from the same second', () => {
    for (const share of [0.1, 0.33, 0.8]) {
      const { train, test } = splitAtTime(TABLE, share);
      expect(Math.floor(most(train.time))).toBeLessThan(Math.floor(least(test.time)));
      expect(test.r.length).toBeGreaterThanOrEqual(share * TABLE.r.length);
    }
  });

  it('leave out the newest rating of each user who has two', () => {
    const lonely = selectRows(TABLE, [TABLE.u.indexOf(0), ...Array.from(TABLE.r.keys()).filter((row) => TABLE.u[row] !== 0)]);
    const { train, test } = leaveLastOut(lonely);
    expect([...test.u].sort((a, b) => a - b)).toEqual(Array.from({ length: 39 }, (_, at) => at + 1));
    test.u.forEach((u, row) => {
      expect(most(train.time.filter((_, other) => train.u[other] === u))).toBeLessThanOrEqual(test.time[row]!);
    });
  });

  it('hide, to choose settings by, half the ratings of another quarter of the users each', () => {
    const splits = innerSplits(TABLE, 4, 1);
    const hidden = splits.map(({ test }) => new Set(test.u));
    expect(hidden.map((users) => users.size)).toEqual([10, 10, 10, 10]);
    expect(new Set(hidden.flatMap((users) => [...users])).size).toBe(40);
    for (const { train, test } of splits) {
      const known = train.u.filter((u) => test.u.includes(u)).length;
      expect(Math.abs(known - test.r.length)).toBeLessThanOrEqual(10);
    }
  });

  it('refuse what can not be split', () => {
    const one = selectRows(TABLE, [0]);
    for (const deal of DEALS) expect(() => holdOut(one, 0.5, deal, 1)).toThrow(/both need some/);
    expect(() => foldsOf(one, 2, 'random', 1)).toThrow(RangeError);
    expect(() => leaveLastOut(one)).toThrow(RangeError);
    expect(() => splitAtTime({ ...TABLE, time: TABLE.time.map((time, row) => (row === 7 ? Number.NaN : time)) }, 0.2)).toThrow(
      /1 of 600 ratings have no time/,
    );
    expect(() => splitAtTime({ ...TABLE, time: TABLE.time.map(() => 5) }, 0.2)).toThrow(/both need some/);
  });
});
