import { type Command, Option } from 'commander';
import type { EvaluationSource } from '../commands/evaluate.ts';
import { type Config, type Flags, loadConfig, SETTINGS } from '../config.ts';
import { DB, listOf, setting, share, wholeFrom } from './options.ts';

const MODELS = ['popularity', 'sgd', 'variational', 'sampled', 'mf', 'gnn', 'bnn', 'hybrid'] as const;
/** Evaluated without --models: all but the members of `mf`. */
const DEFAULT_MODELS = ['popularity', 'sgd', 'mf', 'gnn', 'bnn', 'hybrid'] as const;
/** What a hold-out or folds deal out; the words are those of engine/data/splits.ts. */
const DEALS = ['random', 'by-user', 'cold-users', 'cold-movies'] as const;
const RANKINGS = ['next', 'cold', 'time'] as const;
/** What may predict the ratings in `--ranking time`. */
const RANKED_MODELS: readonly string[] = ['mf', 'hybrid'];
const MOST_FOLDS = 100;
/** What has hyper-parameters to search. */
const SEARCHED_MODELS = ['sgd', 'variational', 'sampled'] as const;
const TRIALS = 20;

interface EvaluateFlags extends Pick<Flags, 'db' | 'seed'> {
  readonly train?: string;
  readonly test?: string;
  readonly folds?: number;
  readonly holdout?: number;
  readonly byTime?: number;
  readonly lastOut?: boolean;
  readonly split?: (typeof DEALS)[number];
  readonly prequential?: boolean;
  readonly warm?: number;
  readonly frozen?: boolean;
  readonly withhold?: number;
  readonly ranking?: (typeof RANKINGS)[number];
  readonly knobs?: boolean;
  readonly search?: number | true;
  readonly out?: string;
  readonly settings?: string;
  readonly models?: (typeof MODELS)[number][];
  readonly standardize?: boolean;
  readonly movies?: string;
  readonly users?: string;
  readonly json?: boolean;
  readonly html?: string;
}

export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('accuracy, calibration and ranking of each model, on a split or on the stream of a database')
    .option('--train <file>', 'ratings to learn: u1.base of MovieLens, or a CSV with a header')
    .option('--test <file>', 'ratings to predict, in the same format')
    .option(...DB)
    .option('--folds <number>', 'cross-validation: each part of the database is predicted from the others', wholeFrom(2, MOST_FOLDS))
    .option('--holdout <share>', 'predict this share of the database from the rest', share)
    .option('--by-time <share>', 'predict the newest share of the database from what is older', share)
    .option('--last-out', 'predict the newest rating of each user from all others')
    .addOption(new Option('--split <name>', 'with --folds or --holdout: what is dealt out (default: random)').choices(DEALS))
    .option('--prequential', 'predict each rating of the database, then learn it')
    .option('--warm <share>', 'with --prequential: fit the first share of the ratings, then stream without refits', share)
    .option('--frozen', 'with --warm: learn nothing after the fit')
    .option('--withhold <share>', 'with --prequential: keep a share of the streamed ratings from learning', share)
    .addOption(new Option('--ranking <name>', 'lists alone: the next liked movie, newcomers, or later ratings').choices(RANKINGS))
    .option('--knobs', 'with --train and --test: lists with diversity and popularity turned')
    .option('--models <names>', `of ${MODELS.join(', ')} (default: ${DEFAULT_MODELS})`, listOf(MODELS))
    .option('--standardize', 'sgd trains on (r - mean) / deviation')
    .option(
      '--search [trials]',
      `hyper-parameters that predict best on inner splits of --train or --db (default: ${TRIALS})`,
      wholeFrom(2, 1000),
    )
    .option('--out <file>', 'with --search: where to write the settings that were found')
    .option('--settings <file>', 'hyper-parameters that a search has written')
    .option('--movies <file>', 'movies with genres and years (default: the one beside the ratings)')
    .option('--users <file>', 'users with age, gender and occupation (default: the one beside the ratings)')
    .option('--seed <number>', SETTINGS.seed.meaning, setting('seed'))
    .option('--json', 'one JSON document instead of tables')
    .option('--html <file>', 'write a page with tables and charts, which needs nothing else, too')
    .action(async (flags: EvaluateFlags, command: Command) => {
      const complaint = wrongWith(flags);
      if (complaint !== null) command.error(`error: ${complaint}`);
      const config = loadConfig({ db: flags.db, seed: flags.seed });
      if (flags.search !== undefined) return runSearch(flags, config);
      const { models = DEFAULT_MODELS, standardize = false, knobs = false, json = false, html = null } = flags;
      const settings = flags.settings === undefined ? {} : (await import('../commands/modelSettings.ts')).readSettings(flags.settings);
      const { runEvaluate } = await import('../commands/evaluate.ts');
      await runEvaluate({ source: sourceOf(flags, config), models, standardize, settings, seed: config.seed, knobs, json, html }, config);
    });
}

async function runSearch(flags: EvaluateFlags, { db, seed }: Config): Promise<void> {
  const { train, movies = null, users = null, search, models = SEARCHED_MODELS, out = '', json = false } = flags;
  const { runSearch: run } = await import('../commands/evaluateSearch.ts');
  await run({
    source: train === undefined ? { kind: 'database', db } : { kind: 'file', train, movies, users },
    models: SEARCHED_MODELS.filter((name) => models.includes(name)),
    trials: typeof search === 'number' ? search : TRIALS,
    ...{ seed, out, json },
  });
}

