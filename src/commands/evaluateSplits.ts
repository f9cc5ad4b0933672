import type { Config } from '../config.ts';
import { type Deal, foldsOf, holdOut, leaveLastOut, type Split, splitAtTime } from '../engine/data/splits.ts';
import { compareModels } from '../engine/evaluation/bootstrap.ts';
import { overFolds } from '../engine/evaluation/folds.ts';
import type { SplitResult } from '../engine/evaluation/split.ts';
import { joinedPredictions, joinedRows, splitQuality, squaredErrors, type TestRows, testRows } from '../engine/evaluation/splitQuality.ts';
import { CommandError } from '../errors.ts';
import { loadRatingTables } from '../importers/ratingTable.ts';
import { readDatabase } from './databaseTable.ts';
import { type FamilyOptions, inOrder, type ModelChoice } from './evaluatedModels.ts';
import { type Figures, type FoldRow, figuresOf, type PlainKey, type Report, sizeOf } from './evaluationReport.ts';
import { COLUMNS } from './evaluationTable.ts';
import { rejectText } from './rejectText.ts';
import type { LossPoint, SplitOutcome } from './splitJob.ts';
import { runSplitJobs } from './splitJobs.ts';

/** Where the ratings come from, and which of them are the test. */
export type SplitSource =
  | { readonly kind: 'files'; readonly train: string; readonly test: string; readonly movies: string | null; readonly users: string | null }
  | { readonly kind: 'folds'; readonly db: string; readonly count: number; readonly deal: Deal }
  | { readonly kind: 'holdout'; readonly db: string; readonly share: number; readonly deal: Deal }
  | { readonly kind: 'time'; readonly db: string; readonly share: number }
  | { readonly kind: 'last'; readonly db: string };

export interface SplitOptions extends ModelChoice {
  readonly source: SplitSource;
  /** Whether to turn the knobs of lists, too. */
  readonly knobs: boolean;
}

export interface SplitEvaluation {
  readonly report: Report;
  /** Training curves of the first split. */
  readonly losses: readonly LossPoint[];
}

/** Every model on one split or several: each is fitted to the training rows and predicts the others as if given much later. */
export async function evaluateSplits(options: SplitOptions, config: Config): Promise<SplitEvaluation> {
  const { source, models, seed, standardize, settings, knobs } = options;
  const splits = await splitsOf(source, seed);
  const order: FamilyOptions['order'] = source.kind === 'time' || source.kind === 'last' ? 'later' : 'among';
  const jobs = splits.map((split) => ({
    ...split,
    ...{ models, seed, standardize, settings, order, knobs },
    compute: config.compute,
    strategies: splits.length === 1,
  }));
  const outcomes = await runSplitJobs(jobs);
  return { report: reportOf(options, splits, outcomes), losses: outcomes[0]!.losses };
}

async function splitsOf(source: SplitSource, seed: number): Promise<readonly Split[]> {
  if (source.kind === 'files') {
    const { train, test, rejects } = await loadRatingTables(source.train, source.test, { movies: source.movies, users: source.users });
    process.stderr.write(rejectText(rejects));
    return [{ train, test }];
  }
  const table = readDatabase(source.db);
  try {
    switch (source.kind) {
      case 'folds':
        return foldsOf(table, source.count, source.deal, seed);
      case 'holdout':
        return [holdOut(table, source.share, source.deal, seed)];
      case 'time':
        return [splitAtTime(table, source.share)];
      case 'last':
        return [leaveLastOut(table)];
    }
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(`${source.db} can't be split like this. ${error.message}`);
    throw error;
  }
}

function wordsFor(source: SplitSource): string {
  switch (source.kind) {
    case 'files':
      return 'files';
    case 'folds':
      return `${source.count} folds, ${source.deal}`;
    case 'holdout':
      return `hold-out ${source.share}, ${source.deal}`;
    case 'time':
      return `newest ${source.share}`;
    case 'last':
      return 'last of each user';
  }
}

function reportOf({ source, models, seed }: SplitOptions, splits: readonly Split[], outcomes: readonly SplitOutcome[]): Report {
  const rows = splits.map(({ train, test }) => testRows(train, test));
  const pooled = joinedRows(rows);
  const errors = new Map<string, Float64Array>();
  const figures = new Map<string, Figures>();
  const folds = new Map<string, readonly FoldRow[]>();
  for (const name of models) {
    const results = outcomes.map((outcome) => outcome.results.get(name)!);
    const predictions = joinedPredictions(results.map((result) => result.predictions));
    const each = results.map((result, fold) => foldFigures(rows[fold]!, result));
    const quality = splitQuality(pooled, predictions);
    const { topTen, coldUsers, coldMovies } = quality;
    const whole = { ...figuresOf(quality, 0), topTen, coldUsers, coldMovies };
    figures.set(name, { ...whole, ...(each.length === 1 ? foldRow(each[0]!) : meansOf(each)) });
    folds.set(name, each.map(foldRow));
    errors.set(name, squaredErrors(pooled, predictions));
  }
  const [first] = outcomes;
  const sizes = splits.map(({ train }) => sizeOf(train));
  const mean = (key: 'ratings' | 'users' | 'movies') => Math.round(sizes.reduce((sum, size) => sum + size[key], 0) / sizes.length);
  return {
    seed,
    split: wordsFor(source),
    train: { ratings: mean('ratings'), users: mean('users'), movies: mean('movies') },
    test: { ratings: pooled.r.length },
    models: inOrder(models, figures),
    ...(models.length > 1 && { comparisons: compareModels(pooled.u, errors, seed) }),
    ...(splits.length > 1 && { folds: inOrder(models, folds) }),
    ...(first?.strategies && { strategies: first.strategies }),
    ...(first?.knobs && { knobs: first.knobs }),
    ...(first?.fairness && { fairness: inOrder(models, first.fairness) }),
  };
}

function foldFigures(rows: TestRows, { predictions, lists, fitSeconds }: SplitResult): Figures {
  return figuresOf(splitQuality(rows, predictions), fitSeconds, lists);
}

const PLAIN_KEYS: readonly PlainKey[] = [...COLUMNS.map(([, key]) => key), 'fitSeconds'];
const LEVELS = [50, 80, 90, 95] as const;

/** Means over folds with their standard errors. */
function meansOf(each: readonly Figures[]): FoldRow & Pick<Figures, 'standardErrors'> {
  const plain = valuesOf(PLAIN_KEYS, (key) => overFolds(each.map((figures) => figures[key])));
  const coverage = valuesOf(LEVELS, (level) => overFolds(each.map((figures) => figures.coverage[level])));
  return {
    ...valuesOf(PLAIN_KEYS, (key) => plain[key]?.mean ?? null),
    coverage: valuesOf(LEVELS, (level) => coverage[level]?.mean ?? null),
    standardErrors: {
      ...valuesOf(PLAIN_KEYS, (key) => plain[key]?.standardError ?? null),
      coverage: valuesOf(LEVELS, (level) => coverage[level]?.standardError ?? null),
    },
  };
}

function valuesOf<Key extends PropertyKey, Value>(keys: readonly Key[], of: (key: Key) => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Value>;
}

/** What is reported of one fold. */
function foldRow({ byActivity, byDoubt, ...row }: Figures): FoldRow {
  return row;
}
