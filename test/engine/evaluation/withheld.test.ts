import { describe, expect, it } from 'vitest';
import { compareWithheld, withheldInWords } from '../../../src/engine/evaluation/withheld.ts';
import { Random } from '../../../src/engine/math/random.ts';

/** Squared errors of predictions whose errors are N(0, std²), but for a share of common error. */
function errors(n: number, seed: number): { online: Float64Array; fresh: Float64Array } {
  const [common, own] = [new Random(seed, 1), new Random(seed, 2)];
  const shared = Float64Array.from({ length: n }, () => 0.9 * common.normal());
  const withOwn = (std: number) => shared.map((e) => (e + std * own.normal()) ** 2);
  return { online: withOwn(0.3), fresh: withOwn(0.1) };
}

describe('ratings that were withheld', () => {
  it('give the root mean square of each', () => {
    const quality = compareWithheld(Float64Array.of(1, 0.25), Float64Array.of(4, 4), Float64Array.of(0.25, 0.25));
    expect(quality).toMatchObject({ ratings: 2, online: Math.sqrt(0.625), frozen: 2, fresh: 0.5 });
  });

  it('have a difference whose standard error is what the difference varies by from sample to sample', () => {
    const samples = Array.from({ length: 400 }, (_, seed) => {
      const { online, fresh } = errors(300, seed);
      return compareWithheld(online, online, fresh);
    });
    const differences = samples.map(({ online, fresh }) => online - fresh);
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    const spread = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1));
    const told = samples.reduce((sum, { standardError }) => sum + standardError, 0) / samples.length;
    expect(told / spread).toBeGreaterThan(0.88); // 400 samples: 3.5 % is one standard error
    expect(told / spread).toBeLessThan(1.12);
  });

  it('give no error where both predict the same, and none that is no number where both are perfect', () => {
    const same = Float64Array.of(0.5, 2, 0.1);
    expect(compareWithheld(same, same, same).standardError).toBe(0);
    const perfect = new Float64Array(3);
    expect(compareWithheld(perfect, perfect, perfect)).toEqual({ ratings: 3, online: 0, frozen: 0, fresh: 0, standardError: 0 });
  });

  it('are told in words, with the gap where there is one', () => {
    const words = { ratings: 1932, online: 0.9037, frozen: 1.0491, fresh: 0.8934, standardError: 0.0031 };
    expect(withheldInWords(words)).toBe(
      '1932 withheld ratings: online 0.9037, frozen 1.0491, fresh 0.8934; 0.0103 ±0.0031 off, 93 % of the gap closed',
    );
    expect(withheldInWords({ ...words, frozen: 0.8 })).toMatch(/off$/);
  });
});
