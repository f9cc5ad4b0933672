import { describe, expect, it } from 'vitest';
import { Calibration, spearman } from '../../../src/engine/evaluation/calibration.ts';
import { Random } from '../../../src/engine/math/random.ts';

describe('spearman', () => {
  it('agrees with hand arithmetic, ties included', () => {
    expect(spearman([1, 2, 3], [10, 100, 1_000])).toBe(1);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBe(-1);
    // Ranks 0 1.5 1.5 3 and 0 2 1 3: covariance sum 4.5, squares 4.5 and 5.
    expect(spearman([1, 2, 2, 9], [1, 5, 4, 6])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  it('agrees with a published worked example', () => {
    // https://en.wikipedia.org/wiki/Spearman's_rank_correlation_coefficient: IQ and hours of television, −29/165.
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(spearman(iq, hours)).toBeCloseTo(-29 / 165, 12);
  });

  it('is null where one side never varies', () => {
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(spearman([], [])).toBeNull();
  });
});

describe('calibration', () => {
  it('sorts predictions into tenths of the predicted deviation', () => {
    const calibration = new Calibration();
    // Deviations 20, 19 .. 1, each with an error of half its deviation.
    for (let std = 20; std >= 1; std -= 1) calibration.add(0, std * std, std / 2);
    const rows = calibration.byDecile();

    expect(rows.map((row) => row.ratings)).toEqual(Array(10).fill(2));
    expect(rows[0]).toMatchObject({ from: 1, to: 2, predicted: 1.5, coverage: { 50: 1, 80: 1, 90: 1, 95: 1 } });
    expect(rows[0]!.observed).toBeCloseTo(Math.sqrt((0.25 + 1) / 2), 12);
    expect(rows[9]).toMatchObject({ from: 19, to: 20, predicted: 19.5 });
    expect(calibration.spearman()).toBe(1);
  });

  it('is told as a whole, with what predictions are off by on average', () => {
    const calibration = new Calibration();
    expect(calibration.overall()).toBeNull();
    calibration.add(3, 1, 4); // off by 1
    calibration.add(3, 4, 2.5); // off by -.5
    expect(calibration.overall()).toMatchObject({ ratings: 2, from: 1, to: 2, predicted: 1.5, bias: 0.25 });
    expect(calibration.overall()!.observed).toBeCloseTo(Math.sqrt((1 + 0.25) / 2), 12);
  });

  it('sorts by another key when given one, and keeps fewer rows for fewer predictions', () => {
    const calibration = new Calibration();
    calibration.add(3, 1, 3);
    calibration.add(3, 1, 5);
    expect(calibration.byDecile([9, 4]).map((row) => [row.from, row.observed, row.coverage[95]])).toEqual([
      [4, 2, 0],
      [9, 0, 1],
    ]);
    expect(() => calibration.byDecile([1])).toThrow(RangeError);
    expect(new Calibration().byDecile()).toEqual([]);
  });

  it('finds honest doubt honest in every tenth', () => {
    const random = new Random(3);
    const calibration = new Calibration();
    for (let draw = 0; draw < 50_000; draw += 1) {
      const std = 0.2 + 2 * random.uniform();
      calibration.add(3, std * std, 3 + std * random.normal());
    }
    for (const row of calibration.byDecile()) {
      expect(row.observed / row.predicted).toBeGreaterThan(0.95);
      expect(row.observed / row.predicted).toBeLessThan(1.06);
      expect(Math.abs(row.coverage[90] - 0.9)).toBeLessThan(0.017); // four standard errors of a share of 5,000
    }
  });
});
