import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import type { Page, PageRequest } from '../domain.ts';
import { modelSettings, takeSnapshot } from '../engine/training/snapshot.ts';
import { encodeTensors } from '../engine/training/tensorFile.ts';
import { CommandError } from '../errors.ts';
import { writeMovies, writeRatings, writeScale, writeUsers } from '../exporters/tables.ts';
import { foldLog, newestModel } from '../recovery.ts';
import type { CurrentRating } from '../store/ratings.ts';
import { SnapshotFolder, writeAtomically } from '../store/snapshots.ts';
import { Store } from '../store/store.ts';

/** Rows read from the database at a time. */
const PAGE = 10_000;

interface ExportReport {
  readonly ratings: number;
  readonly movies: number;
  readonly users: number;
  /** Of the model; null: there is none. */
  readonly version: number | null;
}

/** `tastegraph export`: the database as files, at one moment, also while a server uses it. @throws CommandError in one line */
export async function runExport({ folder }: { readonly folder: string }, config: Config): Promise<void> {
  const store = Store.open(config.db, { clock: Date.now, readOnly: true });
  try {
    makeFolder(folder);
    // One transaction: whatever is written meanwhile, tables and model are of one moment.
    const report = store.transaction(() => exportAll(store, folder, config));
    process.stdout.write(`${summary(report, folder)}\n`);
  } finally {
    store.close();
  }
}

function exportAll(store: Store, folder: string, config: Config): ExportReport {
  const scale = store.scale();
  if (scale !== null) writeScale(join(folder, 'scale.csv'), scale);
  return {
    ratings: writeRatings(join(folder, 'ratings.csv'), ratingsOf(store)),
    movies: writeMovies(
      join(folder, 'movies.csv'),
      nodesOf((page) => store.movies(page)),
    ),
    users: writeUsers(
      join(folder, 'users.csv'),
      nodesOf((page) => store.users(page, '')),
    ),
    version: writeModel(store, join(folder, 'model.safetensors'), config),
  };
}

/** The model as it is after the last event of the log. @returns its version; null when nothing was ever trained */
function writeModel(store: Store, path: string, config: Config): number | null {
  const logger = pino({ level: config.logLevel === 'debug' ? 'debug' : 'warn' }, pino.destination(2));
  const settings = modelSettings(config.seed);
  const source = { store, folder: new SnapshotFolder(config.db), settings, logger };
  const start = newestModel(source);
  const model = start === null ? null : foldLog(start, source);
  if (model === null || model.version === 0) {
    rmSync(path, { force: true }); // one from an earlier export would pass for the current one
    return null;
  }
  writeAtomically(path, encodeTensors(takeSnapshot(model, settings)).chunks);
  return model.version;
}

function* ratingsOf(store: Store): Generator<CurrentRating> {
  for (let after = 0; ; ) {
    const ratings = store.currentRatings(after, PAGE);
    yield* ratings;
    if (ratings.length < PAGE) return;
    after = ratings.at(-1)!.sequence;
  }
}

function* nodesOf<T>(pageOf: (request: PageRequest) => Page<T>): Generator<T> {
  for (let after: string | null = null; ; ) {
    const page: Page<T> = pageOf({ first: PAGE, after });
    yield* page.nodes;
    if (!page.hasNextPage) return;
    after = page.endCursor;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new CommandError(`Can't create the folder ${folder} (${(error as NodeJS.ErrnoException).code}): choose another.`);
  }
}

function summary({ ratings, movies, users, version }: ExportReport, folder: string): string {
  const [r, m, u] = [ratings, movies, users].map((count) => count.toLocaleString('en-US'));
  const model = version === null ? 'no model: none has been trained yet' : `version ${version} of the model`;
  return `${r} ratings, ${m} movies, ${u} users, and ${model}, in ${folder}.`;
}
