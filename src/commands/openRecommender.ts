import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { Recommender } from '../recommender.ts';
import type { Store } from '../store/store.ts';

/** The recommender of a database, with the settings of this process. */
export function openRecommender(store: Store, config: Config, logger: Logger, autoTrain: boolean): Recommender {
  return Recommender.open({
    store,
    logger,
    clock: Date.now,
    seed: config.seed,
    scale: { min: config.scaleMin, max: config.scaleMax, step: config.scaleStep === 0 ? null : config.scaleStep },
    writeQueue: config.writeQueue,
    checkpointEvery: config.checkpointEvery,
    keepVersions: config.keepVersions,
    compute: config.compute,
    trainerMemory: config.trainerMemory,
    optimism: config.optimism,
    autoTrain,
  });
}
