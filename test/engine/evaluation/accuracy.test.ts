import { describe, expect, it } from 'vitest';
import { Accuracy } from '../../../src/engine/evaluation/accuracy.ts';
import { normalCdf } from '../../../src/engine/math/gaussian.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { gaussianCrps, gaussianNll } from '../../../src/engine/math/scoring.ts';

describe('accuracy', () => {
  it('agrees with hand arithmetic', () => {
    const accuracy = new Accuracy();
    accuracy.add(3, 1, 4); // error 1, one standard deviation
    accuracy.add(4, 4, 2); // error -2, one standard deviation
    accuracy.add(2, 0.25, 2); // error 0
    accuracy.add(1, 1, 4); // error 3, three standard deviations
    const summary = accuracy.summary();

    expect(summary.ratings).toBe(4);
    expect(summary.rmse).toBeCloseTo(Math.sqrt(14 / 4), 12);
    expect(summary.mae).toBeCloseTo(6 / 4, 12);
    expect(summary.sharpness).toBeCloseTo((1 + 2 + 0.5 + 1) / 4, 12);
    // Mean of ½ ln 2π + ln σ + z²/2, with z² of 1, 1, 0 and 9; the logarithms of σ cancel.
    expect(summary.nll).toBeCloseTo(0.5 * Math.log(2 * Math.PI) + 11 / 8, 12);
    // Half-widths in standard deviations: .674, 1.282, 1.645, 1.960.
    expect([summary.coverage50, summary.coverage80, summary.coverage90, summary.coverage95]).toEqual([0.25, 0.75, 0.75, 0.75]);
  });

  it('agrees with published worked examples', () => {
    // scikit-learn's examples of mean_squared_error and mean_absolute_error: .375 and .5.
    const accuracy = new Accuracy();
    for (const [r, mean] of [
      [3, 2.5],
      [-0.5, 0],
      [2, 2],
      [7, 8],
    ] as const)
      accuracy.add(mean, null, r);
    expect(accuracy.summary().rmse ** 2).toBeCloseTo(0.375, 12);
    expect(accuracy.summary().mae).toBeCloseTo(0.5, 12);
    // The standard normal at its middle: CRPS (√2 − 1)/√π (Gneiting and Raftery 2007, equation 5), log density −.9189385.
    expect(gaussianCrps(0, 1)).toBeCloseTo((Math.SQRT2 - 1) / Math.sqrt(Math.PI), 12);
    expect(gaussianNll(0, 1)).toBeCloseTo(0.9189385, 7);
  });

  it('covers what numerical integration of the forecast says, for ratings that come in steps', () => {
    // Ratings 1 to 5, each as likely as the normal with mean 3.3 and deviation .9 says of half a step around it; every one is
    // weighed by its probability, here as a count of 100,000.
    const [mean, std] = [3.3, 0.9];
    const cells = 2_000;
    const probability = (low: number, high: number) => {
      const width = (high - low) / cells;
      let sum = 0;
      for (let cell = 0; cell < cells; cell += 1) sum += Math.exp(-0.5 * ((low + (cell + 0.5) * width - mean) / std) ** 2) * width;
      return sum / (std * Math.sqrt(2 * Math.PI));
    };
    const ratings = Array.from({ length: 5 }, (_, at) => at + 1);
    const counts = ratings.map((r) => Math.round(100_000 * probability(r - 0.5, r + 0.5)));
    const accuracy = new Accuracy();
    ratings.forEach((r, at) => {
      for (let each = 0; each < counts[at]!; each += 1) accuracy.add(mean, std * std, r);
    });
    const all = counts.reduce((sum, count) => sum + count, 0);
    const within = (level: number) => {
      let half = 0; // the half-width that holds this share of the density
      while (probability(mean - half, mean + half) < level) half += 0.001;
      return ratings.reduce((sum, r, at) => sum + (Math.abs(r - mean) <= half ? counts[at]! : 0), 0) / all;
    };
    const { coverage50, coverage80, coverage90, coverage95 } = accuracy.summary();
    expect([coverage50, coverage80, coverage90, coverage95]).toEqual([0.5, 0.8, 0.9, 0.95].map(within));
  });

  it.each([
    [0, 1],
    [0.7, 0.4],
    [-2.5, 1.3],
    [4, 0.5],
  ])('has the CRPS that numerical integration gives, for an error of %d and a deviation of %d', (e, std) => {
    // The midpoint rule, with the step of [x >= e] on the border of two cells.
    const cells = 20_000;
    const width = 12 * std + Math.abs(e);
    let sum = 0;
    for (const [from, to, after] of [
      [-width, e, 0],
      [e, e + width, 1],
    ] as const) {
      const h = (to - from) / cells;
      for (let cell = 0; cell < cells; cell += 1) sum += h * (normalCdf((from + (cell + 0.5) * h) / std) - after) ** 2;
    }
    expect(gaussianCrps(e, std)).toBeCloseTo(sum, 6);
  });

  it('finds ratings drawn from the forecast inside its intervals as often as they say', () => {
    const random = new Random(7);
    const accuracy = new Accuracy();
    for (let draw = 0; draw < 40_000; draw += 1) {
      const std = 0.3 + random.uniform();
      accuracy.add(3, std * std, 3 + std * random.normal());
    }
    const { coverage50, coverage80, coverage90, coverage95 } = accuracy.summary();
    // Three standard errors of a share of 40,000: at most .0075.
    expect(Math.abs(coverage50! - 0.5)).toBeLessThan(0.0075);
    expect(Math.abs(coverage80! - 0.8)).toBeLessThan(0.006);
    expect(Math.abs(coverage90! - 0.9)).toBeLessThan(0.0045);
    expect(Math.abs(coverage95! - 0.95)).toBeLessThan(0.0033);
  });

  it('gives null where a model has no predictive distribution', () => {
    const accuracy = new Accuracy();
    accuracy.add(3, null, 4);
    expect(accuracy.summary()).toEqual({
      ratings: 1,
      rmse: 1,
      mae: 1,
      nll: null,
      crps: null,
      coverage50: null,
      coverage80: null,
      coverage90: null,
      coverage95: null,
      sharpness: null,
    });
  });

  it('refuses what has no score', () => {
    expect(() => new Accuracy().add(Number.NaN, null, 3)).toThrow(RangeError);
    expect(() => new Accuracy().add(3, 0, 3)).toThrow(RangeError);
    expect(() => new Accuracy().summary()).toThrow(RangeError);
  });
});
