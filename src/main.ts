import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { addEvaluate } from './commandLine/evaluate.ts';
import { DB, listOf, setting } from './commandLine/options.ts';
import { DEMOS, type Flags, loadConfig, SETTINGS } from './config.ts';
import { CommandError } from './errors.ts';

const IMPORT_FORMATS = ['auto', 'ml-100k', 'ml-1m', 'ml-csv', 'csv'] as const;
const TRAINED_MODELS = ['mf', 'gnn', 'bnn', 'hybrid'] as const;

interface ImportFlags extends Pick<Flags, 'db'> {
  readonly format: (typeof IMPORT_FORMATS)[number];
  readonly rejects?: string;
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
  addToken(program);
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
    .option('--insecure', SETTINGS.insecure.meaning)
    .action(async ({ insecure, ...flags }: Omit<Flags, 'insecure'> & { insecure?: true }) => {
      const config = loadConfig({ ...flags, insecure: insecure && 'true' });
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

function addToken(program: Command): void {
  program
    .command('token')
    .description('a new secret for whom may ask the server, and the line by which the server knows it')
    .argument('<name>', 'of who gets it, for the log')
    .argument('<role>', 'read, write, admin, or user:ID for the own data of one user')
    .option('--file <file>', 'add the line to this file, which TASTEGRAPH_TOKENS names')
    .action(async (name: string, role: string, { file }: { file?: string }) => {
      const { runToken } = await import('./commands/token.ts');
      runToken({ name, role, file: file ?? null });
    });
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
