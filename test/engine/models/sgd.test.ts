import { describe, expect, it } from 'vitest';
import { labTable } from '../../../src/engine/data/lab.ts';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { selectRows } from '../../../src/engine/data/ratingTable.ts';
import { rankTwo } from '../../../src/engine/data/syntheticRatings.ts';
import { Accuracy } from '../../../src/engine/evaluation/accuracy.ts';
import { SGD_LAB, SgdFactorization, type SgdOptions } from '../../../src/engine/models/sgd.ts';

function trainingRmse(table: RatingTable, options: Partial<SgdOptions>): number {
  const model = new SgdFactorization(options);
  model.fit(table);
  const accuracy = new Accuracy();
  for (let t = 0; t < table.r.length; t += 1) accuracy.add(model.predictOne(table.u[t]!, table.i[t]!).mean, null, table.r[t]!);
  return accuracy.summary().rmse;
}

describe('sgd', () => {
  it("reproduces the lab's training error: .48 on average over seeds, .32 to .75", () => {
    const errors = Array.from({ length: 200 }, (_, seed) => trainingRmse(labTable(), { ...SGD_LAB, seed })).sort((a, b) => a - b);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(mean).toBeGreaterThan(0.46);
    expect(mean).toBeLessThan(0.5);
    // The range is that of some seeds; nearly all of ours lie in it.
    expect(errors[2]).toBeGreaterThan(0.3);
    expect(errors[197]).toBeLessThan(0.76);
  });

  it('makes the step of the update rule', () => {
    // One rating, one factor, one epoch, no random order: everything can be followed by hand from the first factors on.
    const table = selectRows(labTable(), [0]); // user 0, movie 0, rating 4
    const options = { ...SGD_LAB, factors: 1, seed: 4 };
    const fittedFor = (epochs: number) => {
      const model = new SgdFactorization({ ...options, epochs });
      model.fit(table);
      return model;
    };
    // User 1 and movie 1 keep their first factors, so that the ratios of scores show how p of user 0 and q of movie 0 moved.
    const [one, two] = [fittedFor(1), fittedFor(2)];
    const score = (model: SgdFactorization, u: number, i: number) => model.rankingScore(u, i);
    const ratio = score(two, 0, 1) / score(one, 0, 1); // p'/p = 1 − step λ + step e q/p
    const ratioOfMovie = score(two, 1, 0) / score(one, 1, 0); // q'/q = 1 − step λ + step e p/q
    const e = 4 - score(one, 0, 0);
    const keep = 1 - 0.01 * 0.1;
    expect((ratio - keep) * (ratioOfMovie - keep)).toBeCloseTo((0.01 * e) ** 2, 12);
    expect(score(two, 0, 0)).toBeCloseTo(score(one, 0, 0) * ratio * ratioOfMovie, 12);
  });

  it('fits standardised ratings as well', () => {
    expect(trainingRmse(labTable(), { standardize: true })).toBeLessThan(0.8);
  });

  it('reaches a rank-2 matrix without a penalty', () => {
    expect(trainingRmse(rankTwo(20, 25, 1), { factors: 2, penalty: 0, stepDecay: 1, epochs: 300 })).toBeLessThan(0.01);
  });

  it('depends on its seed', () => {
    expect(trainingRmse(labTable(), { seed: 1 })).not.toBe(trainingRmse(labTable(), { seed: 2 }));
  });

  it.each<[Partial<SgdOptions>, RegExp]>([
    [{ factors: 0 }, /factors/],
    [{ factors: 2.5 }, /factors/],
    [{ step: 0 }, /step/],
    [{ stepDecay: 95 }, /stepDecay.*\.95/],
    [{ penalty: -1 }, /penalty/],
    [{ epochs: Number.NaN }, /epochs/],
  ])('refuses %o by name', (options, message) => {
    expect(() => new SgdFactorization(options)).toThrow(message);
  });
});
