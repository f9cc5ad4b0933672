import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import type { Model, RatingInput } from '../../src/domain.ts';
import type { RecommenderOptions } from '../../src/recommender/options.ts';
import { Recommender } from '../../src/recommender.ts';
import { Store } from '../../src/store/store.ts';

export interface TestRecommender {
  readonly recommender: Recommender;
  readonly store: Store;
  readonly path: string;
  /** Ends it cleanly and opens it again. */
  reopen(): Promise<TestRecommender>;
  /** Opens the same files again as after a crash: nothing was closed or saved. */
  crash(): TestRecommender;
  remove(): Promise<void>;
}

const NOW = Date.UTC(2026, 0, 1);

/** A recommender over a real database in a folder of its own; it trains only when told to, unless asked otherwise. */
export function openTestRecommender(options: Partial<RecommenderOptions> = {}, path = freshPath()): TestRecommender {
  const clock = () => NOW;
  const store = Store.open(path, { clock });
  const recommender = Recommender.open({
    store,
    clock,
    logger: pino({ level: 'silent' }),
    seed: 0,
    scale: { min: 1, max: 5, step: 0.5 },
    writeQueue: 10_000,
    checkpointEvery: 1_000_000,
    keepVersions: 3,
    compute: 'webasm',
    trainerMemory: 512,
    autoTrain: false,
    ...options,
  });
  const close = async () => {
    await recommender.close();
    store.close();
  };
  return {
    recommender,
    store,
    path,
    async reopen() {
      await close();
      return openTestRecommender(options, path);
    },
    crash: () => openTestRecommender(options, path),
    async remove() {
      await close();
      rmSync(dirname(path), { recursive: true, force: true });
    },
  };
}

/**
 * Recommenders over copies of one database, which is filled before the first test of a file: a training takes longer than most tests.
 * @returns opens one over a copy of its own
 */
export function copies(
  fill: (recommender: Recommender) => Promise<void>,
  options: Partial<RecommenderOptions> = {},
): () => TestRecommender {
  const original = freshPath();
  beforeAll(async () => {
    const { recommender, store } = openTestRecommender(options, original);
    await fill(recommender);
    await recommender.close();
    store.close();
  });
  afterAll(() => rmSync(dirname(original), { recursive: true, force: true }));
  return () => {
    const path = freshPath();
    cpSync(dirname(original), dirname(path), { recursive: true });
    return openTestRecommender(options, path);
  };
}

export function rating(userId: string, movieId: string, value: number, requestId: string | null = null): RatingInput {
  return { userId, movieId, rating: value, ratedAt: null, requestId };
}

/** Ratings of a small community with a taste for even or for odd films; the same every time. */
export async function rateMany(recommender: Recommender, users: number, movies: number): Promise<number> {
  const inputs: RatingInput[] = [];
  for (let u = 0; u < users; u += 1) {
    for (let i = 0; i < movies; i += 1) {
      if ((u * 5 + i * 3) % 4 === 0) continue;
      inputs.push(rating(`u${u}`, `m${i}`, (u + i) % 2 === 0 ? 4 + (i % 3) / 2 : 1.5 + (u % 2) / 2));
    }
  }
  await Promise.all(inputs.map((input) => recommender.rate(input)));
  return inputs.length;
}

/** Trains and waits for the version to serve, or for the failure. @returns the error, null after a success */
export function trained(recommender: Recommender, models: readonly Model[] | null = null): Promise<string | null> {
  return new Promise((resolve) => {
    const stop = recommender.onTrainingProgress(({ finished, error }) => {
      if (!finished) return;
      stop();
      resolve(error);
    });
    recommender.train(models);
  });
}

function freshPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'tastegraph-service-')), 'taste.db');
}
