import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interactions } from '../../../src/engine/data/interactions.ts';

interface Row {
  u: number;
  i: number;
  rating: number;
  time: number;
  sequence: number;
  note: number;
}

/** The plain twin: a map by pair; a changed rating moves to the end. */
class PlainRatings {
  private readonly rows = new Map<string, Row>();

  set(row: Row): void {
    this.rows.delete(`${row.u} ${row.i}`);
    this.rows.set(`${row.u} ${row.i}`, row);
  }

  remove(u: number, i: number): void {
    this.rows.delete(`${u} ${i}`);
  }

  of(keep: (row: Row) => boolean = () => true): Row[] {
    return [...this.rows.values()].filter(keep);
  }
}

function rowsOf(ratings: Interactions, edges: readonly number[]): Row[] {
  return edges.map((edge) => ({
    u: ratings.userOf(edge),
    i: ratings.movieOf(edge),
    rating: ratings.ratingOf(edge),
    time: ratings.timeOf(edge),
    sequence: ratings.sequenceOf(edge),
    note: ratings.noteOf(edge),
  }));
}

const SIZE = 12;
const step = fc.record({
  u: fc.nat(SIZE - 1),
  i: fc.nat(SIZE - 1),
  /** null: removed, if it is there */
  rating: fc.option(
    fc.integer({ min: 1, max: 10 }).map((half) => half / 2),
    { freq: 3 },
  ),
  time: fc.oneof(fc.nat(), fc.constant(Number.NaN)),
  note: fc.nat(3),
});

describe('interactions', () => {
  it('hold what a plain map holds, in the order of the log, whatever is added, changed and removed', () => {
    fc.assert(
      // Up to 144 edges at a time: more than the arrays hold at first.
      fc.property(fc.array(step, { minLength: 1, maxLength: 400, size: 'max' }), (steps) => {
        const ratings = new Interactions();
        const plain = new PlainRatings();
        steps.forEach(({ u, i, rating, time, note }, at) => {
          const known = ratings.find(u, i);
          expect(known >= 0).toBe(plain.of((row) => row.u === u && row.i === i).length === 1);
          if (known >= 0) ratings.remove(known);
          if (rating === null) {
            plain.remove(u, i);
            return;
          }
          plain.set({ u, i, rating, time, sequence: 10 * at, note });
          const edge = ratings.add(u, i, rating, time, 10 * at);
          expect(ratings.noteOf(edge)).toBe(0); // nothing is left of an edge that stood in its place
          ratings.setNote(edge, note);
        });
        expect(rowsOf(ratings, ratings.inOrder())).toEqual(plain.of());
        for (let node = 0; node < SIZE; node += 1) {
          expect(rowsOf(ratings, ratings.ofUser(node))).toEqual(plain.of((row) => row.u === node));
          expect(rowsOf(ratings, ratings.ofMovie(node))).toEqual(plain.of((row) => row.i === node));
        }
        expect(ratings.size).toBe(plain.of().length);
        expect(ratings.sum).toBe(plain.of().reduce((sum, row) => sum + row.rating, 0));
      }),
      { numRuns: 60 },
    );
  });

  it('know nothing of users and movies without ratings', () => {
    const ratings = new Interactions();
    expect([ratings.find(3, 4), ratings.ofUser(3), ratings.ofMovie(9), ratings.size, ratings.sum]).toEqual([-1, [], [], 0, 0]);
  });
});
