import type { RatingTable } from '../engine/data/ratingTable.ts';
import { innerSplits, type Split } from '../engine/data/splits.ts';
import { bestOf, search } from '../engine/evaluation/search.ts';
import { type Point, type SearchedModel, SPACES } from '../engine/evaluation/searchSpace.ts';
import type { ModelFamily } from '../engine/models/model.ts';
import { SAMPLED_DEFAULTS } from '../engine/models/sampled.ts';
import { SGD_DEFAULTS } from '../engine/models/sgd.ts';
import { VARIATIONAL_DEFAULTS } from '../engine/models/variational.ts';
import { loadRatingTable } from '../importers/ratingTable.ts';
import { readDatabase } from './databaseTable.ts';
import { familiesOf } from './evaluatedModels.ts';
import { type SettingsFile, settingsOf } from './modelSettings.ts';
import { rejectText } from './rejectText.ts';
import { terminalBar } from './terminalBar.ts';
import { checkWritable, writeText } from './textFile.ts';
import { textTable } from './textTable.ts';

/** Each trial is fitted to this many inner splits. */
const INNER_FOLDS = 2;

/** What is in use without a settings file. */
const DEFAULTS = { sgd: SGD_DEFAULTS, variational: VARIATIONAL_DEFAULTS, sampled: SAMPLED_DEFAULTS };

export interface SearchOptions {
  readonly source:
    | { readonly kind: 'file'; readonly train: string; readonly movies: string | null; readonly users: string | null }
    | { readonly kind: 'database'; readonly db: string };
  readonly models: readonly SearchedModel[];
  /** Of each model, the defaults among them. */
  readonly trials: number;
  readonly seed: number;
  /** Where the settings are written. */
  readonly out: string;
  readonly json: boolean;
}

/** `tastegraph evaluate --search`: hyper-parameters that predict best on inner splits of training ratings, written as a settings file. */
export async function runSearch(options: SearchOptions): Promise<void> {
  checkWritable(options.out);
  const { source, models, trials, seed } = options;
  const table = await tableOf(source);
  const splits = innerSplits(table, INNER_FOLDS, seed);
  const searched = { source: source.kind === 'file' ? source.train : source.db, ratings: table.r.length, innerFolds: INNER_FOLDS, trials };
  const rmse: SettingsFile['rmse'] = {};
  const found: Record<string, Point> = {};
  const bar = terminalBar('{model} {trial} of {trials}, best RMSE {best}');
  bar?.start(models.length * trials, 0, { model: '', trial: 0, trials, best: '–' });
  try {
    for (const [at, model] of models.entries()) {
      let best = Number.POSITIVE_INFINITY;
      const all = await search(SPACES[model], startOf(model), trials, seed, async (point, trial) => {
        const loss = await innerRmse(model, point, splits, seed);
        best = Math.min(best, loss);
        bar?.update(at * trials + trial + 1, { model, trial: trial + 1, best: best.toFixed(4) });
        return loss;
      });
      found[model] = bestOf(all).point;
      rmse[model] = { default: all[0]!.loss, found: bestOf(all).loss };
    }
  } finally {
    bar?.stop();
  }
  const file: SettingsFile = { format: 1, seed, searched, rmse, models: settingsOf(found) };
  writeText(options.out, `${JSON.stringify(file, null, 2)}\n`);
  process.stdout.write(options.json ? `${JSON.stringify(file, null, 2)}\n` : searchText(file, options.out));
}

async function tableOf(source: SearchOptions['source']): Promise<RatingTable> {
  if (source.kind === 'database') return readDatabase(source.db);
  const { table, rejects } = await loadRatingTable(source.train, { movies: source.movies, users: source.users });
  process.stderr.write(rejectText(rejects));
  return table;
}

/** The searched options as they are by default. */
function startOf(model: SearchedModel): Point {
  const defaults = new Map(Object.entries(DEFAULTS[model]));
  return Object.fromEntries(Object.keys(SPACES[model]).map((name) => [name, Number(defaults.get(name))]));
}

/** Mean over the inner splits. */
async function innerRmse(model: SearchedModel, point: Point, splits: readonly Split[], seed: number): Promise<number> {
  const settings = settingsOf({ [model]: point });
  let sum = 0;
  for (const { train, test } of splits) {
    const [made] = familiesOf({ models: [model], seed, standardize: false, settings, order: 'among', device: null, halfLife: null });
    const family = made!.create();
    await family.fit(train);
    sum += rmseOn(family, model, test);
  }
  return sum / splits.length;
}

function rmseOn(family: ModelFamily, model: string, { u, i, r }: RatingTable): number {
  const answers = family.models.get(model)!;
  const squares = r.reduce((sum, rating, row) => sum + (answers.predictOne(u[row]!, i[row]!, null).mean - rating) ** 2, 0);
  return Math.sqrt(squares / r.length);
}

function searchText({ searched, rmse, models }: SettingsFile, out: string): string {
  const rows = Object.entries(rmse).map(([model, { default: before, found }]) => [model, before.toFixed(4), found.toFixed(4)]);
  const options = Object.entries(models).map(([model, point]) => `${model}: ${JSON.stringify(point)}`);
  return `${[
    `${searched.ratings} ratings of ${searched.source}, ${searched.innerFolds} inner splits, ${searched.trials} trials of each model`,
    ...textTable(['model', 'RMSE by default', 'RMSE found'], rows, process.stdout.columns ?? Number.POSITIVE_INFINITY),
    ...options,
    `Written to ${out}: evaluate --settings ${out} uses it. The RMSE found is a little flattered, being the best of several.`,
  ].join('\n')}\n`;
}
