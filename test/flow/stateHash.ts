import { pino } from 'pino';
import { LiveModel } from '../../src/engine/online/liveModel.ts';
import { modelSettings, takeSnapshot } from '../../src/engine/training/snapshot.ts';
import { encodeTensors } from '../../src/engine/training/tensorFile.ts';
import { Recommender } from '../../src/recommender.ts';
import { foldLog, loadModel } from '../../src/recovery.ts';
import { SnapshotFolder } from '../../src/store/snapshots.ts';
import { Store } from '../../src/store/store.ts';

/**
 * Prints "sequence version hash" of a database's model, made in one of three ways: as a restart makes it, by folding the
 * log from the oldest version file that is kept, from the oldest checkpoint, or from nothing.
 * Run: stateHash.ts restart|model|checkpoint|nothing DB
 */
const [, , way, db] = process.argv as [string, string, string, string];
const SEED = 0;
const SCALE = { min: 1, max: 5, step: 0.5 };
const settings = modelSettings(SEED);
const logger = pino({ level: 'warn' }, pino.destination(2));
const store = Store.open(db, { clock: Date.now });
const source = { store, logger, settings, folder: new SnapshotFolder(db) };

const model = way === 'restart' ? restarted() : foldLog(start(way), source);
const { sha256 } = encodeTensors(takeSnapshot(model, settings));
process.stdout.write(`${model.sequence} ${model.version} ${sha256}\n`);

function restarted(): LiveModel {
  const recommender = Recommender.open({
    store,
    logger,
    clock: Date.now,
    seed: SEED,
    scale: SCALE,
    writeQueue: 1000,
    checkpointEvery: 1e9,
    keepVersions: 3,
    compute: 'cpu',
    trainerMemory: 2048,
    autoTrain: false,
  });
  return recommender.live;
}

function start(from: string): LiveModel {
  if (from === 'nothing') return LiveModel.untrained(SCALE, 10, SEED);
  const files = source.folder.list().filter(({ kind }) => kind === from);
  return loadModel(source, files.at(-1)!.file);
}
