import type { Config } from '../config.ts';
import { LiveData } from '../engine/data/liveData.ts';
import type { RatingTable } from '../engine/data/ratingTable.ts';
import { FactorizationModel } from '../engine/evaluation/factorizationModel.ts';
import { inTimeOrder, prequential } from '../engine/evaluation/prequential.ts';
import { evaluateSplit } from '../engine/evaluation/split.ts';
import type { EvaluatedModel } from '../engine/models/model.ts';
import { Popularity } from '../engine/models/popularity.ts';
import { SgdFactorization } from '../engine/models/sgd.ts';
import { foldData } from '../engine/training/fit.ts';
import { CommandError } from '../errors.ts';
import { loadRatingTables } from '../importers/ratingTable.ts';
import { eventsAfter } from '../recovery.ts';
import { Store } from '../store/store.ts';
import { type Figures, figuresOf, type Report, reportTable, sizeOf } from './evaluationReport.ts';
import { rejectLines } from './import.ts';
import { terminalBar } from './terminalBar.ts';

export type EvaluationSource =
  | { readonly kind: 'split'; readonly train: string; readonly test: string; readonly movies: string | null; readonly users: string | null }
  | {
      readonly kind: 'stream';
      readonly db: string;
      readonly warm: number | null;
      readonly frozen: boolean;
      readonly withhold: number | null;
    };

export interface EvaluateOptions {
  readonly source: EvaluationSource;
  readonly models: readonly EvaluatedName[];
  readonly seed: number;
  readonly json: boolean;
}

type EvaluatedName = 'popularity' | 'sgd' | 'variational' | 'sampled' | 'mf';

/** `tastegraph evaluate`: accuracy, calibration and ranking of each model on the same ratings. */
export async function runEvaluate(options: EvaluateOptions, _config: Config): Promise<void> {
  const progress = progressBar(options.models.length);
  const report =
    options.source.kind === 'split' ? evaluateFiles(options, options.source, progress) : evaluateStream(options, options.source, progress);
  progress.stop();
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : reportTable(report));
}

/** A model by its name on the command line. */
function createModel(name: EvaluatedName, seed: number): EvaluatedModel {
  switch (name) {
    case 'popularity':
      return new Popularity();
    case 'sgd':
      return new SgdFactorization({ seed });
    case 'variational':
    case 'sampled':
      return new FactorizationModel({ seed, members: [name] });
    case 'mf':
      return new FactorizationModel({ seed });
  }
}

function evaluateFiles(options: EvaluateOptions, source: EvaluationSource & { kind: 'split' }, progress: Progress): Report {
  const { train, test, rejects } = loadRatingTables(source.train, source.test, { movies: source.movies, users: source.users });
  process.stderr.write(rejectLines(rejects));
  const models: Record<string, Figures> = {};
  for (const name of options.models) {
    progress.next(name);
    const { accuracy, ranking, fitSeconds } = evaluateSplit(createModel(name, options.seed), train, test, () => performance.now());
    models[name] = { ...figuresOf(accuracy, fitSeconds), ndcgAt10: ranking.ndcgAt10, recallAt10: ranking.recallAt10 };
  }
  return { seed: options.seed, train: sizeOf(train), test: { ratings: test.r.length }, models };
}

function evaluateStream(options: EvaluateOptions, source: EvaluationSource & { kind: 'stream' }, progress: Progress): Report {
  const stream = inTimeOrder(readDatabase(source.db));
  const { warm, frozen } = source;
  const settings = { warm, frozen, withhold: source.withhold ?? 0, seed: options.seed };
  const models: Record<string, Figures> = {};
  for (const name of options.models) {
    progress.next(name);
    const create = () => createModel(name, options.seed);
    const result = prequential(create, stream, settings, () => performance.now(), progress.show);
    const figures = { ...figuresOf(result.perRating, result.fitSeconds), rmsePerPage: result.perPage.rmse };
    models[name] = result.withheld === null ? figures : { ...figures, withheld: result.withheld };
  }
  const streamed = stream.r.length - Math.floor(stream.r.length * (warm ?? 0));
  const train = { ...sizeOf(stream), ratings: stream.r.length - streamed };
  return { seed: options.seed, train, test: { ratings: streamed }, models };
}

function readDatabase(path: string): RatingTable {
  const store = Store.open(path, { readOnly: true, clock: Date.now });
  try {
    const scale = store.scale();
    if (scale === null || store.counts().ratings === 0) throw new CommandError(`${path} holds no ratings yet: import some first.`);
    const data = new LiveData(scale);
    for (const event of eventsAfter(store, 0, Number.MAX_SAFE_INTEGER)) foldData(data, event);
    return data.table();
  } finally {
    store.close();
  }
}

interface Progress {
  next(name: string): void;
  show(done: number): void;
  stop(): void;
}

function progressBar(models: number): Progress {
  const bar = terminalBar('{name}');
  bar?.start(models, 0, { name: '' });
  let finished = -1;
  return {
    next: (name) => {
      finished += 1;
      bar?.update(finished, { name });
    },
    show: (done) => bar?.update(finished + done),
    stop: () => {
      bar?.update(models);
      bar?.stop();
    },
  };
}
