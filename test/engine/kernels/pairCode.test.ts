import { describe, expect, it } from 'vitest';
import * as code from '../../../src/engine/kernels/pairCode.ts';
import { exponential, plainExponential } from '../../../src/engine/kernels/pairExponential.ts';

const { one, pair, two } = code;
type Run = (from: number, to: number, x: number) => number;

/** Runs a function of an address to read from, one to write to and a number, on a memory that starts with `numbers`. */
function run(numbers: readonly number[], write: (f: code.PairFunction, from: code.Address, to: code.Address) => code.Pair, x = 0) {
  const f = new code.PairFunction(2, 1);
  const mask = write(f, f.address(0), f.address(1));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(f.module('run', mask)), { memory: { memory } });
  const data = new Float64Array(memory.buffer);
  data.set(numbers);
  const flag = (exports.run as Run)(0, 64 * 8, x);
  return { flag, data, written: [...data.subarray(64, 66)] };
}

/** Both halves of what an expression of two pairs gives. */
function halvesOf(expression: (a: code.Pair, b: code.Pair) => code.Pair, a: [number, number], b: [number, number]): number[] {
  return run([...a, ...b], (f, from, to) => {
    f.storeTwo(to, 0, expression(two(from, 0), two(from, 2)));
    return pair(0);
  }).written;
}

describe('code of pairs', () => {
  it.each<[string, (a: code.Pair, b: code.Pair) => code.Pair, number[]]>([
    ['plus', code.plus, [6.5, 1.5]],
    ['minus', code.minus, [-1.5, -2.5]],
    ['times', code.times, [10, -1]],
    ['over', code.over, [0.625, -0.25]],
    ['least', code.least, [2.5, -0.5]],
    ['most', code.most, [4, 2]],
    ['root', (_, b) => code.squareRoot(b), [2, Math.SQRT2]],
    ['half', (a, b) => code.plus(code.half(1, a), code.half(0, b)), [3.5, 3.5]],
    ['sum of halves', (a) => code.sumOfHalves(a), [2, 2]],
    ['constant', () => pair(0.1, -300), [0.1, -300]],
    ['what is more', (a, b) => code.both(code.isMore(a, pair(0)), b), [4, 0]],
    ['what is at least as much', (a, b) => code.both(code.isAtLeast(b, pair(2, 2.5)), a), [2.5, 0]],
    ['choice', (a, b) => code.choose(code.isMore(pair(1), a), a, b), [4, -0.5]],
    ['difference', (a, b) => code.both(code.differs(a, pair(2.5)), b), [0, 2]],
    ['either', (a, b) => code.both(code.either(code.isMore(a, pair(0)), code.isMore(pair(0), a)), b), [4, 2]],
    ['order as written', (a, b) => code.minus(a, code.times(b, code.minus(a, b))), [8.5, 4.5]],
  ])('computes %s', (_, expression, expected) => {
    expect(halvesOf(expression, [2.5, -0.5], [4, 2])).toEqual(expected);
  });

  it('takes the first of least and most where the second is no number', () => {
    expect(halvesOf(code.least, [1, 1], [Number.NaN, 0])).toEqual([1, 0]);
    expect(halvesOf(code.most, [1, 1], [Number.NaN, 2])).toEqual([1, 2]);
  });

  it('goes through blocks of memory, with names that change', () => {
    const numbers = Array.from({ length: 40 }, (_, at) => at);
    const { data } = run(numbers, (f, from, to) => {
      const sum = f.keep(pair(0));
      const steps = [
        { at: from, step: 8 },
        { at: to, step: 8 },
      ];
      f.until(code.after(from, 40), steps, (a, b) => {
        f.set(sum, code.plus(sum, one(a!, 3)));
        f.storeOne(b!, 1, sum);
      });
      return pair(0);
    });
    expect([...data.subarray(64, 104)].filter((value) => value !== 0)).toEqual([3, 14, 33, 60, 95]);
  });

  it('says whether any bit of the mask is set, takes numbers, and reads fixed places', () => {
    const isMore = (x: number) => run([7], (f) => code.isMore(f.number(0), one(code.FIXED, 0)), x).flag;
    expect([isMore(7), isMore(7.5)]).toEqual([0, 1]);
  });

  it('computes e^x to 4e-16, exactly at 0, and JavaScript the same bits', () => {
    const exp = (x: number) =>
      run(
        [],
        (f, _, to) => {
          f.storeTwo(to, 0, exponential(f, f.number(0)));
          return pair(0);
        },
        x,
      ).written;
    expect(exp(0)).toEqual([1, 1]);
    for (const x of [1, -1, 2, -2, 0.34657, -0.34658, 1e-9, 0.7, -30, -700, 708]) {
      const [first, second] = exp(x);
      expect(Math.abs(first! / Math.exp(x) - 1)).toBeLessThan(4e-16);
      expect(second).toBe(first);
      expect(plainExponential(x)).toBe(first);
    }
  });
});
