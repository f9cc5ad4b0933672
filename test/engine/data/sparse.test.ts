import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparsePair } from '../../../src/engine/data/sparse.ts';

/** Distinct cells of a matrix, in any order; rows and columns without cells occur. */
const cells = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })).chain(([users, movies]) =>
  fc.record({
    users: fc.constant(users),
    movies: fc.constant(movies),
    pairs: fc.uniqueArray(fc.tuple(fc.nat(users - 1), fc.nat(movies - 1)), { selector: ([u, i]) => u * movies + i }),
  }),
);

describe('sparse rows', () => {
  it('hold by user and by movie what a dense matrix holds, and say where each entry stands', () => {
    fc.assert(
      fc.property(cells, ({ users, movies, pairs }) => {
        const u = Int32Array.from(pairs, ([user]) => user);
        const i = Int32Array.from(pairs, ([, movie]) => movie);
        const { byUser, byMovie, order } = sparsePair(u, i, users, movies);
        const dense = new Map(pairs.map(([user, movie], row) => [user * movies + movie, row]));

        expect([byUser.rows, byMovie.rows]).toEqual([users, movies]);
        expect([byUser.ptr[users], byMovie.ptr[movies]]).toEqual([pairs.length, pairs.length]);
        for (let user = 0; user < users; user += 1) {
          const inTable = pairs.flatMap(([owner], row) => (owner === user ? [row] : []));
          const span = [byUser.ptr[user]!, byUser.ptr[user + 1]!] as const;
          expect([...order.subarray(...span)]).toEqual(inTable); // a row keeps the order of the table
          expect([...byUser.column.subarray(...span)]).toEqual(inTable.map((row) => i[row]));
          expect([...byUser.entry.subarray(...span)]).toEqual(inTable.map((_, place) => span[0] + place));
        }
        for (let movie = 0; movie < movies; movie += 1) {
          const found: number[] = [];
          for (let z = byMovie.ptr[movie]!; z < byMovie.ptr[movie + 1]!; z += 1) {
            const row = order[byMovie.entry[z]!]!;
            expect(row).toBe(dense.get(byMovie.column[z]! * movies + movie));
            found.push(byMovie.column[z]!);
          }
          expect(found).toEqual(pairs.flatMap(([user, of]) => (of === movie ? [user] : [])).sort((a, b) => a - b));
        }
      }),
      { numRuns: 200 },
    );
  });
});
