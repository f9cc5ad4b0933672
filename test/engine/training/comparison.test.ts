import { describe, expect, it } from 'vitest';
import { LiveMetrics } from '../../../src/engine/online/liveMetrics.ts';
import { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { type Carried, takeCarried } from '../../../src/engine/training/carried.ts';
import { compareToActive } from '../../../src/engine/training/comparison.ts';

const untrained = () => LiveModel.untrained({ min: 1, max: 5, step: 0.5 }, 2, 0);

interface Row {
  sequence: number;
  score: number;
  rating: number;
}

/** A new version that made these predictions of its hold-out. */
function freshOf(rows: readonly Row[]): LiveModel {
  const model = untrained();
  for (const { sequence, score, rating } of rows) model.metrics.observe(sequence, score, 1, rating);
  return model;
}

/** What the active version, of number 1 unless told otherwise, predicted. */
function activeOf(rows: readonly Row[], version = 1): Carried {
  const metrics = new LiveMetrics();
  for (const { sequence, score, rating } of rows) metrics.observe(sequence, score, 1, rating);
  return { ...takeCarried(untrained()), version, metrics: metrics.save() };
}

/** Ratings of 3 with an error each, at the sequences 1, 2 and so on. */
const errors = (...values: number[]): Row[] => values.map((error, at) => ({ sequence: at + 1, score: 3 - error, rating: 3 }));

describe('the comparison of a new version with the active one', () => {
  it('refuses what is worse by more than 3 % and two standard errors, and says by how much', () => {
    // Differences of squares .21, .44, .21, .44: mean .325, sum of squared deviations 4 × .115² = .0529,
    // standard error √(.0529/3)/2 = .0664. Active mean square 1: 32.5 % above, 4.9 standard errors.
    expect(compareToActive(freshOf(errors(1.1, 1.2, 1.1, 1.2)), activeOf(errors(1, 1, 1, 1)))).toBe(
      'on the newest 4 ratings its squared error is 32.5 % above that of the active version',
    );
  });

  it('accepts what is worse by a large share that chance explains', () => {
    // Differences 1.56, -.36: mean .6 of 1, standard error √(2 × .96²)/√2 = .96.
    expect(compareToActive(freshOf(errors(1.6, 0.8)), activeOf(errors(1, 1)))).toBeNull();
    // Differences .44, .0201, .44, .0201: mean .23, sum of squared deviations 4 × .21², standard error .21 √(4/3)/2 = .1212; 1.898 of them.
    expect(compareToActive(freshOf(errors(1.2, 1.01, 1.2, 1.01)), activeOf(errors(1, 1, 1, 1)))).toBeNull();
  });

  it('accepts what is worse for certain, but by less than 3 %', () => {
    const active = errors(...Array<number>(50).fill(1));
    expect(compareToActive(freshOf(errors(...Array<number>(50).fill(1.014))), activeOf(active))).toBeNull(); // 2.8 %
    expect(compareToActive(freshOf(errors(...Array<number>(50).fill(1.016))), activeOf(active))).toMatch(/3\.2 %/);
  });

  it('accepts what is better', () => {
    expect(compareToActive(freshOf(errors(0.5, 0.5, 0.5)), activeOf(errors(1, 1, 1)))).toBeNull();
  });

  it('compares only ratings that both predicted', () => {
    const fresh = errors(1.1, 1.2, 1.1, 1.2);
    const others = [10, 11, 12].map((sequence) => ({ sequence, score: 1, rating: 5 }));
    expect(compareToActive(freshOf(fresh), activeOf([...others, ...errors(1, 1, 1, 1)]))).toMatch(/newest 4 ratings/);
    expect(compareToActive(freshOf(fresh), activeOf(others))).toBeNull();
    expect(compareToActive(freshOf(fresh.slice(0, 1)), activeOf(errors(0)))).toBeNull(); // one difference has no spread
  });

  it('accepts the first fit, whatever the model without one predicted', () => {
    expect(compareToActive(freshOf(errors(2, 2, 2.1)), activeOf(errors(0.1, 0.1, 0.1), 0))).toBeNull();
  });

  it('refuses what predicts something that is not a number, be it the first', () => {
    const broken = [...errors(1, 1), { sequence: 9, score: Number.NaN, rating: 3 }];
    for (const version of [0, 1]) expect(compareToActive(freshOf(broken), activeOf(errors(1, 1), version))).toMatch(/not a number/);
  });
});
