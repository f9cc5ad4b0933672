import { describe, expect, it } from 'vitest';
import { selectRows } from '../../../src/engine/data/ratingTable.ts';
import { rankTwo, syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { Random } from '../../../src/engine/math/random.ts';
import type { FactorizationFit } from '../../../src/engine/models/factorization.ts';
import { factorizationData } from '../../../src/engine/models/factorizationData.ts';
import { fitSampled, SAMPLED_DEFAULTS } from '../../../src/engine/models/sampled.ts';

function fitted(table: Parameters<typeof factorizationData>[0], sweeps = SAMPLED_DEFAULTS.sweeps, seed = 1): FactorizationFit {
  return fitSampled(factorizationData(table).data, { ...SAMPLED_DEFAULTS, sweeps }, new Random(seed));
}

function score({ factors, m0, users, movies }: FactorizationFit, u: number, i: number): number {
  const K = factors + 1;
  let s = m0 + users.mean[u * K + factors]! + movies.mean[i * K + factors]!;
  for (let f = 0; f < factors; f += 1) s += users.mean[u * K + f]! * movies.mean[i * K + f]!;
  return s;
}

describe('the sampled factorization', () => {
  it('finds the held-out ratings of a rank-two matrix without noise', () => {
    const table = rankTwo(40, 50, 3);
    const rows = Array.from(table.r.keys());
    const fit = fitted(
      selectRows(
        table,
        rows.filter((row) => row % 7 !== 0),
      ),
    );
    const held = rows.filter((row) => row % 7 === 0);
    const squares = held.reduce((sum, row) => sum + (table.r[row]! - score(fit, table.u[row]!, table.i[row]!)) ** 2, 0);
    expect(Math.sqrt(squares / held.length)).toBeLessThan(0.1);
  });

  it('learns which users are noisy: their offsets follow the true noise', () => {
    const { table, truth } = syntheticRatings({ users: 80, movies: 80, ratings: 4000, noiseSpread: 0.6 }, 4);
    const { noiseOffset } = fitted(table, 120).users;
    const order = Array.from(table.users.keys()).sort((left, right) => truth.noise(left) - truth.noise(right));
    const mean = (users: readonly number[]) => users.reduce((sum, u) => sum + noiseOffset![u]!, 0) / users.length;
    expect(mean(order.slice(-20)) - mean(order.slice(0, 20))).toBeGreaterThan(0.5);
  });

  it('gives the same bits for the same seed, and others for another', () => {
    const { table } = syntheticRatings({ users: 20, movies: 20, ratings: 200 }, 2);
    const [one, same, other] = [fitted(table, 40), fitted(table, 40), fitted(table, 40, 2)];
    expect(same).toEqual(one);
    expect(other.users.mean).not.toEqual(one.users.mean);
  });

  it('is less sure of a user with few ratings than of one with many', () => {
    const { table } = syntheticRatings({ users: 60, movies: 60, ratings: 1800 }, 6);
    const isFew = (row: number) => table.u[row] === 0;
    const first = Array.from(table.r.keys()).find(isFew)!;
    const rows = Array.from(table.r.keys()).filter((row) => !isFew(row) || row === first);
    const { variance } = fitted(selectRows(table, rows)).users;
    const K = SAMPLED_DEFAULTS.factors + 1;
    const biases = Array.from({ length: 59 }, (_, u) => variance[(u + 1) * K + K - 1]!);
    expect(variance[K - 1]!).toBeGreaterThan(2 * (biases.reduce((sum, v) => sum + v, 0) / biases.length));
  });
});
