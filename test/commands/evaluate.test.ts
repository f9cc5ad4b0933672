import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FairnessFigures } from '../../src/domain.ts';
import type { RatingTable } from '../../src/engine/data/ratingTable.ts';
import { syntheticRatings } from '../../src/engine/data/syntheticRatings.ts';
import { runMain as main } from '../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tastegraph-evaluate-'));
const file = (name: string) => join(folder, name);

/** A table as the CSV that a user would bring. */
function csv(table: RatingTable, keep: (row: number) => boolean): string {
  const lines = ['userId,movieId,rating,timestamp'];
  for (let row = 0; row < table.r.length; row += 1) {
    if (keep(row)) lines.push(`${table.users[table.u[row]!]!.id},${table.movies[table.i[row]!]!.id},${table.r[row]},${table.time[row]}`);
  }
  return `${lines.join('\n')}\n`;
}

beforeAll(async () => {
  const { table } = syntheticRatings({ users: 80, movies: 60, ratings: 2400 }, 5);
  writeFileSync(
    file('train.csv'),
    csv(table, (row) => row % 5 !== 0),
  );
  writeFileSync(
    file('test.csv'),
    csv(table, (row) => row % 5 === 0),
  );
  writeFileSync(
    file('all.csv'),
    csv(table, () => true),
  );
  writeFileSync(file('few.csv'), 'userId,movieId,rating\n1,1,3\n1,2,4\n');
  await main('import', file('all.csv'), '--db', file('all.db'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every group by activity together is the whole test, with the error that the model has on it. */
function expectFairness({
  fairness,
  models,
  test,
}: {
  fairness: Record<string, FairnessFigures>;
  models: Record<string, { rmse: number }>;
  test: { ratings: number };
}) {
  expect(Object.keys(fairness)).toEqual(Object.keys(models));
  const { groups, summary } = fairness.mf!;
  const byActivity = groups.filter(({ attribute }) => attribute === 'activity');
  expect(byActivity.reduce((sum, { ratings }) => sum + ratings, 0)).toBe(test.ratings);
  const squares = byActivity.reduce((sum, { ratings, rmse }) => sum + ratings * rmse ** 2, 0);
  expect(Math.sqrt(squares / test.ratings)).toBeCloseTo(models.mf!.rmse, 10);
  expect(byActivity.every(({ ndcgAt10 }) => ndcgAt10 !== null && ndcgAt10 > 0)).toBe(true);
  expect(summary.length).toBeGreaterThan(4);
}

describe('tastegraph evaluate', () => {
  it('prints one JSON document with the figures of each model on a split', async () => {
    const args = ['--train', file('train.csv'), '--test', file('test.csv'), '--models', 'popularity,sgd,variational,mf', '--json'];
    const report = JSON.parse(await main('evaluate', ...args));
    expect(report).toMatchObject({ seed: 0, train: { users: 80, movies: 60 }, test: {} });
    expect(report.train.ratings + report.test.ratings).toBe(2400);
    expect(Object.keys(report.models)).toEqual(['popularity', 'sgd', 'variational', 'mf']);
    const { popularity, mf } = report.models;
    expect(popularity).toMatchObject({ nll: null, crps: null, coverage: { 90: null }, rmsePerPage: null });
    expect(mf.rmse).toBeLessThan(popularity.rmse);
    expect(mf.coverage[90]).toBeGreaterThan(0.8);
    expect(mf.ndcgAt10).toBeGreaterThan(0);
    expect(mf.fitSeconds).toBeGreaterThan(0);
    expectFairness(report);
  });

  it('judges the lists of each strategy on a split, and turns the knobs when asked', async () => {
    const args = ['evaluate', '--train', file('train.csv'), '--test', file('test.csv'), '--models', 'mf', '--knobs'];
    const { strategies, knobs } = JSON.parse(await main(...args, '--json'));
    expect(Object.keys(strategies)).toEqual(['RELEVANCE', 'EXPECTED', 'UPPER_CONFIDENCE', 'THOMPSON']);
    for (const { ndcgAt10, recallAt10, coverage, meanPopularity } of Object.values<Record<string, number>>(strategies)) {
      for (const share of [ndcgAt10, recallAt10, coverage]) expect(share! > 0 && share! < 1).toBe(true);
      expect(meanPopularity).toBeGreaterThan(0);
    }
    const { diversity, popularity } = knobs;
    expect(diversity.map((row: { diversity: number }) => row.diversity)).toEqual([0, 0.1, 0.2, 0.3, 0.5]);
    expect(popularity.map((row: { popularity: number }) => row.popularity)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(diversity[0]).toEqual({ ...strategies.RELEVANCE, diversity: 0, popularity: 0 });
    expect(popularity[0]).toEqual(diversity[0]);
    expect(popularity.at(-1).meanPopularity).not.toBe(popularity[0].meanPopularity);
  });

  it.each([
    ['next', 'RELEVANCE,ease,popularity,frozen'],
    ['time --models mf', 'RELEVANCE,EXPECTED,UPPER_CONFIDENCE,THOMPSON,ease,implicitAls,undecayed,popularity'],
  ])('judges lists alone on a database: --ranking %s', async (protocol, rows) => {
    const report = JSON.parse(await main('evaluate', '--db', file('all.db'), '--json', '--ranking', ...protocol.split(' ')));
    expect(report).toMatchObject({ seed: 0, ranking: protocol.split(' ')[0], data: { ratings: 2400, users: 80, movies: 60 } });
    expect(Object.keys(report.rows).join()).toMatch(new RegExp(`^${rows}`));
    for (const { ndcgAt10 } of Object.values<{ ndcgAt10: number }>(report.rows)) expect(ndcgAt10).toBeGreaterThan(0);
  });

  it('judges lists for newcomers, and prints a table', async () => {
    const table = await main('evaluate', '--db', file('all.db'), '--ranking', 'cold');
    expect(table).toMatch(
      /cold: \d+ users judged; seed 0\nlists +NDCG@10 +Recall@10\npopularity [\s\S]*\nanswers 10 [\s\S]*\nfavourites alone 5 /,
    );
  });

  it('gives the same figures again for the same seed', async () => {
    const args = ['evaluate', '--train', file('train.csv'), '--test', file('test.csv'), '--models', 'mf', '--json', '--seed', '3'];
    const [one, other] = [JSON.parse(await main(...args)), JSON.parse(await main(...args))];
    expect({ ...other.models.mf, fitSeconds: 0 }).toEqual({ ...one.models.mf, fitSeconds: 0 });
    expect(one.seed).toBe(3);
  });

  it('predicts every fold from the others, with standard errors, comparisons, and what was held out of whom', async () => {
    const args = [
      'evaluate',
      '--db',
      file('all.db'),
      '--folds',
      '3',
      '--models',
      'popularity,sgd,mf',
      '--standardize',
      '--json',
      '--html',
      file('page.html'),
    ];
    const report = JSON.parse(await main(...args));
    expect(report).toMatchObject({ split: '3 folds, random', train: { ratings: 1600, users: 80 }, test: { ratings: 2400 } });
    const { mf, sgd } = report.models;
    expect(readFileSync(file('page.html'), 'utf8')).toContain(`${mf.rmse.toFixed(4)} ±${mf.standardErrors.rmse.toFixed(4)}`);
    const errors = report.folds.mf.map(({ rmse }: { rmse: number }) => rmse);
    expect(errors).toHaveLength(3);
    expect(mf.rmse).toBeCloseTo((errors[0] + errors[1] + errors[2]) / 3, 12);
    expect(mf.standardErrors.rmse).toBeGreaterThan(0);
    expect(mf.standardErrors.coverage[90]).toBeGreaterThan(0);
    expect(mf.byDoubt).toHaveLength(10);
    expect(mf.byDoubt.reduce((sum: number, row: { ratings: number }) => sum + row.ratings, 0)).toBe(2400);
    expect(mf.topTen.ratings).toBeGreaterThan(0);
    for (const key of ['precisionAt10', 'mrrAt10', 'catalogueCoverage', 'novelty']) expect(mf[key]).toBeGreaterThan(0);
    expect(sgd).toMatchObject({ nll: null, topTen: null, byDoubt: null });
    expect(report.comparisons.map((pair: { model: string; against: string }) => `${pair.model} ${pair.against}`)).toEqual([
      'sgd popularity',
      'mf popularity',
      'mf sgd',
    ]);
    expect(report.comparisons[1]).toMatchObject({ isReal: true });
    expect(report.comparisons[1].difference).toBeLessThan(0);
  });

  it.each([
    ['--holdout 0.25 --split cold-users', 'hold-out 0.25, cold-users', 'coldUsers', 1],
    ['--by-time 0.25', 'newest 0.25', 'coldUsers', 0],
    ['--last-out', 'last of each user', 'coldUsers', 0],
  ] as const)('holds out by %s', async (way, words, cold, share) => {
    const report = JSON.parse(await main('evaluate', '--db', file('all.db'), ...way.split(' '), '--models', 'popularity', '--json'));
    expect(report.split).toBe(words);
    expect(report.train.ratings + report.test.ratings).toBe(2400);
    expect((report.models.popularity[cold]?.ratings ?? 0) / report.test.ratings).toBe(share);
  });

  it('says in one line what can not be split, and ends with 1', async () => {
    await expect(main('evaluate', '--db', file('none.db'), '--folds', '3')).rejects.toThrow(/ended with 1: .*none\.db[^\n]*\n?$/);
    await expect(main('evaluate', '--db', file('all.db'), '--folds', '3', '--html', file('none/page.html'))).rejects.toThrow(
      /ended with 1: Can't write .*there is no folder[^\n]*\n?$/,
    );
    await main('import', file('few.csv'), '--db', file('few.db'));
    await expect(main('evaluate', '--db', file('few.db'), '--folds', '5', '--models', 'popularity')).rejects.toThrow(
      /ended with 1: .*few\.db can't be split like this\. Of 2 ratings[^\n]*both need some\.\n?$/,
    );
  });

  it('searches hyper-parameters on training ratings, and evaluates with what was found', async () => {
    const [train, out] = [file('train.csv'), file('settings.json')];
    const found = JSON.parse(await main('evaluate', '--search', '6', '--train', train, '--models', 'sgd', '--out', out, '--json'));
    expect(found).toMatchObject({ format: 1, seed: 0, searched: { ratings: 1920, innerFolds: 2, trials: 6 } });
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(found);
    expect(found.rmse.sgd.found).toBeLessThan(found.rmse.sgd.default);
    const args = ['evaluate', '--train', train, '--test', file('test.csv'), '--models', 'sgd', '--json', '--settings'];
    const settings = { ...found, models: { sgd: { epochs: 10, step: 0.002 } } }; // hardly trained: must be worse
    writeFileSync(file('worse.json'), JSON.stringify(settings));
    const rmse = async (path: string) => JSON.parse(await main(...args, path)).models.sgd.rmse;
    expect(await rmse(out)).not.toBe(await rmse(file('worse.json')));
    writeFileSync(file('wrong.json'), JSON.stringify({ ...found, models: { sgd: { factors: 0 } } }));
    await expect(main(...args, file('wrong.json'))).rejects.toThrow(
      /ended with 1: .*wrong\.json is no settings file: models\.sgd\.factors[^\n]*\n?$/,
    );
  });

  it('streams a database, per rating and per page, and compares withheld ratings', async () => {
    const stream = ['evaluate', '--db', file('all.db'), '--prequential', '--json', '--models'];
    const live = JSON.parse(await main(...stream, 'popularity,mf')).models;
    expect(live.mf.rmse).toBeLessThan(live.popularity.rmse);
    expect(live.mf.rmsePerPage).toBeGreaterThan(0);
    expect(live.mf.curve.at(-1)).toMatchObject({ events: 2400, rmse: expect.closeTo(live.mf.rmse, 12) });
    expect(live.mf.eventsPerSecond).toBeGreaterThan(0);

    const warm = JSON.parse(await main(...stream, 'mf', '--warm', '0.5', '--withhold', '0.2'));
    expect(warm.train.ratings).toBe(1200);
    const { online, frozen, fresh } = warm.models.mf.withheld;
    expect(fresh).toBeLessThan(frozen);
    expect(online).toBeLessThan(frozen);
  });
});
