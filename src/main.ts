import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { EvaluationSource } from './commands/evaluate.ts';
import { type Config, DEMOS, type Flags, loadConfig, SETTINGS } from './config.ts';
import { CommandError } from './errors.ts';

const IMPORT_FORMATS = ['auto', 'ml-100k', 'ml-1m', 'ml-csv', 'csv'] as const;
const TRAINED_MODELS = ['mf', 'gnn', 'bnn', 'hybrid'] as const;
const EVALUATED_MODELS = ['popularity', 'sgd', 'variational', 'sampled', 'mf', 'gnn', 'bnn', 'hybrid'] as const;
/** Evaluated without --models: all but the members of `mf`. */
const DEFAULT_EVALUATED = ['popularity', 'sgd', 'mf', 'gnn', 'bnn', 'hybrid'] as const;

const RANKINGS = ['next', 'cold', 'time'] as const;
/** What may predict the ratings in `--ranking time`. */
const RANKED_MODELS: readonly string[] = ['mf', 'hybrid'];

const DB = ['--db <file>', `database file (default: ${SETTINGS.db.schema.parse(undefined)})`, setting('db')] as const;

interface ImportFlags extends Pick<Flags, 'db'> {
  readonly format: (typeof IMPORT_FORMATS)[number];
  readonly rejects?: string;
}

interface EvaluateFlags extends Pick<Flags, 'db' | 'seed'> {
  readonly train?: string;
  readonly test?: string;
  readonly prequential?: boolean;
  readonly warm?: number;
  readonly frozen?: boolean;
  readonly withhold?: number;
  readonly ranking?: (typeof RANKINGS)[number];
  readonly knobs?: boolean;
  readonly models?: (typeof EVALUATED_MODELS)[number][];
  readonly movies?: string;
  readonly users?: string;
  readonly json?: boolean;
}

