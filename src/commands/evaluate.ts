import type { Config } from '../config.ts';
import { inTimeOrder, type RatingTable } from '../engine/data/ratingTable.ts';
import { prequential } from '../engine/evaluation/prequential.ts';
import { ServedModels } from '../engine/evaluation/servedModels.ts';
import { evaluateSplit } from '../engine/evaluation/split.ts';
import { knobFigures, strategyFigures } from '../engine/evaluation/strategies.ts';
import { type Device, openDevice } from '../engine/kernels/device.ts';
import { familyOfOne, type ModelFamily } from '../engine/models/model.ts';
import { Popularity } from '../engine/models/popularity.ts';
import { SgdFactorization } from '../engine/models/sgd.ts';
import type { LiveModel } from '../engine/online/liveModel.ts';
import { loadRatingTables } from '../importers/ratingTable.ts';
import { readDatabase } from './databaseTable.ts';
import { evaluateRanking, type RankingOptions } from './evaluateRanking.ts';
import { type Figures, figuresOf, type Report, reportTable, sizeOf } from './evaluationReport.ts';
import { type RankingReport, rankingTable } from './rankingReport.ts';
import { rejectText } from './rejectText.ts';
import { terminalBar } from './terminalBar.ts';

export type EvaluationSource =
  | {
      readonly kind: 'split';
      readonly train: string;
      readonly test: string;
      readonly movies: string | null;
      readonly users: string | null;
      /** Whether to turn the knobs of lists too. */
      readonly knobs: boolean;
    }
  | {
      readonly kind: 'stream';
      readonly db: string;
      readonly warm: number | null;
      readonly frozen: boolean;
      readonly withhold: number | null;
    }
  | { readonly kind: 'ranking'; readonly db: string; readonly protocol: RankingOptions['protocol'] };

export interface EvaluateOptions {
  readonly source: EvaluationSource;
  readonly models: readonly EvaluatedName[];
  readonly seed: number;
  readonly json: boolean;
}

type EvaluatedName = 'popularity' | 'sgd' | ServedName;
type ServedName = 'variational' | 'sampled' | 'mf' | 'gnn' | 'bnn' | 'hybrid';
type Lessons = 'stream' | 'folds';

/** Those that have a file of their own; the others serve, and are parts of one another. */
const ALONE = ['popularity', 'sgd'] as const;
/** Those that need kernels. */
const ON_TOP: readonly EvaluatedName[] = ['gnn', 'bnn', 'hybrid'];
/** A random split has no order of time: all ratings of a user count alike for relevance. */
const UNDECAYED = Number.POSITIVE_INFINITY;

/** `tastegraph evaluate`: accuracy, calibration and ranking of each model on the same ratings, or of lists alone. */
export async function runEvaluate(options: EvaluateOptions, config: Config): Promise<void> {
  const device = needsKernels(options) ? await openDevice(config.compute, (line) => process.stderr.write(`${line}\n`)) : null;
  try {
    const { json, text } = await evaluated(options, device);
    process.stdout.write(options.json ? `${JSON.stringify(json, null, 2)}\n` : text);
  } finally {
    await device?.close();
  }
}

function needsKernels({ source, models }: EvaluateOptions): boolean {
  const predicts = source.kind !== 'ranking' || source.protocol === 'time';
  return predicts && models.some((name) => ON_TOP.includes(name));
}

async function evaluated(options: EvaluateOptions, device: Device | null): Promise<{ json: Report | RankingReport; text: string }> {
  const { source, seed, models } = options;
  if (source.kind === 'ranking') {
    const stage = models.includes('hybrid') ? 'hybrid' : 'mf';
    const report = await evaluateRanking({ ...source, stage, seed, device });
    return { json: report, text: rankingTable(report) };
  }
  const report = source.kind === 'split' ? await evaluateFiles(options, source, device) : await evaluateStream(options, source, device);
  return { json: report, text: reportTable(report) };
}

/** Whether what serves lists is among the models. */
function ranksLists(names: readonly string[]): boolean {
  return names.includes('mf') || names.includes('hybrid');
}

