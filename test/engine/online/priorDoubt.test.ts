import { describe, expect, it } from 'vitest';
import { selectRows } from '../../../src/engine/data/ratingTable.ts';
import { syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { servedModel } from '../../../src/engine/evaluation/servedModels.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { factorizationData } from '../../../src/engine/models/factorizationData.ts';
import { fitVariational, VARIATIONAL_DEFAULTS } from '../../../src/engine/models/variational.ts';
import { memberFromFit } from '../../../src/engine/online/handOver.ts';
import { doubtShare } from '../../../src/engine/online/priorDoubt.ts';
import { VARIATIONAL_RULE } from '../../../src/engine/online/rule.ts';

const { table } = syntheticRatings({ users: 200, movies: 150, ratings: 12_000 }, 3);

function first(n: number) {
  return selectRows(
    table,
    Array.from({ length: n }, (_, row) => row),
  );
}

describe('the doubt about a newcomer', () => {
  it.each([50, 200, 800])('after a fit of %i ratings is no greater than ratings can differ', async (n) => {
    const model = servedModel('mf', { seed: 0 });
    await model.fit(first(n));
    const sds = Array.from({ length: 150 }, (_, i) => Math.sqrt(model.predictOne(199, i, null).variance!));
    const mean = sds.reduce((sum, sd) => sum + sd, 0) / sds.length;
    // The ratings' own deviation is about .9; noise and doubt may each be as large, and a new user's mood comes on top.
    expect(mean).toBeLessThan(1.8);
    expect(mean).toBeGreaterThan(0.8);
  });

  it('is left as fitted when there are ratings enough, and limited when there are few', () => {
    const share = (n: number) => {
      const part = first(n);
      const { data, vocabulary } = factorizationData(part);
      const fit = fitVariational(data, VARIATIONAL_DEFAULTS, new Random(0));
      const member = memberFromFit(fit, part, vocabulary, VARIATIONAL_RULE);
      return doubtShare(member, fit, part);
    };
    expect(share(12_000)).toBe(1);
    // memberFromFit has applied the limit: what is left to take off is nothing.
    expect(share(50)).toBeCloseTo(1, 9);
  });
});
