import { describe, expect, it } from 'vitest';
import { benchData, furtherRatings } from '../bench/data.ts';
import { compare, median, meets } from '../bench/measure.ts';
import { BiasedFactorization } from '../bench/reference/biasedFactorization.ts';
import { passOverRatings } from '../bench/reference/passOverRatings.ts';
import { runBench } from '../bench/run.ts';
import type { BenchSize } from '../bench/size.ts';
import { slopeOf } from '../bench/slope.ts';
import { tableOf } from '../bench/table.ts';

const TINY: BenchSize = {
  users: 20,
  movies: 40,
  ratings: 400,
  rounds: 1,
  passes: 1,
  writes: 70,
  inserts: 5,
  requests: 16,
  messages: 200,
  targets: 100,
  lists: 4,
  explored: 900,
  catalogue: { users: 20, movies: 60, ratings: 400 },
  memoryRequests: 8,
  retrainings: 1,
  retrained: { users: 10, movies: 20, ratings: 100 },
};

describe('the bench', () => {
  it('runs every figure against a reference, and tells each bar', async () => {
    const figures = await runBench(TINY);

    expect(figures.map(({ name, reference }) => `${name} / ${reference}`)).toEqual([
      'learn / biasedFactorization',
      'apply / biasedFactorization',
      'apply, fitted / biasedFactorization',
      'durable / oneInsertATransaction',
      'recommend / bareApollo',
      'explained / scoring alone',
      'follow / scoring alone',
      'explained, many films / scoring alone',
      'explore / plainSql',
      'attention step / referenceTrainer',
      'train / passOverRatings',
      'recommend hybrid / model: MF',
      'memory / bareApollo',
      'durable hybrid / oneInsertATransaction',
      'retraining / after 1 of them',
      'fit / passOverRatings',
      'snapshot / plainWrite',
      'restart / readEvents',
      'replay / readEvents',
    ]);
    expect(figures.filter(({ ok }) => ok !== null).map(({ name, bar }) => [name, bar])).toEqual([
      ['learn', { atLeast: 0.4 }],
      ['durable', { atLeast: 8 }],
      ['recommend', { atMost: 3 }],
      ['follow', { atMost: 1, of: 'value' }],
      ['explore', { atMost: 1_000, of: 'value' }],
      ['attention step', { atLeast: 0.9 }],
      ['train', { atMost: 120, of: 'value' }],
      ['recommend hybrid', { atMost: 1.5 }],
      ['memory', { atMost: 1_000, of: 'value' }],
      ['durable hybrid', { atLeast: 10_000, of: 'value' }],
      ['retraining', { atMost: 1.1 }],
    ]);
    const lines = tableOf(figures).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + figures.length);
    expect(lines[0]).toMatch(/^figure +value +reference +its value +ratio/);
    expect(lines.find((line) => line.startsWith('train '))).toContain(' <= 120 s ');
    // A training of the hybrid compiles its kernels, however little there is to learn.
  }, 240_000);

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

  it('holds a bar against the figure itself where it says so, and counts the first round of what takes long', async () => {
    const of = { name: 'example', what: '', unit: 's', reference: '', rounds: 1, cold: true };
    const asked: number[] = [];
    const measure = (round: number) => {
      asked.push(round);
      return 100;
    };
    const figure = await compare({ ...of, bar: { atMost: 120, of: 'value' }, measure, measureReference: () => 0.5 });

    expect(figure).toMatchObject({ value: 100, ratio: 200, rounds: 1, ok: true });
    expect(asked).toEqual([1]);
  });

  it('finds further ratings of pairs that a table does not hold, and the slope of a line', () => {
    const table = benchData(TINY);
    const further = furtherRatings(table, 150);
    const pairs = [table, further].flatMap(({ u, i }) => Array.from(u, (user, row) => `${user} ${i[row]}`));
    expect(new Set(pairs).size).toBe(table.r.length + 150);
    expect(further.time[0]).toBeGreaterThanOrEqual(table.time.at(-1)!);
    expect(slopeOf([0, 1, 2, 3], [5, 7, 9, 11])).toBe(2);
  });

  it('has references that do what they say', () => {
    const model = new BiasedFactorization(2, 2, 3);
    for (let step = 0; step < 2_000; step += 1) model.learnOne(step % 2, (step >> 1) % 2, 4);
    expect(model.score(0, 1)).toBeCloseTo(4, 0);
    expect(passOverRatings(Int32Array.of(0, 1), Int32Array.of(0, 0), Float64Array.of(2, 4), 3)).toBe(3 * 1 + 3 * 3);
  });
});
