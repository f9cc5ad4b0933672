import { inTimeOrder, type RatingTable } from '../engine/data/ratingTable.ts';
import { coldFolds } from '../engine/evaluation/coldFolds.ts';
import { coldStart } from '../engine/evaluation/coldStart.ts';
import { laterFigures, splitByTime } from '../engine/evaluation/laterRatings.ts';
import { nextLiked } from '../engine/evaluation/nextLiked.ts';
import { ServedModels } from '../engine/evaluation/servedModels.ts';
import type { Device } from '../engine/kernels/device.ts';
import { Popularity } from '../engine/models/popularity.ts';
import { SERVED_HALF_LIFE } from '../engine/online/liveRelevance.ts';
import { readDatabase } from './databaseTable.ts';
import type { RankingReport } from './rankingReport.ts';
import { terminalBar } from './terminalBar.ts';

export interface RankingOptions {
  readonly db: string;
  readonly protocol: 'next' | 'cold' | 'time';
  /** What predicts the ratings that strategies other than RELEVANCE order by; `time` alone has any. */
  readonly stage: 'mf' | 'hybrid';
  readonly seed: number;
  /** Where the kernels run; null: plain loops. */
  readonly device: Device | null;
}

/** How good lists are where a random split would flatter: later ratings, the next liked movie, and people whom nobody knows. */
export async function evaluateRanking(options: RankingOptions): Promise<RankingReport> {
  const table = inTimeOrder(readDatabase(options.db));
  const bar = terminalBar(options.protocol);
  bar?.start(1, 0);
  const show = (done: number) => bar?.update(done);
  try {
    const rows = await rowsOf(table, options, show);
    const { ratings, users, movies } = { ratings: table.r.length, users: new Set(table.u).size, movies: new Set(table.i).size };
    return { seed: options.seed, ranking: options.protocol, data: { ratings, users, movies }, rows };
  } finally {
    bar?.stop();
  }
}

async function rowsOf(table: RatingTable, options: RankingOptions, show: (done: number) => void): Promise<RankingReport['rows']> {
  switch (options.protocol) {
    case 'next':
      return nextLiked(table, options.seed, show);
    case 'cold':
      return coldStart(table, coldFolds(table, options.seed), options.seed, show);
    case 'time':
      return laterRows(table, options, show);
  }
}

async function laterRows(
  table: RatingTable,
  { stage, seed, device }: RankingOptions,
  onProgress: (done: number) => void,
): Promise<RankingReport['rows']> {
  const { train, test } = splitByTime(table);
  const clock = () => performance.now();
  const options = { seed, device, clock, onProgress, names: [stage], lessons: 'stream', relevanceHalfLife: SERVED_HALF_LIFE } as const;
  const served = new ServedModels(options);
  await served.fit(train);
  const popularity = new Popularity();
  popularity.fit(train);
  return laterFigures(served.model, popularity, train, test);
}
