import { Random } from '../math/random.ts';
import { type RatingTable, selectRows } from './ratingTable.ts';

/**
 * Training and test rows of one table, each in the table's order. No row is in both, and every row is in one. Of a movie that a
 * user rated more than once both hold the last rating at most: the others would tell it. Nothing else of a test row (its rating,
 * its time) leaves a trace in the training rows.
 */
export interface Split {
  readonly train: RatingTable;
  readonly test: RatingTable;
}

/**
 * What is dealt out at random: all ratings alike; each user's ratings, so that everybody has their share in the test; whole
 * users, or whole movies, of whom training knows nothing then but what side features say.
 */
export const DEALS = ['random', 'by-user', 'cold-users', 'cold-movies'] as const;
export type Deal = (typeof DEALS)[number];

/** Splits are drawn from a stream of their own. */
const STREAM = 14;

/** Hides a share of what is dealt. @param share above 0, below 1 @throws RangeError when either side would be empty */
export function holdOut(given: RatingTable, share: number, deal: Deal, seed: number): Split {
  const table = lastOfPairs(given);
  const places = dealt(table, deal, seed);
  return splitBy(table, (row) => places[row]! < share);
}

/**
 * Every row is in the test of one fold.
 * @param count of folds, at least 2
 * @throws RangeError when a fold would be empty
 */
export function foldsOf(given: RatingTable, count: number, deal: Deal, seed: number): Split[] {
  const table = lastOfPairs(given);
  const places = dealt(table, deal, seed);
  return Array.from({ length: count }, (_, fold) => splitBy(table, (row) => Math.floor(places[row]! * count) === fold));
}

/**
 * Learns what is earlier than the rest: all training rows lie before all test rows. Ratings of one second stay together, so the
 * test may be a little larger than asked for.
 * @param share of the ratings to hide, above 0, below 1
 * @throws RangeError when a time is unknown, or either side would be empty
 */
export function splitAtTime(given: RatingTable, share: number): Split {
  const table = lastOfPairs(given);
  const unknown = table.time.filter(Number.isNaN).length;
  if (unknown > 0) throw new RangeError(`${unknown} of ${table.r.length} ratings have no time: they can't be split by it.`);
  const times = Float64Array.from(table.time, Math.floor).sort();
  const border = times[Math.max(0, Math.ceil(times.length * (1 - share) - 1e-9))] ?? 0;
  return splitBy(table, (row) => Math.floor(table.time[row]!) >= border);
}

/** Parts of the users, of which one hides ratings in an inner split. */
const QUARTERS = 4;

/**
 * Splits of training ratings to choose settings by: half the ratings of a quarter of the users are hidden, another quarter in each
 * split. This behaves like a random test, unlike a small random share, which leaves every user well known.
 * @param count of splits, 1 to 4
 * @throws RangeError when either side would be empty
 */
export function innerSplits(given: RatingTable, count: number, seed: number): Split[] {
  const table = lastOfPairs(given);
  const random = new Random(seed, STREAM);
  const users = together(table.u, random);
  const rows = withinUsers(table, random);
  return Array.from({ length: count }, (_, part) =>
    splitBy(table, (row) => Math.floor(users[row]! * QUARTERS) === part && rows[row]! < 0.5),
  );
}

/** Hides the newest rating of every user who has two or more; of equal times, or unknown ones, the last in the table's order. */
export function leaveLastOut(given: RatingTable): Split {
  const table = lastOfPairs(given);
  const timeOf = (row: number) => (Number.isNaN(table.time[row]!) ? Number.POSITIVE_INFINITY : table.time[row]!);
  const counts = new Int32Array(table.users.length);
  const last = new Int32Array(table.users.length);
  table.u.forEach((u, row) => {
    if (counts[u] === 0 || timeOf(row) >= timeOf(last[u]!)) last[u] = row;
    counts[u]! += 1;
  });
  return splitBy(table, (row) => counts[table.u[row]!]! > 1 && last[table.u[row]!] === row);
}

/** A place in [0, 1) for every row: those of what is dealt as one are equal, and all places are spread evenly. */
function dealt(table: RatingTable, deal: Deal, seed: number): Float64Array {
  const random = new Random(seed, STREAM);
  switch (deal) {
    case 'random':
      return spread(table.r.length, random);
    case 'by-user':
      return withinUsers(table, random);
    case 'cold-users':
      return together(table.u, random);
    case 'cold-movies':
      return together(table.i, random);
  }
}

function withinUsers(table: RatingTable, random: Random): Float64Array {
  const rows: number[][] = table.users.map(() => []);
  table.u.forEach((u, row) => {
    rows[u]!.push(row);
  });
  const result = new Float64Array(table.r.length);
  for (const own of rows) {
    const places = spread(own.length, random, random.uniform());
    own.forEach((row, at) => {
      result[row] = places[at]!;
    });
  }
  return result;
}

/** One place for all rows of a node. @param nodes [ratings] */
function together(nodes: Int32Array, random: Random): Float64Array {
  const rated = [...new Set(nodes)];
  const places = spread(rated.length, random);
  const placeOf = new Map(rated.map((node, at) => [node, places[at]!]));
  return Float64Array.from(nodes, (node) => placeOf.get(node)!);
}

/** n places (at + offset)/n in a random order. @param offset in [0, 1): where the only one of n = 1 comes to lie */
function spread(n: number, random: Random, offset = 0): Float64Array {
  const order = random.shuffle(Array.from({ length: n }, (_, at) => at));
  return Float64Array.from(order, (at) => (at + offset) / n);
}

function splitBy(table: RatingTable, isTest: (row: number) => boolean): Split {
  const [train, test]: [number[], number[]] = [[], []];
  for (let row = 0; row < table.r.length; row += 1) (isTest(row) ? test : train).push(row);
  if (train.length === 0 || test.length === 0)
    throw new RangeError(`Of ${table.r.length} ratings, ${train.length} would be learned and ${test.length} predicted: both need some.`);
  return { train: selectRows(table, train), test: selectRows(table, test) };
}

/** Without the ratings that a later row of the same user and movie replaces. */
function lastOfPairs(table: RatingTable): RatingTable {
  const last = new Map<number, number>();
  for (let row = 0; row < table.r.length; row += 1) last.set(table.u[row]! * table.movies.length + table.i[row]!, row);
  if (last.size === table.r.length) return table;
  return selectRows(
    table,
    [...last.values()].sort((left, right) => left - right),
  );
}
