import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { sourceOfTable } from '../../../src/importers/tableSource.ts';
import type { Recommender } from '../../../src/recommender.ts';
import { Store } from '../../../src/store/store.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import { copyDatabase, inFolder } from '../place.ts';
import { restartAndCompare, trainFactorization, withRecommender } from '../states.ts';
import { outOfBounds } from './bounds.ts';
import { type Community, type HostileWrite, MAJORITIES, STREAMS } from './streams.ts';

const COUNT: Record<Size, number> = { short: 500, long: 10_000 };
const SHAPE = { users: 300, movies: 200, ratings: 12_000 };
/** Honest ratings that arrive while the hostile ones do. */
const HONEST = 2_000;
const WORSE = 1.01;
/** Writes that are on their way together. */
const TOGETHER = 200;
/** Memory for a new user and a new rating, bytes; and what is kept of the newest moves of the model whoever makes them, MiB. */
const OF_USER = 8_192;
const OF_RATING = 1_024;
const KEPT_MIB = 32;

interface Honest {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number;
}

/** What people who mean no good do to the predictions of the others. */
export const hostileStreams: Fault = {
  name: 'hostile',
  what: 'streams of ratings that no people make, beside honest ones',
  run: (size, tell) => inFolder((folder) => everyStream(folder, size, tell)),
};

async function everyStream(folder: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const base = join(folder, 'base.db');
  const { community, honest } = fill(base);
  await withRecommender(base, trainFactorization);
  const db = join(folder, 'taste.db');
  const alone = await streamed(base, db, honest, []);
  const findings: Finding[] = [];
  for (const [name, make] of Object.entries(size === 'short' ? STREAMS : { ...STREAMS, ...MAJORITIES })) {
    const writes = make(community, COUNT[size]);
    const seen = await streamed(base, db, honest, writes);
    const { restarted, replayed } = restartAndCompare(db);
    const worse = name in STREAMS ? WORSE : Number.POSITIVE_INFINITY;
    findings.push(findingOf(`${name}, ${writes.length} times`, seen, alone.rmse, worse, restarted === replayed));
    tell(`${name}: ${findings.at(-1)!.seen}`);
  }
  return findings;
}

function findingOf(what: string, seen: Seen, alone: number, worse: number, exact: boolean): Finding {
  const { rmse, newUsers, newRatings, moreMemory } = seen;
  const percent = (ratio: number) => `${((ratio - 1) * 100).toFixed(2)} %`;
  const allowed = KEPT_MIB + (newUsers * OF_USER + newRatings * OF_RATING) / 2 ** 20;
  const state = (same: boolean) => `${same ? 'the same' : 'another'} state after a restart`;
  return {
    what,
    seen: [
      `RMSE of the others ${rmse.toFixed(4)} beside ${alone.toFixed(4)}: ${percent(rmse / alone)} worse`,
      `${seen.outOfBounds} out of bounds`,
      `${moreMemory.toFixed(1)} MiB for ${newUsers} users and ${newRatings} ratings`,
      state(exact),
    ].join(', '),
    bar: `${worse === WORSE ? `<= ${percent(worse)}` : 'no promise'}, 0, <= ${allowed.toFixed(1)} MiB, the same`,
    holds: rmse <= worse * alone && seen.outOfBounds === 0 && moreMemory <= allowed && exact && seen.edgesMatch,
  };
}

/** A community with a taste; the last of its ratings are kept back, to be the honest stream. */
function fill(db: string): { community: Community; honest: readonly Honest[] } {
  const { table } = syntheticRatings(SHAPE, 1);
  const { ratings } = sourceOfTable('synthetic ratings', table);
  const store = Store.open(db, { clock: Date.now });
  const known = table.r.length - HONEST;
  store.startImport(ratings).add(Uint32Array.from({ length: known }, (_, row) => row));
  store.close();
  const userIds = table.users.map(({ id }) => id);
  const films = table.movies.map(({ id }) => id);
  const honest = Array.from(table.r.subarray(known), (rating, at) => ({
    userId: userIds[table.u[known + at]!]!,
    movieId: films[table.i[known + at]!]!,
    rating,
  }));
  const ratingsOf = (film: string) => Array.from(table.r).filter((_, row) => row < known && films[table.i[row]!] === film);
  return { community: { users: userIds, films, ratingsOf }, honest };
}

interface Seen {
  readonly rmse: number;
  readonly outOfBounds: number;
  readonly moreMemory: number;
  readonly newUsers: number;
  readonly newRatings: number;
  /** As many ratings in memory as in the database. */
  readonly edgesMatch: boolean;
}

/** The honest ratings in their order, the hostile ones evenly between them; each honest one is predicted before it is learned. */
async function streamed(base: string, db: string, honest: readonly Honest[], hostile: readonly HostileWrite[]): Promise<Seen> {
  copyDatabase(base, db);
  let seen: Seen | undefined;
  await withRecommender(db, async (recommender) => {
    const { ratings, users } = recommender.live.data;
    const before = { memory: memoryInUse(), users: users.size, ratings: ratings.size };
    const errors = await stream(recommender, honest, hostile);
    const { data } = recommender.live;
    seen = {
      rmse: Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length),
      outOfBounds: outOfBounds(recommender.live),
      moreMemory: (memoryInUse() - before.memory) / 2 ** 20,
      newUsers: data.users.size - before.users,
      newRatings: data.ratings.size - before.ratings,
      edgesMatch: data.ratings.size === recommender.dataset().ratingCount,
    };
  });
  return seen!;
}

/** @returns errors of the honest ones */
async function stream(recommender: Recommender, honest: readonly Honest[], hostile: readonly HostileWrite[]): Promise<number[]> {
  const errors: number[] = [];
  let waiting: Promise<void>[] = [];
  let sent = 0;
  for (const [turn, rating] of honest.entries()) {
    const until = Math.floor((hostile.length * (turn + 1)) / honest.length);
    for (; sent < until; sent += 1) waiting.push(sendHostile(recommender, hostile[sent]!));
    waiting.push(
      recommender.rate({ ...rating, ratedAt: null, requestId: null }).then(({ before }) => {
        errors.push(before.score - rating.rating);
      }),
    );
    if (waiting.length < TOGETHER) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  return errors;
}

async function sendHostile(recommender: Recommender, { userId, movieId, rating }: HostileWrite): Promise<void> {
  if (rating === null) await recommender.withdraw({ userId, movieId, requestId: null });
  else await recommender.rate({ userId, movieId, rating, ratedAt: null, requestId: null });
}

/** Heap and array buffers after a collection; bytes. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
