import { describe, expect, it } from 'vitest';
import { labTable } from '../../../src/engine/data/lab.ts';

describe('labTable', () => {
  const table = labTable();

  it('holds 20 different pairs of 5 users and 5 movies', () => {
    expect(table.users.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4']);
    expect(table.movies.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4']);
    const pairs = new Set(Array.from(table.u, (u, row) => `${u} ${table.i[row]}`));
    expect(pairs.size).toBe(20);
    expect(table.r).toHaveLength(20);
  });

  it('has the mean and the first and last rows of the course', () => {
    expect(table.r.reduce((sum, r) => sum + r, 0)).toBe(73);
    expect([table.u[0], table.i[0], table.r[0]]).toEqual([0, 0, 4]);
    expect([table.u[19], table.i[19], table.r[19]]).toEqual([4, 0, 5]);
    expect(Array.from(table.time).every(Number.isNaN)).toBe(true);
  });
});
