import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { CommandError } from '../errors.ts';
import { CsvFile } from '../exporters/csvFile.ts';
import { statOf } from '../importers/files.ts';
import { type ImportFormat, readSource } from '../importers/format.ts';
import { Rejects } from '../importers/rejects.ts';
import type { ImportSource } from '../importers/source.ts';
import { acquireLock } from '../store/lock.ts';
import type { ImportCounts } from '../store/ratingImport.ts';
import { Store } from '../store/store.ts';
import { type FillReport, fillStore, scaleOfStore } from './fillStore.ts';
import { importProgress } from './importProgress.ts';
import { rejectText } from './rejectText.ts';

export interface ImportOptions {
  /** Folder, zip or file. */
  readonly path: string;
  readonly format: ImportFormat | 'auto';
  /** File for all rejected lines; null: they are only counted and the first shown. */
  readonly rejects: string | null;
}

/**
 * `tastegraph import`: progress and rejected lines on standard error, the summary on standard output.
 * @throws CommandError in one line: a path that is missing or in no known format, a database in use
 */
export async function runImport(options: ImportOptions, config: Config): Promise<void> {
  const began = performance.now();
  statOf(options.path); // before anything is created
  const lock = await acquireLock(config.db, { command: 'import', clock: Date.now });
  try {
    const file = rejectsFile(options);
    try {
      const rejects = new Rejects(({ file: name, line, reason, text }) => file?.add([name, line, reason, printable(text)]));
      const report = await importInto(config.db, options, rejects);
      process.stderr.write(rejectText(rejects));
      process.stdout.write(`${summary(report, rejects.count, (performance.now() - began) / 1000)}\n`);
    } finally {
      file?.finish();
    }
  } finally {
    lock.release();
  }
}

/** Everything is read before anything is stored: a file that turns out to be useless leaves no database behind. */
async function importInto(db: string, { path, format }: ImportOptions, rejects: Rejects): Promise<FillReport> {
  let store = existsSync(db) ? Store.open(db, { clock: Date.now }) : null;
  const progress = importProgress();
  try {
    const scale = store === null ? null : scaleOfStore(store);
    const source = await readSource(path, format, { now: Date.now(), scale, rejects, onProgress: progress.reading });
    if (source.ratings.u.length === 0) throw noRatings(source, rejects);
    store ??= Store.open(db, { clock: Date.now });
    return fillStore(store, source, progress.storing);
  } finally {
    progress.stop();
    store?.close();
  }
}

/** @throws CommandError when it would be written over what is to be read */
function rejectsFile({ path, rejects }: ImportOptions): CsvFile | null {
  if (rejects === null) return null;
  const target = realPath(rejects);
  const source = realPath(path);
  if (target === source || dirname(target) === source) {
    throw new CommandError(`--rejects ${rejects} lies in what is imported: choose a file elsewhere.`, 2);
  }
  if (existsSync(target) && !statOf(target).isFile()) throw new CommandError(`--rejects ${rejects} is no file: choose another.`, 2);
  return new CsvFile(rejects, ['file', 'line', 'reason', 'text']);
}

/** In one line, whatever the rejected line held. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').trim();
}

function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(resolve(path));
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : resolve(path);
}

/** One line with the first reason why. */
function noRatings({ ratingsFile }: ImportSource, { groups }: Rejects): CommandError {
  const first = groups[0]?.first[0];
  const reason = first === undefined ? '' : `; ${first.file} line ${first.line}: ${first.reason.replace(/\.$/, '')}`;
  return new CommandError(`${ratingsFile} holds no ratings that can be used${reason}.`);
}

/** "100,000 ratings, 1,682 movies, 943 users in 1.9 s (52,000 ratings/s); 0 rejected." @param seconds since the start of the command */
export function summary(report: FillReport, rejected: number, seconds: number): string {
  const { ratings, movies, users, replaced, named } = report;
  const counted = [numberOf(total(ratings), 'rating'), numberOf(named.movies, 'movie'), numberOf(named.users, 'user')].join(', ');
  const end = `${replaced > 0 ? `${whole(replaced)} replaced by a later row of the file; ` : ''}${whole(rejected)} rejected.`;
  const time = `in ${seconds.toFixed(1)} s`;
  if ([ratings, movies, users].every(({ added, changed }) => added + changed === 0)) {
    return `Nothing changed: ${counted} are as they were, checked ${time}; ${end}`;
  }
  const again = ratings.changed + ratings.unchanged > 0 ? ` (${whole(ratings.added)} new, ${whole(ratings.changed)} changed)` : '';
  const rate = Number((total(ratings) / seconds).toPrecision(2));
  return `${counted.replace(',', `${again},`)} ${time} (${whole(rate)} ratings/s); ${end}`;
}

function total({ added, changed, unchanged }: ImportCounts): number {
  return added + changed + unchanged;
}

/** "1 movie", "2 movies" */
function numberOf(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
