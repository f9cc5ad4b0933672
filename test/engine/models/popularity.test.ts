import { expect, it } from 'vitest';
import { labTable } from '../../../src/engine/data/lab.ts';
import { Popularity } from '../../../src/engine/models/popularity.ts';

it('predicts the shrunken mean of a movie, ranks by its count of likes, and follows every rating', () => {
  const model = new Popularity();
  model.fit(labTable());
  // Movie 0 was rated 4 5 4 2 5; all 20 ratings add up to 73.
  const m0 = 73 / 20;
  expect(model.predictOne(0, 0).mean).toBeCloseTo((5 * m0 + 20) / 10, 12);
  expect(model.rankingScore(0, 0)).toBe(4);

  model.learnOne(3, 0, 4);
  expect(model.predictOne(0, 0).mean).toBeCloseTo(((5 * 77) / 21 + 24) / 11, 12);
  expect(model.rankingScore(0, 0)).toBe(5);
});
