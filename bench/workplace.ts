import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { fillStore } from '../src/commands/fillStore.ts';
import { openRecommender } from '../src/commands/openRecommender.ts';
import { type Config, loadConfig } from '../src/config.ts';
import { type RatingTable, selectRows } from '../src/engine/data/ratingTable.ts';
import { sourceOfTable } from '../src/importers/tableSource.ts';
import type { Recommender } from '../src/recommender.ts';
import { Store } from '../src/store/store.ts';

/** Inside the project, because a folder for temporary files may lie in memory, where nothing has to reach a disk. */
const DATA = fileURLToPath(new URL('../data/', import.meta.url));

/** Runs `work` with a folder of its own on the disk, which is removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(DATA, { recursive: true });
  const folder = mkdtempSync(`${DATA}bench-`);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The settings of a server that nobody has configured. */
export function defaultConfig(db: string): Config {
  return loadConfig({ db, port: '0', logLevel: 'silent' }, {});
}

/** Puts the movies, the users and the first `count` ratings of a table into a new database. */
export function fill(db: string, table: RatingTable, count: number): void {
  const store = Store.open(db, { clock: Date.now });
  const rows = Array.from({ length: Math.min(count, table.r.length) }, (_, row) => row);
  fillStore(store, sourceOfTable('the bench', selectRows(table, rows)));
  store.close();
}

/** The service with default settings; it never starts a training, which would take a core from what is measured. */
export function openBench(config: Config): { store: Store; recommender: Recommender; close: () => Promise<void> } {
  const store = Store.open(config.db, { clock: Date.now });
  const recommender = openRecommender(store, config, pino({ level: config.logLevel }), false);
  return {
    store,
    recommender,
    async close() {
      await recommender.close();
      store.close();
    },
  };
}
