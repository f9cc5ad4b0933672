import { describe, expect, it } from 'vitest';
import { textTable } from '../../src/commands/textTable.ts';

const HEAD = ['model', 'RMSE', 'NDCG'];
const ROWS = [
  ['mf', '.88', '.2'],
  ['hybrid', '.87', '.49'],
];

describe('a table for a terminal', () => {
  it('stands in columns', () => {
    for (const width of [80, Number.POSITIVE_INFINITY])
      expect(textTable(HEAD, ROWS, width)).toEqual(['model   RMSE  NDCG', 'mf       .88    .2', 'hybrid   .87   .49']);
  });

  it('breaks into further tables where it is too wide', () => {
    expect(textTable(HEAD, ROWS, 13)).toEqual([
      ...['model   RMSE', 'mf       .88', 'hybrid   .87'],
      '',
      ...['model   NDCG', 'mf        .2', 'hybrid   .49'],
    ]);
  });

  it('shows every column however narrow the terminal', () => {
    expect(textTable(HEAD, ROWS, 1).join()).toMatch(/RMSE.*NDCG/s);
  });
});
