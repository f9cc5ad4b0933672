import { expect, it } from 'vitest';
import type { Report } from '../../src/commands/evaluationReport.ts';
import { fairnessRows } from '../../src/commands/fairnessRows.ts';
import { fairnessSection } from '../../src/commands/fairnessSection.ts';

const GROUP = { attribute: 'gender', users: 2, ratings: 9, rmseLow: 0.8, rmseHigh: 1.2 };
const figures = (summary: string[]) => ({
  popularityOfRecommended: 1,
  popularityOfRated: 1,
  gini: 0,
  longTailShare: 0,
  groups: [
    { ...GROUP, group: 'F', rmse: 1, ndcgAt10: 0.25 },
    { ...GROUP, group: '<M>', rmse: 0.9, ndcgAt10: null },
  ],
  exposure: [{ attribute: 'genre', group: 'War', movies: 7, shareOfRated: 0.25, shareOfRecommended: 0.125 }],
  summary,
});
const REPORT: Report = {
  ...{ seed: 0, split: 'files', train: { ratings: 1, users: 1, movies: 1 }, test: { ratings: 1 }, models: {} },
  fairness: { mf: figures(['of mf']), hybrid: figures(['a sentence of more than forty letters, in words', 'short']) },
};

it('says what the fairness of the last model is, in lines that fit, and nothing where there is none', () => {
  expect(fairnessRows(REPORT, 40)).toEqual(['', 'fairness of hybrid', '- a sentence of more than forty letters,', '  in words', '- short']);
  expect(fairnessRows({ ...REPORT, fairness: {} }, 40)).toEqual([]);
});

it('shows it on the page: sentences, a chart for each way to tell users apart, and both tables', () => {
  const [section] = fairnessSection(REPORT);
  expect(section).toMatchObject({ title: 'Is hybrid fair?', text: 'a sentence of more than forty letters, in words short' });
  const markup = section!.parts.join('');
  expect(markup.match(/class="whisker"/g)).toHaveLength(2);
  expect(markup).toContain('gender &lt;M&gt;</td><td>2</td><td>9</td><td>0.900</td><td>0.800</td><td>1.200</td><td>–</td>');
  expect(markup).toContain('genre War</td><td>7</td><td>25.0 %</td><td>12.5 %</td>');
  expect(fairnessSection({ ...REPORT, fairness: {} })).toEqual([]);
});
