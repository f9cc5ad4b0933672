import { pino } from 'pino';
import { LiveModel } from '../../src/engine/online/liveModel.ts';
import { modelSettings, takeSnapshot } from '../../src/engine/training/snapshot.ts';
import { encodeTensors } from '../../src/engine/training/tensorFile.ts';
import { Recommender } from '../../src/recommender.ts';
import { foldLog } from '../../src/recovery.ts';
import { SnapshotFolder } from '../../src/store/snapshots.ts';
import { Store } from '../../src/store/store.ts';

const SEED = 0;
const SCALE = { min: 1, max: 5, step: 0.5 };
const LOGGER = pino({ level: 'silent' });

/** Sequence, version and hash of the model that a restart makes of a database: from its newest good file and the log after it. */
export function stateAfterRestart(db: string): string {
  return withStore(db, (store) => {
    const recommender = Recommender.open({
      store,
      logger: LOGGER,
      clock: Date.now,
      seed: SEED,
      scale: SCALE,
      writeQueue: 1000,
      checkpointEvery: 1e9,
      keepVersions: 1000,
      compute: 'cpu',
      trainerMemory: 2048,
      autoTrain: false,
    });
    return stateOf(recommender.live);
  });
}

/** The same of the model that the log alone makes, from nothing and the files of the versions that it activates. */
export function stateFromLog(db: string): string {
  return withStore(db, (store) => {
    const source = { store, logger: LOGGER, settings: modelSettings(SEED), folder: new SnapshotFolder(db) };
    return stateOf(foldLog(LiveModel.untrained(SCALE, 10, SEED), source));
  });
}

function stateOf(model: LiveModel): string {
  return `${model.sequence} ${model.version} ${encodeTensors(takeSnapshot(model, modelSettings(SEED))).sha256}`;
}

function withStore<T>(db: string, work: (store: Store) => T): T {
  const store = Store.open(db, { clock: Date.now });
  try {
    return work(store);
  } finally {
    store.close();
  }
}
