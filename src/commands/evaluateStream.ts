import type { Config } from '../config.ts';
import { inTimeOrder } from '../engine/data/ratingTable.ts';
import { prequential } from '../engine/evaluation/prequential.ts';
import { openDevice } from '../engine/kernels/device.ts';
import { readDatabase } from './databaseTable.ts';
import { familiesOf, inOrder, type ModelChoice, needsKernels } from './evaluatedModels.ts';
import { type Figures, figuresOf, type Report, sizeOf } from './evaluationReport.ts';
import { terminalBar } from './terminalBar.ts';

export interface StreamSource {
  readonly kind: 'stream';
  readonly db: string;
  readonly warm: number | null;
  readonly frozen: boolean;
  readonly withhold: number | null;
}

export interface StreamEvaluationOptions extends ModelChoice {
  readonly source: StreamSource;
}

/** Every model over the stream of a database: each rating is predicted, then learned. */
export async function evaluateStream({ source, ...choice }: StreamEvaluationOptions, config: Config): Promise<Report> {
  const stream = inTimeOrder(readDatabase(source.db));
  const { warm, frozen } = source;
  const { seed, models } = choice;
  const settings = { warm, frozen, withhold: source.withhold ?? 0, seed, clock: () => performance.now() };
  const device = needsKernels(models) ? await openDevice(config.compute, (line) => process.stderr.write(`${line}\n`)) : null;
  const figures = new Map<string, Figures>();
  const bar = terminalBar('{name}');
  try {
    const families = familiesOf({ ...choice, order: 'later', device, halfLife: null });
    bar?.start(families.length, 0, { name: '' });
    for (const [finished, { name: names, create }] of families.entries()) {
      bar?.update(finished, { name: names });
      const results = await prequential(create, stream, settings, (done) => bar?.update(finished + done));
      for (const [name, { perRating, perPage, withheld, fitSeconds, ...way }] of results) {
        const all = { ...figuresOf(perRating, fitSeconds), rmsePerPage: perPage.rmse, ...way };
        figures.set(name, withheld === null ? all : { ...all, withheld });
      }
    }
  } finally {
    bar?.stop();
    await device?.close();
  }
  const streamed = stream.r.length - Math.floor(stream.r.length * (warm ?? 0));
  return {
    seed,
    split: 'stream',
    train: { ...sizeOf(stream), ratings: stream.r.length - streamed },
    test: { ratings: streamed },
    models: inOrder(models, figures),
  };
}
