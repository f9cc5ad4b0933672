import { describe, expect, it } from 'vitest';
import { Drift } from '../../src/recommender/drift.ts';

/** After how many ratings, counted from `start`, a training is due; null: not within 5,000. */
function dueAfter(drift: Drift, start: number, rmse: (rating: number) => number | null, holdout: number | null = 0.9): number | null {
  for (let rating = 1; rating <= 5_000; rating += 1) if (drift.isDue(1, start + rating, rmse(rating), () => holdout)) return rating;
  return null;
}

describe('drift', () => {
  it('is an error above 1.05 times the hold-out for 1,000 ratings', () => {
    expect(dueAfter(new Drift(), 1_000, () => 0.95)).toBe(1_000);
    expect(dueAfter(new Drift(), 1_000, () => 0.944)).toBeNull();
  });

  it('is not an error that falls below it in between', () => {
    expect(dueAfter(new Drift(), 1_000, (rating) => (rating % 999 === 0 ? 0.9 : 1.2))).toBeNull();
  });

  it('is asked about again only after 5 % more ratings', () => {
    const drift = new Drift();
    const bad = () => 1.2;
    // The first look is at one rating more than the start: 1.05 × 90,001 and 1.05 × 40,001.
    expect(dueAfter(drift, 90_000, bad)).toBe(4_502);
    expect(dueAfter(new Drift(), 40_000, bad)).toBe(2_002);
  });

  it('is not seen without a hold-out, or before there is an error', () => {
    expect(dueAfter(new Drift(), 1_000, () => 9, null)).toBeNull();
    expect(dueAfter(new Drift(), 1_000, () => null)).toBeNull();
  });

  it('is judged anew of a new version', () => {
    const drift = new Drift();
    for (let rating = 1; rating < 1_000; rating += 1) expect(drift.isDue(1, rating, 1.2, () => 0.9)).toBe(false);
    expect(drift.isDue(2, 1_000, 1.2, () => 1.19)).toBe(false);
    for (let rating = 1_001; rating < 3_000; rating += 1) expect(drift.isDue(2, rating, 1.2, () => 1.19)).toBe(false);
  });
});
