import { SingleBar } from 'cli-progress';
import type { Config } from '../config.ts';
import { LiveData } from '../engine/data/liveData.ts';
import type { RatingTable } from '../engine/data/ratingTable.ts';
import type { AccuracySummary } from '../engine/evaluation/accuracy.ts';
import { FactorizationModel } from '../engine/evaluation/factorizationModel.ts';
import { inTimeOrder, prequential, type StreamResult } from '../engine/evaluation/prequential.ts';
import { evaluateSplit } from '../engine/evaluation/split.ts';
import type { EvaluatedModel } from '../engine/models/model.ts';
import { Popularity } from '../engine/models/popularity.ts';
import { SgdFactorization } from '../engine/models/sgd.ts';
import { foldData } from '../engine/training/fit.ts';
import { CommandError } from '../errors.ts';
import { loadRatingTables } from '../importers/ratingTable.ts';
import { eventsAfter } from '../recovery.ts';
import { Store } from '../store/store.ts';
import { rejectLines } from './import.ts';

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

/** One model's figures as they are printed; null: not asked for, or no predictive distribution. */
interface Figures {
  readonly rmse: number;
  readonly rmsePerPage: number | null;
  readonly mae: number;
  readonly nll: number | null;
  readonly crps: number | null;
  readonly coverage: { readonly 50: number | null; readonly 80: number | null; readonly 90: number | null; readonly 95: number | null };
  readonly sharpness: number | null;
  readonly ndcgAt10: number | null;
  readonly recallAt10: number | null;
  readonly fitSeconds: number;
  readonly withheld?: StreamResult['withheld'];
}

interface Report {
  readonly seed: number;
  readonly train: { readonly ratings: number; readonly users: number; readonly movies: number };
  readonly test: { readonly ratings: number };
  readonly models: Readonly<Record<string, Figures>>;
}

/** `tastegraph evaluate`: accuracy, calibration and ranking of each model on the same ratings. */
export async function runEvaluate(options: EvaluateOptions, _config: Config): Promise<void> {
  const progress = progressBar(options.models.length);
  const report =
    options.source.kind === 'split' ? evaluateFiles(options, options.source, progress) : evaluateStream(options, options.source, progress);
  progress.stop();
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : table(report));
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

function figuresOf(accuracy: AccuracySummary, fitSeconds: number): Figures {
  const { rmse, mae, nll, crps, coverage50, coverage80, coverage90, coverage95, sharpness } = accuracy;
  const coverage = { 50: coverage50, 80: coverage80, 90: coverage90, 95: coverage95 };
  return { rmse, rmsePerPage: null, mae, nll, crps, coverage, sharpness, ndcgAt10: null, recallAt10: null, fitSeconds };
}

function sizeOf(data: RatingTable): Report['train'] {
  return { ratings: data.r.length, users: new Set(data.u).size, movies: new Set(data.i).size };
}

function table({ models, train, test, seed }: Report): string {
  const columns: [string, (figures: Figures) => number | null][] = [
    ['RMSE', ({ rmse }) => rmse],
    ['per page', ({ rmsePerPage }) => rmsePerPage],
    ['MAE', ({ mae }) => mae],
    ['NLL', ({ nll }) => nll],
    ['CRPS', ({ crps }) => crps],
    ['50 %', ({ coverage }) => coverage[50]],
    ['80 %', ({ coverage }) => coverage[80]],
    ['90 %', ({ coverage }) => coverage[90]],
    ['95 %', ({ coverage }) => coverage[95]],
    ['NDCG@10', ({ ndcgAt10 }) => ndcgAt10],
    ['Recall@10', ({ recallAt10 }) => recallAt10],
    ['fit s', ({ fitSeconds }) => fitSeconds],
  ];
  const shown = columns.filter(([, value]) => Object.values(models).some((figures) => value(figures) !== null));
  const head = `${'model'.padEnd(12)}${shown.map(([name]) => name.padStart(10)).join('')}`;
  const rows = Object.entries(models).map(
    ([name, figures]) => `${name.padEnd(12)}${shown.map(([, value]) => (value(figures)?.toFixed(4) ?? '–').padStart(10)).join('')}`,
  );
  const withheld = Object.entries(models).flatMap(([name, figures]) =>
    figures.withheld
      ? [
          `${name} on withheld ratings: online ${figures.withheld.online.toFixed(4)}, frozen ${figures.withheld.frozen.toFixed(4)}, fresh ${figures.withheld.fresh.toFixed(4)}`,
        ]
      : [],
  );
  const data = `${train.ratings} ratings learned at first, ${test.ratings} predicted; ${train.users} users, ${train.movies} movies; seed ${seed}`;
  return `${[data, head, ...rows, ...withheld].join('\n')}\n`;
}

interface Progress {
  next(name: string): void;
  show(done: number): void;
  stop(): void;
}

/** On standard error, where a person looks; nothing in a pipe. */
function progressBar(models: number): Progress {
  if (!process.stderr.isTTY) return { next: () => {}, show: () => {}, stop: () => {} };
  const bar = new SingleBar({ format: '{bar} {percentage} % | {name}', hideCursor: true, stream: process.stderr });
  bar.start(models, 0, { name: '' });
  let finished = -1;
  return {
    next: (name) => {
      finished += 1;
      bar.update(finished, { name });
    },
    show: (done) => bar.update(finished + done),
    stop: () => {
      bar.update(models);
      bar.stop();
    },
  };
}