/** A command's file is loaded when it is called, so that no command waits for the libraries of another. */
function commandLine(): Command {
  const program = new Command('tastegraph')
    .description('A recommendation server that learns from every rating, says how sure it is, and shows why.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`) })
    .usage('COMMAND [options]')
    .argument('[command]')
    .action((name?: string) => {
      const known = `${program.commands.map((command) => command.name()).join(', ')}; --help explains them`;
      program.error(name === undefined ? `error: name a command: ${known}.` : `error: there is no command "${name}". Commands: ${known}.`);
    });
  addServe(program);
  addImport(program);
  addTrain(program);
  addEvaluate(program);
  addExplore(program);
  addExport(program);
  addBench(program);
  return program;
}

function addServe(program: Command): void {
  program
    .command('serve')
    .description('run the server; an empty database is filled with a demo')
    .option(...DB)
    .option('--host <address>', SETTINGS.host.meaning, setting('host'))
    .option('--port <number>', SETTINGS.port.meaning, setting('port'))
    .addOption(new Option('--demo <name>', SETTINGS.demo.meaning).choices(DEMOS))
    .action(async (flags: Flags) => {
      const config = loadConfig(flags);
      const { runServe } = await import('./commands/serve.ts');
      await runServe({}, config);
    });
}

function addImport(program: Command): void {
  program
    .command('import')
    .description('ratings, movies and users from a MovieLens folder or zip, or ratings from a CSV file')
    .argument('<path>', 'folder, zip or file')
    .option(...DB)
    .addOption(new Option('--format <name>', 'what the path holds').choices(IMPORT_FORMATS).default('auto'))
    .option('--rejects <file>', 'write every line that is rejected to this file, with the reason')
    .action(async (path: string, { format, rejects, ...flags }: ImportFlags) => {
      const config = loadConfig(flags);
      const { runImport } = await import('./commands/import.ts');
      await runImport({ path, format, rejects: rejects ?? null }, config);
    });
}

function addTrain(program: Command): void {
  program
    .command('train')
    .description('train and publish a new model version')
    .option(...DB)
    .option('--models <names>', `of ${TRAINED_MODELS.join(', ')}, separated by commas`, listOf(TRAINED_MODELS))
    .action(async ({ models = TRAINED_MODELS, ...flags }: Flags & { models?: readonly (typeof TRAINED_MODELS)[number][] }) => {
      const config = loadConfig(flags);
      const { runTrain } = await import('./commands/train.ts');
      await runTrain({ models }, config);
    });
}

function addExport(program: Command): void {
  program
    .command('export')
    .description('ratings, movies and users as CSV files that import reads back, and the current model')
    .argument('<dir>', 'folder for the files')
    .option(...DB)
    .action(async (folder: string, flags: Flags) => {
      const config = loadConfig(flags);
      const { runExport } = await import('./commands/export.ts');
      await runExport({ folder }, config);
    });
}

function addExplore(program: Command): void {
  program
    .command('explore')
    .description('the ratings at a glance: how many, how high, how unequally spread; in the terminal or as a page')
    .option(...DB)
    .option('--html <file>', 'write one HTML page that needs nothing else, instead of text')
    .option('--json', 'one JSON document instead of text')
    .action(async ({ html, json = false, ...flags }: Pick<Flags, 'db'> & { html?: string; json?: boolean }) => {
      const config = loadConfig(flags);
      const { runExplore } = await import('./commands/explore.ts');
      runExplore({ html: html ?? null, json }, config);
    });
}

function addBench(program: Command): void {
  program
    .command('bench')
    .description('the benchmark table: every speed as a ratio against a plain reference in the same run')
    .option('--json', 'one JSON document instead of a table')
    .action(async ({ json = false }: { json?: boolean }) => {
      const { runBench } = await import('./commands/bench.ts');
      await runBench({ json });
    });
}

function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('accuracy, calibration and ranking of each model, on a split or on the stream of a database')
    .option('--train <file>', 'ratings to learn: u1.base of MovieLens, or a CSV with a header')
    .option('--test <file>', 'ratings to predict, in the same format')
    .option(...DB)
    .option('--prequential', 'predict each rating of the database, then learn it')
    .option('--warm <share>', 'with --prequential: fit the first share of the ratings, then stream without refits', share)
    .option('--frozen', 'with --warm: learn nothing after the fit')
    .option('--withhold <share>', 'with --prequential: keep a share of the streamed ratings from learning', share)
    .addOption(new Option('--ranking <name>', 'lists alone: the next liked movie, newcomers, or later ratings').choices(RANKINGS))
    .option('--knobs', 'with --train and --test: lists with diversity and popularity turned')
    .option('--models <names>', `of ${EVALUATED_MODELS.join(', ')} (default: ${DEFAULT_EVALUATED})`, listOf(EVALUATED_MODELS))
    .option('--movies <file>', 'movies with genres and years (default: the one beside the ratings)')
    .option('--users <file>', 'users with age, gender and occupation (default: the one beside the ratings)')
    .option('--seed <number>', SETTINGS.seed.meaning, setting('seed'))
    .option('--json', 'one JSON document instead of tables')
    .action(async (flags: EvaluateFlags, command: Command) => {
      checkEvaluate(flags, command);
      const config = loadConfig({ db: flags.db, seed: flags.seed });
      const { models = DEFAULT_EVALUATED, json = false } = flags;
      const { runEvaluate } = await import('./commands/evaluate.ts');
      await runEvaluate({ source: evaluationSource(flags, config), models, seed: config.seed, json }, config);
    });
}

function evaluationSource(flags: EvaluateFlags, config: Config): EvaluationSource {
  const { train, test, movies = null, users = null, knobs = false, warm = null, frozen = false, withhold = null, ranking } = flags;
  if (train !== undefined && test !== undefined) return { kind: 'split', train, test, movies, users, knobs };
  if (ranking !== undefined) return { kind: 'ranking', db: config.db, protocol: ranking };
  return { kind: 'stream', db: config.db, warm, frozen, withhold };
}

