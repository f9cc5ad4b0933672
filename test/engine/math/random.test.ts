import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';

const DRAWS = 50_000;

/** The first four moments of many draws: mean, variance, and the standardised third and fourth. */
function moments(draw: () => number): { mean: number; variance: number; skewness: number; kurtosis: number } {
  const values = Float64Array.from({ length: DRAWS }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / DRAWS;
  const variance = central(2);
  return { mean, variance, skewness: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 };
}

/** Four standard errors of a mean of draws with this variance. */
const margin = (variance: number) => 4 * Math.sqrt(variance / DRAWS);

describe('random numbers', () => {
  it('are those of PCG32: the reference program prints these for seed 42, stream 54', () => {
    const random = new Random(42, 54);
    const words = Array.from({ length: 6 }, () => random.uint32().toString(16).padStart(8, '0'));
    expect(words).toEqual(['a15c02b7', '7b47f409', 'ba1d3330', '83d2f293', 'bfa4784b', 'cbed606e']);
  });

  it('are the state of a 64-bit generator, for seeds and streams beyond 32 bits too', () => {
    const MASK = (1n << 64n) - 1n;
    for (const [seed, stream] of [
      [0, 0],
      [2 ** 40 + 7, 2 ** 33 + 5],
      [Number.MAX_SAFE_INTEGER, 2 ** 31 + 1],
    ] as const) {
      const increment = ((BigInt(stream) << 1n) | 1n) & MASK;
      let state = (increment + BigInt(seed)) & MASK;
      const next = () => (state = (state * 6364136223846793005n + increment) & MASK);
      next();
      const random = new Random(seed, stream);
      for (let draw = 0; draw < 200; draw += 1) {
        const mixed = (((state >> 18n) ^ state) >> 27n) & 0xffff_ffffn;
        const turn = state >> 59n;
        expect(BigInt(random.uint32())).toBe(((mixed >> turn) | (mixed << (-turn & 31n))) & 0xffff_ffffn);
        next();
      }
    }
  });

  it('repeat for the same seed, and differ between seeds and between streams', () => {
    const draw = (seed: number, stream: number) => {
      const random = new Random(seed, stream);
      return Array.from({ length: 20 }, () => random.uint32());
    };
    expect(draw(3, 4)).toEqual(draw(3, 4));
    const all = [draw(3, 4), draw(3, 5), draw(4, 4), draw(-3, 4), draw(3, 2 ** 32 + 4), draw(2 ** 32 + 3, 4)];
    expect(new Set(all.flat()).size).toBe(120);
  });

  it('are uniform in [0, 1), and below a bound each value comes as often', () => {
    const random = new Random(1);
    const { mean, variance } = moments(() => random.uniform());
    expect(Math.abs(mean - 0.5)).toBeLessThan(margin(1 / 12));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(margin(1 / 180));
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < DRAWS; draw += 1) counts[random.below(7)]! += 1;
    for (const count of counts) expect(Math.abs(count / DRAWS - 1 / 7)).toBeLessThan(margin(6 / 49));
  });

  it('have the moments of N(0, 1), and no draw is like the one before it', () => {
    const random = new Random(2);
    const { mean, variance, skewness, kurtosis } = moments(() => random.normal());
    expect(Math.abs(mean)).toBeLessThan(margin(1));
    expect(Math.abs(variance - 1)).toBeLessThan(margin(2));
    expect(Math.abs(skewness)).toBeLessThan(margin(6));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(margin(24));
    let product = 0;
    for (let pair = 0; pair < DRAWS; pair += 1) product += random.normal() * random.normal();
    expect(Math.abs(product / DRAWS)).toBeLessThan(margin(1));
  });

  it.each([0.3, 1, 2.5, 40])('have the moments of a gamma distribution of shape %d', (shape) => {
    const random = new Random(3);
    const { mean, variance, skewness } = moments(() => random.gamma(shape));
    expect(Math.abs(mean - shape)).toBeLessThan(margin(shape));
    expect(Math.abs(variance - shape)).toBeLessThan(margin(2 * shape ** 2 + 6 * shape));
    expect(skewness / (2 / Math.sqrt(shape))).toBeGreaterThan(0.85);
    expect(skewness / (2 / Math.sqrt(shape))).toBeLessThan(1.15);
  });

  it('shuffle to a permutation, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const shuffled = new Random(seed).shuffle([...items]);
        expect([...shuffled].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
        expect(new Random(seed).shuffle([...items])).toEqual(shuffled);
      }),
    );
  });

  it('shuffle so that each order comes as often', () => {
    const random = new Random(5);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6_000; draw += 1) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Four standard errors of a count of 6,000 / 6.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(4 * Math.sqrt(1_000 * (5 / 6)));
  });
});
