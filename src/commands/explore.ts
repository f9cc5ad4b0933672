import { basename } from 'node:path';
import type { Config } from '../config.ts';
import { readCurrentRatings } from './databaseTable.ts';
import { explorationOf } from './exploration.ts';
import { explorationPage } from './explorationPage.ts';
import { explorationText } from './explorationText.ts';
import { terminalOf } from './terminalChart.ts';
import { checkWritable, writeText } from './textFile.ts';

export interface ExploreOptions {
  /** File for a page instead of text; null: none. */
  readonly html: string | null;
  readonly json: boolean;
}

/** What a page, a terminal and a JSON document have room for. */
const ON_PAGE = { listed: 10, users: 40, movies: 60 };
const IN_TERMINAL = { listed: 5, users: 20, movies: 100 };
const IN_JSON = { listed: 10, users: 20, movies: 20 };

/**
 * `tastegraph explore`: the ratings of a database at a glance, also while a server uses it.
 * @throws CommandError in one line: no database, no ratings, a file that can't be written
 */
export function runExplore({ html, json }: ExploreOptions, config: Config): void {
  if (html !== null) checkWritable(html);
  const table = readCurrentRatings(config.db);
  if (html !== null) writeText(html, explorationPage(explorationOf(table, ON_PAGE), basename(config.db)));
  if (json) process.stdout.write(`${JSON.stringify(explorationOf(table, IN_JSON), null, 2)}\n`);
  else if (html !== null) process.stdout.write(`Written to ${html}: open it in a browser.\n`);
  else process.stdout.write(explorationText(explorationOf(table, IN_TERMINAL), terminalOf(process.stdout)));
}
