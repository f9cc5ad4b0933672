import { describe, expect, it } from 'vitest';
import { headShape } from '../../../src/engine/kernels/bayesShape.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { HeadBatches } from '../../../src/engine/models/bayesBatches.ts';
import { inputScale, standardInputs } from '../../../src/engine/models/bayesInputs.ts';

const random = new Random(8);
const rows = {
  score: Float64Array.from({ length: 500 }, () => 3.4 + random.normal()),
  variance: Float64Array.from({ length: 500 }, () => Math.exp(0.3 * random.normal())),
  r: Float64Array.from({ length: 500 }, (_, t) => 100 * t), // no real ratings: they tell the rows apart
};
const scale = inputScale(rows.score, rows.variance);

describe('inputs of the Bayesian head', () => {
  it('have mean 0 and variance 1 over the training rows', () => {
    const sum = [0, 0, 0];
    const squares = [0, 0, 0];
    const x = new Float64Array(3);
    for (let t = 0; t < 500; t += 1) {
      standardInputs(scale, rows.score[t]!, Math.log(rows.variance[t]!), x, 0);
      for (let i = 0; i < 3; i += 1) {
        sum[i]! += x[i]!;
        squares[i]! += x[i]! * x[i]!;
      }
    }
    for (const total of sum) expect(total / 500).toBeCloseTo(0, 10);
    // An outlier of the curve may have been clipped.
    for (const total of squares) expect(Math.abs(total / 500 - 1)).toBeLessThan(0.05);
  });

  it('are clipped: the score to the scale, all to ±5', () => {
    const x = new Float64Array(6);
    standardInputs(scale, 9, 50, x, 0);
    standardInputs(scale, 5, 5, x, 3);
    expect([...x.subarray(0, 3)]).toEqual([...x.subarray(3)]);
    expect(x[2]).toBe(5);
    standardInputs(scale, 3, -50, x, 0);
    expect(x[2]).toBe(-5);
  });

  it('say nothing where training rows did not vary', () => {
    const same = inputScale(new Float64Array(4).fill(3.7), new Float64Array(4).fill(0.8));
    const x = new Float64Array(3);
    standardInputs(same, 1.2, 4, x, 0);
    expect([...x].map(Math.abs)).toEqual([0, 0, 0]);
  });
});

describe('batches of the Bayesian head', () => {
  it('show every row once an epoch, in a new order, and pad the last batch with nothing', () => {
    const batches = new HeadBatches(headShape(4), rows, scale, 150, 2, new Random(1));
    const orders = [0, 1].map(() => {
      batches.shuffle();
      const seen: number[] = [];
      for (let from = 0; from < 500; from += 150) {
        const batch = batches.fill(from);
        for (let b = 0; b < batch.rows; b += 1) {
          const t = Math.round((batch.e[b]! + 3.4) / 100);
          seen.push(t);
          expect(batch.e[b]).toBeCloseTo(rows.r[t]! - rows.score[t]!, 2);
          expect(batch.logStd[b]).toBeCloseTo(Math.log(rows.variance[t]!) / 2, 6);
        }
        expect(batch.share.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      }
      return seen;
    });
    const { batch } = batches;
    expect(batch.rows).toBe(50);
    for (const values of [batch.e, batch.logStd, batch.share]) expect(values.subarray(50).every((value) => value === 0)).toBe(true);
    expect(batch.x.subarray(150).every((value) => value === 0)).toBe(true);
    for (const order of orders) expect(new Set(order).size).toBe(500);
    expect(orders[0]).not.toEqual(orders[1]);
  });

  it('bring standard normal noise, another in every step', () => {
    const batches = new HeadBatches(headShape(16), rows, scale, 500, 5, new Random(1));
    const first = batches.fill(0).noise[1].slice();
    const second = batches.fill(0).noise[1];
    expect([...first]).not.toEqual([...second]);
    const mean = first.reduce((sum, eps) => sum + eps, 0) / first.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(first.reduce((sum, eps) => sum + eps * eps, 0) / first.length).toBeCloseTo(1, 1);
  });
});