/** Makes the families of what is asked for; models that share their fit are one family. */
function families(
  { models, seed }: EvaluateOptions,
  lessons: Lessons,
  device: Device | null,
): { name: string; create: () => ModelFamily }[] {
  const clock = () => performance.now();
  const alone = ALONE.filter((name) => models.includes(name)).map((name) => ({
    name,
    create: () => familyOfOne(name, name === 'sgd' ? new SgdFactorization({ seed }) : new Popularity(), clock),
  }));
  const names = models.filter((name) => !(ALONE as readonly string[]).includes(name));
  if (names.length === 0) return alone;
  const served = { seed, names, lessons, device, clock, relevanceHalfLife: lessons === 'folds' && ranksLists(names) ? UNDECAYED : null };
  return [...alone, { name: names.join(', '), create: () => new ServedModels(served) }];
}

async function evaluateFiles(
  options: EvaluateOptions,
  source: EvaluationSource & { kind: 'split' },
  device: Device | null,
): Promise<Report> {
  const { train, test, rejects } = await loadRatingTables(source.train, source.test, { movies: source.movies, users: source.users });
  process.stderr.write(rejectText(rejects));
  const figures = new Map<string, Figures>();
  let lists: Pick<Report, 'strategies' | 'knobs'> = {};
  await eachFamily(families(options, 'folds', device), async ({ create }) => {
    const family = create();
    for (const [name, { quality, ranking, fitSeconds }] of await evaluateSplit(family, train, test)) {
      figures.set(name, { ...figuresOf(quality, fitSeconds), ndcgAt10: ranking.ndcgAt10, recallAt10: ranking.recallAt10 });
    }
    if (family instanceof ServedModels && ranksLists(options.models)) lists = listsOf(family.model, train, test, source.knobs);
  });
  const models = inOrder(options.models, figures);
  return { seed: options.seed, train: sizeOf(train), test: { ratings: test.r.length }, models, ...lists };
}

function listsOf(model: LiveModel, train: RatingTable, test: RatingTable, knobs: boolean): Pick<Report, 'strategies' | 'knobs'> {
  const strategies = strategyFigures(model, train, test);
  return knobs ? { strategies, knobs: knobFigures(model, train, test) } : { strategies };
}

async function evaluateStream(
  options: EvaluateOptions,
  source: EvaluationSource & { kind: 'stream' },
  device: Device | null,
): Promise<Report> {
  const stream = inTimeOrder(readDatabase(source.db));
  const { warm, frozen } = source;
  const settings = { warm, frozen, withhold: source.withhold ?? 0, seed: options.seed };
  const figures = new Map<string, Figures>();
  await eachFamily(families(options, 'stream', device), async ({ create }, show) => {
    for (const [name, { perRating, perPage, withheld, fitSeconds }] of await prequential(create, stream, settings, show)) {
      const all = { ...figuresOf(perRating, fitSeconds), rmsePerPage: perPage.rmse };
      figures.set(name, withheld === null ? all : { ...all, withheld });
    }
  });
  const streamed = stream.r.length - Math.floor(stream.r.length * (warm ?? 0));
  const train = { ...sizeOf(stream), ratings: stream.r.length - streamed };
  return { seed: options.seed, train, test: { ratings: streamed }, models: inOrder(options.models, figures) };
}

/** In the order in which the models were asked for. */
function inOrder(names: readonly string[], figures: ReadonlyMap<string, Figures>): Record<string, Figures> {
  return Object.fromEntries(names.map((name) => [name, figures.get(name)!]));
}

/** One after the other, with a bar where a person looks. */
async function eachFamily<F extends { readonly name: string }>(
  list: readonly F[],
  work: (family: F, show: (done: number) => void) => Promise<void>,
): Promise<void> {
  const bar = terminalBar('{name}');
  bar?.start(list.length, 0, { name: '' });
  for (const [finished, family] of list.entries()) {
    bar?.update(finished, { name: family.name });
    await work(family, (done) => bar?.update(finished + done));
  }
  bar?.update(list.length);
  bar?.stop();
}
