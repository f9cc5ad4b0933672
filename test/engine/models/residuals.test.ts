import { describe, expect, it } from 'vitest';
import { syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { composeColumn, type FactorBlock, newBlock } from '../../../src/engine/models/factorBlock.ts';
import { factorizationData } from '../../../src/engine/models/factorizationData.ts';
import { Residuals } from '../../../src/engine/models/residuals.ts';
import { updateWeights } from '../../../src/engine/models/weightUpdate.ts';

const M0 = 3.2;
const FACTORS = 3;
const { data } = factorizationData(syntheticRatings({ users: 20, movies: 30, ratings: 250 }, 3).table);

/** Two blocks whose nodes differ in precision, and whose weights have variances when `initialVariance` says so. */
function blocks(initialVariance: number): { users: FactorBlock; movies: FactorBlock; random: Random } {
  const random = new Random(6);
  const start = { factors: FACTORS, initialSpread: 0.3, initialVariance, initialPrecision: 2 };
  const users = newBlock(data.users, data.ratings.byUser, start, random);
  const movies = newBlock(data.movies, data.ratings.byMovie, start, random);
  for (const { precision } of [users, movies]) for (let n = 0; n < precision.length; n += 1) precision[n] = 0.5 + random.uniform();
  return { users, movies, random };
}

/** r − (m0 + b + c + p·q), rating by rating. */
function errors(users: FactorBlock, movies: FactorBlock): Float64Array {
  const { ptr, column } = data.ratings.byUser;
  return data.r.map((r, t) => {
    const u = ptr.findLastIndex((start) => start <= t);
    const i = column[t]!;
    let s = M0 + users.mean[FACTORS]![u]! + movies.mean[FACTORS]![i]!;
    for (let f = 0; f < FACTORS; f += 1) s += users.mean[f]![u]! * movies.mean[f]![i]!;
    return r - s;
  });
}

/** A = Σ ω (q² + v_q) and B = Σ ω q e, by their definition. */
function sums(block: FactorBlock, other: FactorBlock, f: number, e: Float64Array): { A: Float64Array; B: Float64Array } {
  const [A, B] = [new Float64Array(block.nodes), new Float64Array(block.nodes)];
  const { ptr, column, entry } = block.ratings;
  for (let n = 0; n < block.nodes; n += 1) {
    for (let z = ptr[n]!; z < ptr[n + 1]!; z += 1) {
      const m = column[z]!;
      const [q, vq] = f === FACTORS ? [1, 0] : [other.mean[f]![m]!, other.variance[f]![m]!];
      const omega = block.precision[n]! * other.precision[m]!;
      A[n]! += omega * (q * q + vq);
      B[n]! += omega * q * e[entry[z]!]!;
    }
  }
  return { A, B };
}

function expectClose(actual: Float64Array, expected: Float64Array): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at]!, 9);
  });
}

describe('the residuals', () => {
  it('are what the factors leave of each rating, from the start', () => {
    const { users, movies } = blocks(0);
    for (const block of [users, movies]) {
      block.W[FACTORS]!.fill(0.2);
      composeColumn(block.features, block.ratings, block.W[FACTORS]!, block.mean[FACTORS]!);
    }
    expectClose(new Residuals(data.r, M0, users, movies).e, errors(users, movies));
  });

  it.each([
    ['means', 0.2],
    ['draws', 0],
  ])('follow every move of a sweep, and give each block its sums before it moves: %s', (kind, initialVariance) => {
    const { users, movies, random } = blocks(initialVariance);
    const residuals = new Residuals(data.r, M0, users, movies);
    const seen: string[] = [];
    for (let sweep = 0; sweep < 2; sweep += 1) {
      residuals.sweep((block, f) => {
        const other = block === users ? movies : users;
        const e = errors(users, movies);
        expectClose(residuals.e, e);
        const { A, B } = sums(block, other, f, e);
        expectClose(block.A, A);
        expectClose(block.B, B);
        seen.push(`${block === users ? 'p' : 'q'}${f}`);
        updateWeights(block, f, 1.5, kind === 'draws' ? random : null);
      });
      expectClose(residuals.e, errors(users, movies));
      residuals.shift(0.1);
      residuals.shift(-0.1);
    }
    expect(seen.slice(0, 8)).toEqual(['p3', 'q3', 'p0', 'q0', 'p1', 'q1', 'p2', 'q2']);
    expect(seen).toHaveLength(16);
  });
});
