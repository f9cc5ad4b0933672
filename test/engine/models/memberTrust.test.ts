import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { fitMemberTrust, type MemberRows, tilt } from '../../../src/engine/models/memberTrust.ts';

/** Ratings that the first member predicts better for newcomers, and the second for those who have rated much. */
function rowsOf(n: number, truth: { level: number; slope: number }, noise: number): MemberRows {
  const random = new Random(7);
  const column = (value: (t: number) => number) => Float64Array.from({ length: n }, (_, t) => value(t));
  const score = column(() => 3 + random.normal());
  const disagreement = column(() => 0.2 * random.normal());
  const given = column(() => random.below(300));
  const r = column((t) => score[t]! + tilt(truth, given[t]!) * disagreement[t]! + noise * random.normal());
  return { score, variance: column(() => noise * noise), disagreement, given, r };
}

describe('the trust in two members', () => {
  it('is found where there is enough to find it by', () => {
    const truth = { level: 0.15, slope: -0.1 };
    const { level, slope } = fitMemberTrust(rowsOf(20_000, truth, 0.3));
    // Standard errors: .3/(.2 √20,000) = .011 and about as much.
    expect(Math.abs(level - truth.level)).toBeLessThan(0.04);
    expect(Math.abs(slope - truth.slope)).toBeLessThan(0.04);
  });

  it('is half in each without rows, and stays near it with few', () => {
    expect(fitMemberTrust(rowsOf(0, { level: 1, slope: 1 }, 1))).toEqual({ level: 0, slope: 0 });
    const { level } = fitMemberTrust(rowsOf(50, { level: 1, slope: 0 }, 1));
    expect(Math.abs(level)).toBeLessThan(0.2);
  });

  it('is as it was fitted at n = 53.6, and changes with ln(1 + n)', () => {
    const trust = { level: 0.3, slope: 0.1 };
    expect(tilt(trust, Math.exp(4) - 1)).toBeCloseTo(0.3, 12);
    expect(tilt(trust, 0)).toBeCloseTo(-0.1, 12);
    expect(tilt(trust, Math.exp(6) - 1)).toBeCloseTo(0.5, 12);
  });
});
