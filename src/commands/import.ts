import type { Config } from '../config.ts';
import { type ImportFormat, readSource } from '../importers/format.ts';
import type { Rejects } from '../importers/source.ts';
import { acquireLock } from '../store/lock.ts';
import type { ImportCounts } from '../store/ratingImport.ts';
import { Store } from '../store/store.ts';
import { type FillReport, fillStore, noRatings } from './fillStore.ts';
import { terminalBar } from './terminalBar.ts';

export interface ImportOptions {
  /** Folder or file. */
  readonly path: string;
  readonly format: ImportFormat | 'auto';
}

/**
 * `tastegraph import`: progress and rejected lines on standard error, the summary on standard output.
 * @throws CommandError in one line: a path that is missing or in no known format, a database in use
 */
export async function runImport({ path, format }: ImportOptions, config: Config): Promise<void> {
  const began = performance.now();
  const clock = () => Date.now();
  const source = readSource(path, format, clock());
  if (source.ratings.length === 0) throw noRatings(source);
  const lock = await acquireLock(config.db, { command: 'import', clock });
  let report: FillReport;
  try {
    if (!process.stderr.isTTY) process.stderr.write(`Importing ${whole(source.ratings.length)} ratings from ${path} into ${config.db}.\n`);
    const store = Store.open(config.db, { clock });
    const progress = progressBar();
    try {
      report = fillStore(store, source, progress.show);
    } finally {
      progress.stop();
      store.close();
    }
  } finally {
    lock.release();
  }
  process.stderr.write(rejectLines(source.rejects));
  process.stdout.write(`${summary(report, source.rejects.count, (performance.now() - began) / 1000)}\n`);
}

function progressBar(): { show: (done: number, total: number) => void; stop: () => void } {
  const bar = terminalBar('{value} of {total} ratings | {rate} ratings/s');
  let began = 0;
  return {
    show: (done, total) => {
      if (done === 0) {
        began = performance.now();
        bar?.start(total, 0, { rate: '–' });
      } else {
        bar?.update(done, { rate: whole(done / ((performance.now() - began) / 1000)) });
      }
    },
    stop: () => bar?.stop(),
  };
}

/** "100,000 ratings, 1,682 movies, 943 users in 1.9 s (52,000 ratings/s); 0 rejected." @param seconds since the start of the command */
export function summary(report: FillReport, rejected: number, seconds: number): string {
  const { ratings, movies, users, replaced } = report;
  const counted = `${whole(total(ratings))} ratings, ${whole(total(movies))} movies, ${whole(total(users))} users`;
  const end = `${replaced > 0 ? `${whole(replaced)} replaced by a later row of the file; ` : ''}${whole(rejected)} rejected.`;
  const time = `in ${seconds.toFixed(1)} s`;
  if ([ratings, movies, users].every(({ added, changed }) => added + changed === 0)) {
    return `Nothing changed: ${counted} are as they were, checked ${time}; ${end}`;
  }
  const again = ratings.changed + ratings.unchanged > 0 ? ` (${whole(ratings.added)} new, ${whole(ratings.changed)} changed)` : '';
  const rate = Number((total(ratings) / seconds).toPrecision(2));
  return `${counted.replace(' ratings', ` ratings${again}`)} ${time} (${whole(rate)} ratings/s); ${end}`;
}

/** The first rejected lines with their reasons, and how many more there are; empty without any. */
export function rejectLines({ shown, count }: Rejects): string {
  const lines = shown.map(({ file, line, reason }) => `${file} line ${line}: ${reason}\n`);
  const more = count - shown.length;
  return `${lines.join('')}${more > 0 ? `… and ${whole(more)} more rejected lines.\n` : ''}`;
}

function total({ added, changed, unchanged }: ImportCounts): number {
  return added + changed + unchanged;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
