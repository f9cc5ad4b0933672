import { describe, expect, it } from 'vitest';
import { Accuracy } from '../../../src/engine/evaluation/accuracy.ts';
import { StreamCurve } from '../../../src/engine/evaluation/streamCurve.ts';
import { Random } from '../../../src/engine/math/random.ts';

describe('the curve of a stream', () => {
  it('says what the accuracy of the events so far, and since the point before, says', () => {
    const random = new Random(4);
    const curve = new StreamCurve(25_050); // a point every 200
    let recent = new Accuracy();
    const all = new Accuracy();
    const expected: object[] = [];
    for (let event = 1; event <= 25_050; event += 1) {
      const [mean, variance, r] = [3 + random.normal(), 0.5 + random.uniform(), 1 + random.below(5)];
      curve.add({ mean, variance }, r);
      for (const accuracy of [all, recent]) accuracy.add(mean, variance, r);
      if (event % 200 !== 0 && event !== 25_050) continue;
      const [whole, last] = [all.summary(), recent.summary()];
      const close = (value: number | null | undefined) => expect.closeTo(value!, 10);
      expected.push({
        events: event,
        rmse: close(whole.rmse),
        coverage90: close(whole.coverage90),
        recentRmse: close(last.rmse),
        recentCoverage90: close(last.coverage90),
      });
      recent = new Accuracy();
    }
    expect(curve.finish()).toEqual(expected);
  });

  it('has a point for each event of a few, and none for none', () => {
    const curve = new StreamCurve(2);
    curve.add({ mean: 3, variance: 1 }, 4);
    curve.add({ mean: 3, variance: 1 }, 5);
    expect(curve.finish()).toMatchObject([
      { events: 1, rmse: 1, coverage90: 1, recentCoverage90: 1 },
      { events: 2, rmse: Math.sqrt(5 / 2), coverage90: 0.5, recentRmse: 2, recentCoverage90: 0 },
    ]);
    expect(new StreamCurve(0).finish()).toEqual([]);
  });
});
