import { describe, expect, it } from 'vitest';
import { Quality } from '../../../src/engine/evaluation/quality.ts';

describe('the quality of predictions', () => {
  it('is told by tenths of the activity of users, least active first', () => {
    const quality = new Quality();
    // Ten users, twenty ratings each; the error of a user of activity a is always a, the predicted deviation always 5.
    for (let a = 10; a >= 1; a -= 1) for (let t = 0; t < 20; t += 1) quality.add({ mean: 0, variance: 25 }, a, a);
    const { byActivity, accuracy } = quality.summary();
    expect(byActivity!.map(({ from, to, observed, ratings }) => [from, to, observed, ratings])).toEqual(
      Array.from({ length: 10 }, (_, tenth) => [tenth + 1, tenth + 1, tenth + 1, 20]),
    );
    // 1.645 × 5 = 8.2: the errors 9 and 10 lie outside of the 90 % interval.
    expect(byActivity!.map(({ coverage }) => coverage[90])).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect(accuracy.coverage90).toBeCloseTo(0.8, 12);
  });

  it('has a rank correlation of doubt and error of 1 where they rise together', () => {
    const quality = new Quality();
    for (let t = 1; t <= 30; t += 1) quality.add({ mean: 3, variance: t * t }, 3 + (t % 2 === 0 ? t : -t), 1);
    expect(quality.summary().spearman).toBeCloseTo(1, 12);
  });

  it('says nothing of doubt for a model that has none', () => {
    const quality = new Quality();
    quality.add({ mean: 3, variance: null }, 4, 7);
    expect(quality.summary()).toMatchObject({ spearman: null, byActivity: null, accuracy: { rmse: 1, nll: null } });
  });
});
