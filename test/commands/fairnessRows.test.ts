import { expect, it } from 'vitest';
import { fairnessRows } from '../../src/commands/fairnessRows.ts';

const figures = (summary: string[]) => ({
  popularityOfRecommended: 1,
  popularityOfRated: 1,
  gini: 0,
  longTailShare: 0,
  groups: [],
  exposure: [],
  summary,
});

it('says what the fairness of the last model is, in lines that fit, and nothing where there is none', () => {
  const report = {
    ...{ seed: 0, split: 'files', train: { ratings: 1, users: 1, movies: 1 }, test: { ratings: 1 }, models: {} },
    fairness: { mf: figures(['of mf']), hybrid: figures(['a sentence of more than forty letters, in words', 'short']) },
  };
  expect(fairnessRows(report, 40)).toEqual(['', 'fairness of hybrid', '- a sentence of more than forty letters,', '  in words', '- short']);
  expect(fairnessRows({ ...report, fairness: {} }, 40)).toEqual([]);
});
