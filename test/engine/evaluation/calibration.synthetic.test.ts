import { describe, expect, it } from 'vitest';
import { selectRows } from '../../../src/engine/data/ratingTable.ts';
import { syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { Calibration } from '../../../src/engine/evaluation/calibration.ts';
import { servedModel } from '../../../src/engine/evaluation/servedModels.ts';
import { LEVELS } from '../../../src/engine/math/scoring.ts';

const SEEDS = [1, 2, 3];
const USERS = 300;
const MOVIES = 400;

/**
 * 45,000 ratings by users of whom some are much noisier than others: of the noise's standard deviation, .7 at the median,
 * the middle 95 % lie between .43 and 1.14. A third is fitted, a third learned rating by rating, the last third predicted.
 */
async function heldOut(seed: number, calibration: Calibration): Promise<{ noisiest: number; steadiest: number }> {
  const options = { users: USERS, movies: MOVIES, ratings: USERS * 150, step: 0.1, taste: 0.5, bias: 0.3, noise: 0.7, noiseSpread: 0.25 };
  const { table, truth } = syntheticRatings(options, seed);
  const third = table.r.length / 3;
  const model = servedModel('mf', { seed });
  await model.fit(
    selectRows(
      table,
      Array.from({ length: third }, (_, row) => row),
    ),
  );
  for (let row = third; row < 2 * third; row += 1) model.learnOne(table.u[row]!, table.i[row]!, table.r[row]!, table.time[row]!);
  for (let row = 2 * third; row < 3 * third; row += 1) {
    const { mean, variance } = model.predictOne(table.u[row]!, table.i[row]!, null);
    calibration.add(mean, variance!, table.r[row]!);
  }
  const byNoise = [...Array(USERS).keys()].sort((left, right) => truth.noise(left) - truth.noise(right));
  const deviation = (users: number[]) =>
    users.reduce((sum, u) => sum + Math.sqrt(model.predictOne(u, 0, null).variance!), 0) / users.length;
  return { steadiest: deviation(byNoise.slice(0, 30)), noisiest: deviation(byNoise.slice(-30)) };
}

describe('doubt, on ratings by users of different noise', async () => {
  const calibration = new Calibration();
  const doubts = await Promise.all(SEEDS.map((seed) => heldOut(seed, calibration)));
  const deciles = calibration.byDecile();

  // Three runs hold out 45,000 ratings, 4,500 a decile: four standard errors of a share are at most .009 and .03.
  it.each(LEVELS)('covers %d % within .03 overall, and within .05 in every decile of predicted deviation', (level) => {
    expect(calibration.ratings).toBe(45_000);
    const overall = deciles.reduce((sum, row) => sum + row.coverage[level], 0) / deciles.length;
    expect(Math.abs(overall - level / 100)).toBeLessThan(0.03);
    expect(deciles.map((row) => row.ratings)).toEqual(Array(10).fill(4_500));
    for (const row of deciles) expect(Math.abs(row.coverage[level] - level / 100)).toBeLessThan(0.05);
  });

  it('is greater where errors are greater: in every decile, from rating to rating, and for noisy users', () => {
    for (const row of deciles) {
      expect(row.observed / row.predicted).toBeGreaterThan(0.85);
      expect(row.observed / row.predicted).toBeLessThan(1.15);
    }
    expect(deciles[9]!.observed).toBeGreaterThan(1.4 * deciles[0]!.observed);
    // The standard error of a rank correlation without any is 1/√45,000 = .005.
    expect(calibration.spearman()).toBeGreaterThan(0.15);
    for (const { noisiest, steadiest } of doubts) expect(noisiest).toBeGreaterThan(1.4 * steadiest);
  });
});