function sourceOf(flags: EvaluateFlags, { db }: Config): EvaluationSource {
  const { train, test, movies = null, users = null, folds, holdout, byTime, lastOut, split: deal = 'random', ranking } = flags;
  if (train !== undefined && test !== undefined) return { kind: 'files', train, test, movies, users };
  if (folds !== undefined) return { kind: 'folds', db, count: folds, deal };
  if (holdout !== undefined) return { kind: 'holdout', db, share: holdout, deal };
  if (byTime !== undefined) return { kind: 'time', db, share: byTime };
  if (lastOut) return { kind: 'last', db };
  if (ranking !== undefined) return { kind: 'ranking', db, protocol: ranking };
  const { warm = null, frozen = false, withhold = null } = flags;
  return { kind: 'stream', db, warm, frozen, withhold };
}

/** Ways to evaluate a database, of which one is taken. */
const WAYS = {
  folds: '--folds',
  holdout: '--holdout',
  byTime: '--by-time',
  lastOut: '--last-out',
  prequential: '--prequential',
  ranking: '--ranking',
} as const;
type Way = keyof typeof WAYS;

/** What is wrong with a combination of options, in one sentence; null: nothing. */
function wrongWith(flags: EvaluateFlags): string | null {
  if (flags.search !== undefined) return wrongSearch(flags);
  if (flags.out !== undefined) return '--out goes with --search.';
  const files = flags.train !== undefined || flags.test !== undefined;
  const ways = (Object.keys(WAYS) as Way[]).filter((way) => flags[way] !== undefined);
  const any = Object.values(WAYS)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' or ');
  if (files && (ways.length > 0 || flags.db !== undefined)) return `evaluate takes --train and --test, or --db and ${any}, not both.`;
  if (files && (flags.train === undefined || flags.test === undefined)) return 'evaluate needs both --train FILE and --test FILE.';
  if (!files && ways.length === 0) return `evaluate needs --train FILE --test FILE, or --db FILE with ${any}.`;
  if (ways.length > 1) return `evaluate takes ${ways.map((way) => WAYS[way]).join(' or ')}, not both.`;
  return wrongCompanion(flags, files, ways[0]) ?? wrongLists(flags, files);
}

function wrongSearch(flags: EvaluateFlags): string | null {
  const { train, db, models, out } = flags;
  const others = [
    ...(Object.keys(WAYS) as Way[]),
    'test',
    'knobs',
    'standardize',
    'settings',
    'html',
    'split',
    'warm',
    'frozen',
    'withhold',
  ] as const;
  const other = others.find((name) => flags[name] !== undefined);
  if (other !== undefined) return `--search takes no ${other === 'test' ? '--test: a search never sees one' : 'other way to evaluate'}.`;
  if (train !== undefined && db !== undefined) return '--search takes --train FILE or --db FILE, not both.';
  if (out === undefined) return '--search needs --out FILE, where it writes what it finds.';
  const wrong = (models ?? []).filter((name) => !SEARCHED_MODELS.some((searched) => searched === name));
  if (wrong.length > 0) return `--search knows ${SEARCHED_MODELS.join(', ')}, not ${wrong.join(', ')}.`;
  return null;
}

function wrongCompanion(flags: EvaluateFlags, files: boolean, way: Way | undefined): string | null {
  for (const name of ['warm', 'frozen', 'withhold'] as const) {
    if (flags[name] !== undefined && way !== 'prequential') return `--${name} goes with --prequential.`;
  }
  for (const name of ['movies', 'users'] as const) {
    if (flags[name] !== undefined && !files) return `--${name} goes with --train and --test; a database has its own.`;
  }
  if (flags.split !== undefined && way !== 'folds' && way !== 'holdout') return '--split goes with --folds or --holdout.';
  if (flags.settings !== undefined && way === 'ranking')
    return '--settings is for what predicts ratings, and --ranking judges lists alone.';
  if (flags.html !== undefined && way === 'ranking') return '--html is for what predicts ratings, and --ranking judges lists alone.';
  if (flags.frozen && flags.warm === undefined) return '--frozen goes with --warm SHARE: what is learned before it stays.';
  if (flags.standardize && (way === 'ranking' || !(flags.models ?? DEFAULT_MODELS).includes('sgd')))
    return '--standardize is for sgd, which is not among the models.';
  return null;
}

function wrongLists({ ranking, models, knobs }: EvaluateFlags, files: boolean): string | null {
  if (knobs && !files) return '--knobs goes with --train and --test.';
  if (knobs && models !== undefined && !models.some((name) => RANKED_MODELS.includes(name)))
    return '--knobs needs mf or hybrid among --models.';
  if (ranking === undefined || models === undefined) return null;
  if (ranking !== 'time') return `--ranking ${ranking} orders by relevance, which is no --models.`;
  if (models.length !== 1 || !RANKED_MODELS.includes(models[0]!)) return '--ranking time takes --models mf or --models hybrid (default).';
  return null;
}
