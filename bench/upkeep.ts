import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { selectRows } from '../src/engine/data/ratingTable.ts';
import { Random } from '../src/engine/math/random.ts';
import { factorizationData } from '../src/engine/models/factorizationData.ts';
import { fitVariational, VARIATIONAL_DEFAULTS } from '../src/engine/models/variational.ts';
import { modelSettings, takeSnapshot } from '../src/engine/training/snapshot.ts';
import { encodeTensors } from '../src/engine/training/tensorFile.ts';
import { SnapshotFolder } from '../src/store/snapshots.ts';
import { compare, type Figure, processorSeconds, seconds } from './measure.ts';
import { passOverRatings } from './reference/passOverRatings.ts';
import { plainWrite } from './reference/plainWrite.ts';
import { readEvents } from './reference/readEvents.ts';
import type { BenchSize } from './size.ts';
import { defaultConfig, fill, inFolder, openBench } from './workplace.ts';

/** Ratings that "fit" learns from. */
const FITTED = 80_000;
const SWEEPS = 3;
const COLUMNS = VARIATIONAL_DEFAULTS.factors + 1;
const INFORMATION = { bar: null, rounds: 3 } as const;

/** What happens beside serving: for information, without a bar. */
export async function upkeepFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  return [await fitFigure(table), ...(await storedFigures(table, size))];
}

/** A sweep of the variational member. */
async function fitFigure(table: RatingTable): Promise<Figure> {
  const fitted = selectRows(
    table,
    Array.from({ length: Math.min(FITTED, table.r.length) }, (_, row) => row),
  );
  const { data } = factorizationData(fitted);
  const fit = () => fitVariational(data, { ...VARIATIONAL_DEFAULTS, sweeps: SWEEPS }, new Random(0));
  return compare({
    ...INFORMATION,
    name: 'fit',
    what: `a sweep of the variational fit over ${fitted.r.length} ratings; a fit has ${VARIATIONAL_DEFAULTS.sweeps}`,
    unit: 'ms CPU',
    reference: 'passOverRatings',
    measure: () => (processorSeconds(fit) / SWEEPS) * 1000,
    measureReference: () => processorSeconds(() => passOverRatings(fitted.u, fitted.i, fitted.r, COLUMNS)) * 1000,
  });
}

/** A checkpoint of the whole state, and starts with and without one. */
function storedFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const config = defaultConfig(`${folder}/upkeep.db`);
    fill(config.db, table, size.ratings);
    const files = new SnapshotFolder(config.db);
    const start = async () => {
      const began = performance.now();
      const service = openBench(config);
      const taken = performance.now() - began;
      return { ...service, taken };
    };
    const readAll = async () => (await seconds(() => readEvents(config.db))) * 1000;

    const replay = await compare({
      ...INFORMATION,
      name: 'replay',
      what: `a start without a model file, from ${table.r.length} ratings`,
      unit: 'ms',
      reference: 'readEvents',
      measure: async () => {
        const { close, taken } = await start();
        await close();
        for (const { file } of files.list()) files.remove(file);
        return taken;
      },
      measureReference: readAll,
    });

    const { recommender, close } = await start();
    const encode = () => encodeTensors(takeSnapshot(recommender.live, modelSettings(config.seed))).chunks;
    const bytes = Buffer.concat(encode());
    const snapshot = await compare({
      ...INFORMATION,
      name: 'snapshot',
      what: `a checkpoint written, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`,
      unit: 'ms',
      reference: 'plainWrite',
      measure: async () => (await seconds(() => files.write('bench.safetensors', encode()))) * 1000,
      measureReference: async () => (await seconds(() => plainWrite(`${folder}/plain`, bytes))) * 1000,
    });
    await close();

    const restart = await compare({
      ...INFORMATION,
      name: 'restart',
      what: 'a start from a checkpoint',
      unit: 'ms',
      reference: 'readEvents',
      measure: async () => {
        const again = await start();
        await again.close();
        return again.taken;
      },
      measureReference: readAll,
    });
    return [snapshot, restart, replay];
  });
}
