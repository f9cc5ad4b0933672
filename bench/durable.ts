import type { Config } from '../src/config.ts';
import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import type { Recommender } from '../src/recommender.ts';
import { furtherRatings } from './data.ts';
import { type Bar, compare, type Figure, seconds } from './measure.ts';
import { OneInsertATransaction } from './reference/oneInsertATransaction.ts';
import type { BenchSize } from './size.ts';
import { defaultConfig, fill, inFolder, openBench } from './workplace.ts';

const WRITERS = 64;

/** "durable": ratings that are on the disk and learned, sent by writers of which each waits for its answer before the next. */
export function durableFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const config = defaultConfig(`${folder}/durable.db`);
    const stored = table.r.length - (size.rounds + 1) * size.writes;
    if (stored < 0) throw new RangeError(`${table.r.length} ratings are too few for ${size.rounds + 1} turns of ${size.writes} writes.`);
    fill(config.db, table, stored);
    return [await rateFigure({ name: 'durable', with: 'members', bar: { atLeast: 8 } }, config, table, stored, size)];
  });
}

/** "durable hybrid": the same with a hybrid, which every rating teaches, too. @param config of a database with one, trained on `table` */
export function durableHybridFigure(table: RatingTable, size: BenchSize, config: Config): Promise<Figure> {
  const further = furtherRatings(table, (size.rounds + 1) * size.writes);
  return rateFigure({ name: 'durable hybrid', with: 'hybrid', bar: { atLeast: 10_000, of: 'value' } }, config, further, 0, size);
}

/** @param start row of the first rating that the database doesn't hold */
async function rateFigure(
  row: { name: string; with: string; bar: Bar },
  config: Config,
  table: RatingTable,
  start: number,
  size: BenchSize,
): Promise<Figure> {
  const { recommender, close } = openBench(config);
  const reference = new OneInsertATransaction(`${config.db}.reference`);
  try {
    return await compare({
      name: row.name,
      what: `ratings on disk and learned by the ${row.with}, ${WRITERS} writers`,
      unit: 'ratings/s',
      reference: 'oneInsertATransaction',
      rounds: size.rounds,
      bar: row.bar,
      measure: (round) => rateAll(recommender, table, start + round * size.writes, size.writes),
      measureReference: (round) => insertAll(reference, table, round * size.inserts, size.inserts),
    });
  } finally {
    reference.close();
    await close();
  }
}

async function rateAll(recommender: Recommender, table: RatingTable, start: number, count: number): Promise<number> {
  let next = start;
  const end = start + count;
  const writer = async () => {
    while (next < end) {
      const row = next;
      next += 1;
      await recommender.rate({ ...ratingAt(table, row), requestId: null });
    }
  };
  return count / (await seconds(() => Promise.all(Array.from({ length: WRITERS }, writer))));
}

async function insertAll(reference: OneInsertATransaction, table: RatingTable, start: number, count: number): Promise<number> {
  const taken = await seconds(() => {
    for (let row = start; row < start + count; row += 1) {
      const { userId, movieId, rating, ratedAt } = ratingAt(table, row % table.r.length);
      reference.insert(userId, movieId, rating, ratedAt);
    }
  });
  return count / taken;
}

function ratingAt({ users, movies, u, i, r, time }: RatingTable, row: number) {
  return { userId: users[u[row]!]!.id, movieId: movies[i[row]!]!.id, rating: r[row]!, ratedAt: time[row]! * 1000 };
}
