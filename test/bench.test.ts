import { describe, expect, it } from 'vitest';
import { compare, median, meets } from '../bench/measure.ts';
import { BiasedFactorization } from '../bench/reference/biasedFactorization.ts';
import { passOverRatings } from '../bench/reference/passOverRatings.ts';
import { runBench } from '../bench/run.ts';
import type { BenchSize } from '../bench/size.ts';
import { tableOf } from '../bench/table.ts';

const TINY: BenchSize = { users: 20, movies: 40, ratings: 400, rounds: 1, passes: 1, writes: 70, inserts: 5, requests: 16 };

describe('the bench', () => {
  it('runs every figure against a reference, and tells each bar', async () => {
    const figures = await runBench(TINY);

    expect(figures.map(({ name, reference }) => `${name} / ${reference}`)).toEqual([
      'learn / biasedFactorization',
      'apply / biasedFactorization',
      'durable / oneInsertATransaction',
      'recommend / bareApollo',
      'fit / passOverRatings',
      'snapshot / plainWrite',
      'restart / readEvents',
      'replay / readEvents',
    ]);
    expect(figures.filter(({ ok }) => ok !== null).map(({ name, bar }) => [name, bar])).toEqual([
      ['learn', { atLeast: 0.4 }],
      ['durable', { atLeast: 8 }],
      ['recommend', { atMost: 3 }],
    ]);
    const lines = tableOf(figures).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + figures.length);
    expect(lines[0]).toMatch(/^figure +value +reference +its value +ratio/);
  });

  it('takes the median of ratios that are made within one round, after a round that does not count', async () => {
    const values = [1000, 2, 9, 4];
    const references = [1, 1, 3, 8];

    const figure = await compare({
      name: 'example',
      what: '',
      unit: '',
      reference: '',
      rounds: 3,
      bar: { atLeast: 2 },
      measure: (round) => values[round]!,
      measureReference: (round) => references[round]!,
    });

    expect(figure).toMatchObject({ value: 4, referenceValue: 3, ratio: 2, ratios: { low: 0.5, high: 3 }, ok: true });
    expect(median([3, 1, 2, 10])).toBe(2.5);
    expect([meets(3, { atMost: 3 }), meets(3.01, { atMost: 3 }), meets(0.39, { atLeast: 0.4 })]).toEqual([true, false, false]);
  });

  it('has references that do what they say', () => {
    const model = new BiasedFactorization(2, 2, 3);
    for (let step = 0; step < 2_000; step += 1) model.learnOne(step % 2, (step >> 1) % 2, 4);
    expect(model.score(0, 1)).toBeCloseTo(4, 0);
    expect(passOverRatings(Int32Array.of(0, 1), Int32Array.of(0, 0), Float64Array.of(2, 4), 3)).toBe(3 * 1 + 3 * 3);
  });
});
