import { describe, expect, it } from 'vitest';
import { knobRows, rankingTable, strategyRows } from '../../src/commands/rankingReport.ts';

const LISTS = {
  users: 3,
  ndcgAt10: 0.5,
  precisionAt10: 0.1,
  mrrAt10: 0.2,
  novelty: 3,
  recallAt10: 0.25,
  coverage: 0.125,
  meanPopularity: 8,
  longTailShare: 0,
  genreSimilarity: null,
};

describe('tables of lists', () => {
  it('have one line a strategy, and no column without a figure', () => {
    const [head, relevance, expected] = strategyRows({ RELEVANCE: LISTS, EXPECTED: { ...LISTS, meanPopularity: null } });
    expect(head!.split(/\s{2,}/)).toEqual(['strategy', 'NDCG@10', 'Recall@10', 'coverage', 'popularity', 'long tail']);
    expect(relevance!.split(/\s{2,}/)).toEqual(['RELEVANCE', '0.5000', '0.2500', '0.1250', '8.0000', '0.0000']);
    expect(expected!.split(/\s{2,}/)).toEqual(['EXPECTED', '0.5000', '0.2500', '0.1250', '–', '0.0000']);
  });

  it('have one line a position of a knob', () => {
    const at = (diversity: number, popularity: number) => ({ ...LISTS, diversity, popularity });
    const lines = knobRows({ diversity: [at(0, 0), at(0.5, 0)], popularity: [at(0, 0.75)] });
    expect(lines.map((line) => line.split(/\s{2,}/)[0])).toEqual(['diversity', '0.00', '0.50', 'popularity', '0.75']);
  });

  it('say what was judged', () => {
    const data = { ratings: 10, users: 3, movies: 4 };
    const report = {
      seed: 7,
      ranking: 'next',
      data,
      rows: { ease: { targets: 2, ndcgAt10: null, precisionAt10: 0.1, mrrAt10: 0.2, novelty: 3, recallAt10: null } },
    };
    expect(rankingTable(report)).toMatch(/^10 ratings, 3 users, 4 movies; next: 2 liked movies judged; seed 7\nlists *\nease *\n$/);
    expect(rankingTable({ ...report, ranking: 'time', rows: { ease: LISTS } })).toMatch(/time: 3 users judged/);
  });
});
