import type { Config } from '../src/config.ts';
import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { openDevice } from '../src/engine/kernels/device.ts';
import { SAMPLED_DEFAULTS } from '../src/engine/models/sampled.ts';
import { VARIATIONAL_DEFAULTS } from '../src/engine/models/variational.ts';
import { LiveModel } from '../src/engine/online/liveModel.ts';
import { takeCarried } from '../src/engine/training/carried.ts';
import { modelSettings, takeSnapshot } from '../src/engine/training/snapshot.ts';
import { encodeTensors } from '../src/engine/training/tensorFile.ts';
import { type TrainingOutcome, train } from '../src/engine/training/train.ts';
import { fitMembersBeside } from '../src/memberThreads.ts';
import { eventsAfter } from '../src/recovery.ts';
import { SnapshotFolder, snapshotFile } from '../src/store/snapshots.ts';
import { Store } from '../src/store/store.ts';
import { compare, type Figure, seconds } from './measure.ts';
import { passOverRatings } from './reference/passOverRatings.ts';
import { fill } from './workplace.ts';

/** Factors and a bias of each member, in each of its sweeps. */
const COLUMNS = VARIATIONAL_DEFAULTS.sweeps * (VARIATIONAL_DEFAULTS.factors + 1) + SAMPLED_DEFAULTS.sweeps * (SAMPLED_DEFAULTS.factors + 1);

/**
 * "train": a whole training as after a first import, in this process: members, stream lessons, attention, both heads, hold-out.
 * Leaves a database in which the hybrid serves. @param config names a database that doesn't exist yet
 */
export async function trainFigure(table: RatingTable, config: Config): Promise<Figure> {
  fill(config.db, table, table.r.length);
  const store = Store.open(config.db, { clock: Date.now });
  try {
    let last: TrainingOutcome | null = null;
    const figure = await compare({
      name: 'train',
      what: `a training of the hybrid on ${table.r.length} ratings`,
      unit: 's',
      reference: 'passOverRatings',
      rounds: 1,
      cold: true,
      bar: { atMost: 120, of: 'value' },
      measure: () =>
        seconds(async () => {
          last = await trainedOn(store, table, config);
        }),
      measureReference: () => seconds(() => passOverRatings(table.u, table.i, table.r, COLUMNS)),
    });
    activate(store, config, last!);
    return { ...figure, what: `${figure.what}, kernels on ${last!.compute}` };
  } finally {
    store.close();
  }
}

/** @returns the second version: the first is the factorization alone */
async function trainedOn(store: Store, table: RatingTable, config: Config): Promise<TrainingOutcome> {
  const outcomes: TrainingOutcome[] = [];
  const baseSequence = store.lastSequence();
  const input = {
    events: eventsAfter(store, 0, baseSequence),
    baseSequence,
    version: 1,
    scale: table.scale,
    carried: takeCarried(LiveModel.untrained(table.scale, VARIATIONAL_DEFAULTS.factors, config.seed)),
    options: {
      seed: config.seed,
      hybrid: true,
      factorizationFirst: true,
      fitMembers: fitMembersBeside,
      openDevice: () => openDevice(config.compute, () => {}),
    },
  };
  await train(input, (outcome) => outcomes.push(outcome));
  return outcomes.at(-1)!;
}

/** Has a version serve even if a server would not, because the factorization predicts invented ratings as well. */
function activate(store: Store, config: Config, { model, compute }: TrainingOutcome): void {
  const { version, sequence: baseSequence } = model;
  const { chunks, sha256 } = encodeTensors(takeSnapshot(model, modelSettings(config.seed)));
  const file = snapshotFile('model', version, baseSequence);
  new SnapshotFolder(config.db).write(file, chunks);
  const models = ['MF', 'GNN', 'BNN', 'HYBRID'] as const;
  const unknown = { trainedAt: Date.now(), metrics: [], losses: [], refusedBecause: null };
  store.saveVersion({ ...unknown, version, baseSequence, file, sha256, models: [...models], compute });
  store.activate(version, baseSequence);
}