function checkEvaluate(flags: EvaluateFlags, command: Command): void {
  const split = flags.train !== undefined || flags.test !== undefined;
  const usage = (message: string) => command.error(`error: ${message}`);
  if (split && (flags.prequential || flags.ranking !== undefined || flags.db !== undefined))
    usage('evaluate takes --train and --test, or --db and --prequential or --ranking, not both.');
  if (flags.prequential && flags.ranking !== undefined) usage('evaluate takes --prequential or --ranking, not both.');
  if (split && (flags.train === undefined || flags.test === undefined)) usage('evaluate needs both --train FILE and --test FILE.');
  if (!split && !flags.prequential && flags.ranking === undefined)
    usage('evaluate needs --train FILE --test FILE, or --db FILE with --prequential or --ranking.');
  for (const name of ['warm', 'frozen', 'withhold'] as const) {
    if (flags[name] !== undefined && !flags.prequential) usage(`--${name} goes with --prequential.`);
  }
  for (const name of ['movies', 'users'] as const) {
    if (flags[name] !== undefined && !split) usage(`--${name} goes with --train and --test; a database has its own.`);
  }
  checkLists(flags, split, usage);
  if (flags.frozen && flags.warm === undefined) usage('--frozen goes with --warm SHARE: what is learned before it stays.');
}

function checkLists({ ranking, models, knobs }: EvaluateFlags, split: boolean, usage: (message: string) => void): void {
  if (knobs && !split) usage('--knobs goes with --train and --test.');
  if (knobs && models !== undefined && !models.some((name) => RANKED_MODELS.includes(name)))
    usage('--knobs needs mf or hybrid among --models.');
  if (ranking === undefined || models === undefined) return;
  if (ranking !== 'time') usage(`--ranking ${ranking} orders by relevance, which is no --models.`);
  if (models.length !== 1 || !RANKED_MODELS.includes(models[0]!)) usage('--ranking time takes --models mf or --models hybrid (default).');
}

/** Checks a setting's flag by the setting's own rule; loadConfig converts it. */
function setting(name: keyof typeof SETTINGS): (text: string) => string {
  const { schema, meaning } = SETTINGS[name];
  return (text) => {
    if (text.trim() === '') throw new InvalidArgumentError(`It is empty. It means: ${meaning}.`);
    const parsed = schema.safeParse(text);
    if (parsed.success) return text;
    throw new InvalidArgumentError(`${parsed.error.issues.map((issue) => issue.message).join('; ')}. It means: ${meaning}.`);
  };
}

function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must be a number above 0 and below 1.');
  return value;
}

function listOf<Name extends string>(allowed: readonly Name[]): (text: string) => Name[] {
  return (text) => {
    const names = [...new Set(text.split(',').map((name) => name.trim()))];
    const wrong = names.filter((name) => !allowed.includes(name as Name));
    if (wrong.length > 0)
      throw new InvalidArgumentError(`There is no ${wrong.map((name) => `"${name}"`).join(', ')}; allowed: ${allowed.join(', ')}.`);
    return names as Name[];
  };
}

function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

/** @returns the exit status; 0 says nothing about what still runs, like a server */
async function main(args: readonly string[]): Promise<0 | 1 | 2> {
  try {
    await commandLine().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said what is wrong
    process.stderr.write(`${lineFor(error)}\n`);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}

function lineFor(error: unknown): string {
  if (showsStacks()) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error instanceof CommandError) return error.message;
  const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  return `Unexpected: ${reason}; run with LOG_LEVEL=debug for details`;
}

function showsStacks(): boolean {
  try {
    return ['debug', 'trace'].includes(loadConfig().logLevel);
  } catch {
    return false;
  }
}

// A reader that went away, like `| head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const status = await main(process.argv.slice(2));
if (status !== 0) process.exit(status);
