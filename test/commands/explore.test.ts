import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { explorationOf } from '../../src/commands/exploration.ts';
import { explorationText } from '../../src/commands/explorationText.ts';
import { runExplore } from '../../src/commands/explore.ts';
import { barLines, heatmapLines, sparkline } from '../../src/commands/terminalChart.ts';
import { loadConfig } from '../../src/config.ts';
import { Store } from '../../src/store/store.ts';
import { folderOf } from '../importers/files.ts';
import { MAIN } from '../support/process.ts';
import { openTestRecommender, rating, type TestRecommender } from '../support/recommender.ts';

const PLAIN = { width: 60, colour: false };

let running: TestRecommender;
beforeAll(async () => {
  running = openTestRecommender();
  const { recommender } = running;
  await recommender.putMovie({ id: 'x', title: '<b>Film & Co</b>', year: 1999, genres: ['Drama', 'War'] });
  await recommender.putMovie({ id: 'never', title: 'Never rated', genres: ['War'] });
  const ratings = ['a', 'b', 'c', 'd'].flatMap((user, u) =>
    ['x', 'y', 'z'].slice(0, 1 + (u % 3)).map((movie) => rating(user, movie, 1 + u)),
  );
  await recommender.rateMany(ratings);
  await recommender.rate(rating('a', 'x', 2.5)); // changes one
  await recommender.withdraw({ userId: 'b', movieId: 'y', requestId: null });
});
afterAll(() => running.remove());
afterEach(() => vi.restoreAllMocks());

function printed(options: { html?: string; json?: boolean }, db = running.path): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  try {
    runExplore({ html: options.html ?? null, json: options.json ?? false }, loadConfig({ db }, {}));
  } finally {
    vi.restoreAllMocks();
  }
  return text;
}

/** Of the columns of the live data, as the server has them. */
function found() {
  return explorationOf(running.recommender.live.data.columns(), { listed: 10, users: 20, movies: 20 });
}

describe('tastegraph explore', () => {
  it('tells as JSON, beside a server that owns the database, what its dataset query tells', () => {
    const { recommender } = running;
    const told = JSON.parse(printed({ json: true }));
    const { mostActive, leastActive, mostRated, leastRated, heatmap, ...dataset } = told;
    expect(dataset).toEqual(recommender.dataset());
    expect(dataset.ratingCount).toBe(6);
    expect(mostActive).toEqual(recommender.mostActive(10).map(({ id, ratingCount, meanRating }) => ({ id, ratingCount, meanRating })));
    expect(leastActive.map(({ id }: { id: string }) => id)).toEqual(recommender.leastActive(10).map(({ id }) => id));
    expect(recommender.mostRated(10)).toMatchObject(mostRated);
    expect(recommender.leastRated(10)).toMatchObject(leastRated);
    expect(leastRated.map(({ id }: { id: string }) => id)).toEqual(['y', 'z', 'x']);
    expect(recommender.heatmap(20, 20)).toMatchObject(heatmap);
  });

  it('prints every part of it in lines that fit', () => {
    const text = explorationText(found(), PLAIN);
    expect(text).toMatch(/^6 ratings by 4 users of 4 movies, 1 to 5 in steps of 0.5\nmean 2\.917, variance/);
    for (const part of [
      'Ratings per user\n  1 to 3, median',
      'Ratings per movie',
      'each tenth',
      'Means',
      'Ratings per month',
      'Ratings per genre',
      'least active',
      'least rated',
      'columns',
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/War █+ +4 of 2 movies {2}2\.88\n/);
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('  ') && !line.includes('median'))
      .map((line) => [...line].length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(60);
    expect(text).not.toContain('\u001b');
    expect(explorationText(found(), { width: 60, colour: true })).toContain('\u001b[');
  });

  it('writes one page that needs nothing else, and nothing half', () => {
    const file = join(folderOf({}), 'page.html');
    expect(printed({ html: file })).toMatch(/Written to .*page\.html/);
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('6 ratings by 4 users');
    expect(page.match(/<svg/g)!.length).toBeGreaterThan(6);
    expect(page).toContain('&lt;b&gt;Film &amp; Co&lt;/b&gt; (1999)');
    expect(page).not.toMatch(/<script|<link|<img|https?:\/\/(?!www\.w3\.org)|@import|url\(/);
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  it('refuses in one line a database that is not there or empty, and a page that cannot be written', () => {
    const folder = folderOf({});
    const empty = join(folder, 'empty.db');
    Store.open(empty, { clock: Date.now }).close();
    mkdirSync(join(folder, 'folder'));
    expect(() => printed({}, join(folder, 'none.db'))).toThrow(/^There is no database [^\n]*$/);
    expect(existsSync(join(folder, 'none.db'))).toBe(false);
    expect(() => printed({}, empty)).toThrow(/^[^\n]*holds no ratings yet: import some first\.$/);
    expect(() => printed({ html: join(folder, 'nowhere', 'x.html') })).toThrow(/^Can't write [^\n]*there is no folder [^\n]*$/);
    expect(() => printed({ html: join(folder, 'folder') })).toThrow(/^Can't write [^\n]*it is no file[^\n]*$/);
  });

  it('has no colours in a pipe, and ends with 1 and one line when it fails', () => {
    const run = (...flags: string[]) => spawnSync(process.execPath, [MAIN, 'explore', ...flags], { encoding: 'utf8' });
    const good = run('--db', running.path);
    expect(good.status).toBe(0);
    expect(good.stdout).toMatch(/^6 ratings by 4 users/);
    expect(good.stdout).not.toContain('\u001b');
    const bad = run('--db', join(folderOf({}), 'none.db'));
    expect({ status: bad.status, out: bad.stdout }).toEqual({ status: 1, out: '' });
    expect(bad.stderr).toMatch(/^There is no database [^\n]*\n$/);
  });
});

describe('charts in a terminal', () => {
  it('have bars to one scale, in eighths of a character', () => {
    const bars = [
      { label: 'a', value: 10, note: '10' },
      { label: 'bb', value: 5, note: '5' },
      { label: 'c', value: 0, note: '0' },
    ];
    expect(barLines(bars, { width: 17, colour: false })).toEqual(['   a █████████ 10', '  bb ████▌      5', '   c            0']);
  });

  it('have sparks and shades from low to high', () => {
    expect(sparkline([0, 1, 4, 8])).toBe(' ▂▅█');
    const rows = [{ label: 'u', values: [1, 2, 3, 4, 5, null, 1] }];
    expect(heatmapLines(rows, 1, 5, PLAIN)).toEqual(['  u ··░░▒▒▓▓██  ··']);
    expect(heatmapLines(rows, 1, 5, { width: 9, colour: false })).toEqual(['  u ··░░']);
  });
});
