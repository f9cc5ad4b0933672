import { describe, expect, it } from 'vitest';
import { Rows } from '../../../src/engine/data/growable.ts';

describe('growing rows', () => {
  it('keep what they hold when they grow, and new ones are zero', () => {
    const rows = new Rows(3);
    for (let row = 0; row < 100; row += 1) {
      rows.reserve(row + 1);
      expect([...rows.data.subarray(3 * row, 3 * row + 3)]).toEqual([0, 0, 0]);
      rows.data.set([row, -row, 2 * row], 3 * row);
    }
    expect(rows.take(100)).toEqual(Float64Array.from({ length: 300 }, (_, at) => [1, -1, 2][at % 3]! * Math.floor(at / 3)));
  });

  it('grow by a share of their size, so that a million rows are not copied a million times', () => {
    const rows = new Rows(1);
    let copies = 0;
    for (let row = 1; row <= 100_000; row += 1) {
      const before = rows.data;
      rows.reserve(row);
      if (rows.data !== before) copies += 1;
    }
    expect(copies).toBeLessThan(30);
  });

  it('do not move when there is room', () => {
    const rows = new Rows(2, 10);
    const { data } = rows;
    rows.reserve(10);
    expect(rows.data).toBe(data);
  });

  it('hand out copies: what is taken does not follow', () => {
    const rows = new Rows(2, 2);
    const taken = rows.take(2);
    rows.data[0] = 7;
    expect([...taken]).toEqual([0, 0, 0, 0]);
    expect(new Rows(2).take(3)).toEqual(new Float64Array(6)); // rows not reserved yet are zero
  });

  it('take in rows from outside and leave the rest as it was', () => {
    const rows = new Rows(2);
    rows.put(Float64Array.of(1, 2, 3, 4, 5, 6));
    rows.put(Float64Array.of(9, 8));
    expect([...rows.take(3)]).toEqual([9, 8, 3, 4, 5, 6]);
  });
});
