import { pino } from 'pino';
import { LiveModel } from '../../src/engine/online/liveModel.ts';
import { modelSettings, takeSnapshot } from '../../src/engine/training/snapshot.ts';
import { encodeTensors } from '../../src/engine/training/tensorFile.ts';
import { Recommender } from '../../src/recommender.ts';
import { foldLog, loadModel } from '../../src/recovery.ts';
import { SnapshotFolder } from '../../src/store/snapshots.ts';
import { Store } from '../../src/store/store.ts';

const SEED = 0;
const SCALE = { min: 1, max: 5, step: 0.5 };
const LOGGER = pino({ level: 'silent' });

/** A recommender over a database, as a server has it, that trains only when told to; closed after the work. */
export async function withRecommender(db: string, work: (recommender: Recommender) => Promise<void>): Promise<void> {
  const store = Store.open(db, { clock: Date.now });
  const recommender = open(store);
  await work(recommender);
  await recommender.close();
  store.close();
}

export async function trainFactorization(recommender: Recommender): Promise<void> {
  const ended = new Promise<string | null>((resolve) => {
    recommender.onTrainingProgress(({ finished, error }) => finished && resolve(error));
  });
  recommender.train(['MF']);
  const error = await ended;
  if (error !== null) throw new Error(`The first training failed: ${error}`);
}

/** Sequence, version and hash of the model that a restart makes of a database: from its newest good file and the log after it. */
export function stateAfterRestart(db: string): string {
  return withStore(db, (store) => stateOf(open(store).live));
}

/** The same of the model that the log alone makes, from nothing and the files of the versions that it activates. */
export function stateFromLog(db: string): string {
  return withStore(db, (store) => {
    const source = { store, logger: LOGGER, settings: modelSettings(SEED), folder: new SnapshotFolder(db) };
    return stateOf(foldLog(LiveModel.untrained(SCALE, 10, SEED), source));
  });
}

/**
 * What a restart makes of a database, beside the same made from the oldest file that may be used: from nothing, unless somebody was
 * forgotten, of which the log alone knows no more.
 */
export function restartAndCompare(db: string): { restarted: string; replayed: string; version: number; active: number } {
  return withStore(db, (store) => {
    const { live } = open(store);
    const source = { store, logger: LOGGER, settings: modelSettings(SEED), folder: new SnapshotFolder(db) };
    const oldest = source.folder
      .list()
      .filter(({ kind }) => kind === 'checkpoint')
      .at(-1);
    const isWhole = store.lastForgotten() === 0 || oldest === undefined;
    const start = isWhole ? LiveModel.untrained(SCALE, 10, SEED) : loadModel(source, oldest.file);
    const replayed = stateOf(foldLog(start, source));
    return { restarted: stateOf(live), replayed, version: live.version, active: store.activeAt(store.lastSequence()) };
  });
}

function open(store: Store): Recommender {
  return Recommender.open({
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
