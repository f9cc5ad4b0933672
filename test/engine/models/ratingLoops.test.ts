import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { followAndScatter, followAndSum, subtractAt, sumAt, sumBothAt } from '../../../src/engine/models/ratingLoops.ts';

const NODES = 6; // few, so that a node comes more than once
const LENGTH = 40;

/** Random arrays, and a run of `count` ratings that starts at 3. */
function sample(count: number) {
  const random = new Random(count);
  const numbers = (length: number) => Float64Array.from({ length }, () => random.normal());
  const at = Int32Array.from({ length: LENGTH }, () => random.below(NODES));
  return { at, from: 3, to: 3 + count, e: numbers(LENGTH), a: numbers(NODES), b: numbers(NODES) };
}

/** [b_0, a_0, b_1, a_1, ..] */
function sideBySide(b: Float64Array, a: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 * a.length }, (_, at) => (at % 2 === 0 ? b : a)[at >> 1]!);
}

function expectClose(actual: Float64Array, expected: Float64Array): void {
  actual.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at]!, 12);
  });
}

describe.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 31])('the unrolled loops do what plain ones do, over %d ratings', (count) => {
  it('sumAt', () => {
    const { at, from, to, a } = sample(count);
    let sum = 0;
    for (let z = from; z < to; z += 1) sum += a[at[z]!]!;
    expect(sumAt(at, from, to, a)).toBeCloseTo(sum, 12);
  });

  it('sumBothAt', () => {
    const { at, from, to, a, b } = sample(count);
    const sums = Float64Array.of(7, 7);
    sumBothAt(at, from, to, sideBySide(b, a), sums);
    expect([...sums]).toEqual([sumAt(at, from, to, b), sumAt(at, from, to, a)]);
  });

  it('subtractAt', () => {
    const { at, from, to, a, b } = sample(count);
    const expected = b.slice();
    for (let z = from; z < to; z += 1) expected[at[z]!]! -= 0.3 * a[at[z]!]!;
    const pairs = sideBySide(b, a);
    subtractAt(at, from, to, 0.3, pairs);
    expectClose(pairs, sideBySide(expected, a));
  });

  it('followAndScatter', () => {
    const { at, from, to, e, a, b } = sample(count);
    const [followed, sums] = [e.slice(), b.slice()];
    for (let z = from; z < to; z += 1) {
      followed[z]! -= 0.3 * a[at[z]!]!;
      sums[at[z]!]! += -0.7 * followed[z]!;
    }
    followAndScatter(at, from, to, e, 0.3, a, -0.7, b);
    expectClose(e, followed);
    expectClose(b, sums);
  });

  it('followAndSum', () => {
    const { at, from, to, e, a, b } = sample(count);
    const followed = e.slice();
    let sum = 0;
    for (let z = from; z < to; z += 1) {
      followed[z]! -= 0.3 * a[at[z]!]!;
      sum += b[at[z]!]! * followed[z]!;
    }
    expect(followAndSum(at, from, to, e, 0.3, a, b)).toBeCloseTo(sum, 12);
    expectClose(e, followed);
  });
});
