import { describe, expect, it } from 'vitest';
import { normalCdf, normalDensity, normalQuantile, unitPosteriorMean } from '../../../src/engine/math/gaussian.ts';

/** Relative distance of two numbers. */
const apart = (actual: number, expected: number) => Math.abs(actual / expected - 1);

/** Composite Simpson's rule. */
function integral(f: (x: number) => number, from: number, to: number, steps = 2_000): number {
  const h = (to - from) / steps;
  let sum = f(from) + f(to);
  for (let step = 1; step < steps; step += 1) sum += f(from + step * h) * (step % 2 === 1 ? 4 : 2);
  return (sum * h) / 3;
}

describe('the standard normal distribution', () => {
  it.each([
    // Computed with 40 digits from the complementary error function.
    [-1, 0.158_655_253_931_457_05],
    [-1.959_963_984_540_054, 0.025],
    [-3, 0.001_349_898_031_630_095],
    [-8, 6.220_960_574_271_784e-16],
    [-20, 2.753_624_118_606_233_7e-89],
    [-37, 5.725_571_222_524_577e-300],
  ])('has P(Z <= %d) = %d', (x, expected) => {
    expect(apart(normalCdf(x), expected)).toBeLessThan(2e-15);
  });

  it.each([
    [0.6, 0.253_347_103_135_799_7],
    [0.75, 0.674_489_750_196_081_7],
    [0.9, 1.281_551_565_544_601],
    [0.95, 1.644_853_626_951_472],
    [0.975, 1.959_963_984_540_054],
    [0.001, -3.090_232_306_167_814],
    [1e-10, -6.361_340_902_404_056],
    [1e-300, -37.047_096_299_361_2],
  ])('has its quantile of %d at %d', (p, expected) => {
    expect(apart(normalQuantile(p), expected)).toBeLessThan(2e-15);
  });

  it('has the density that its cumulative distribution integrates', () => {
    for (const [from, to] of [
      [-6, -5],
      [-2, -0.5],
      [-0.6, 0.7],
      [0, 3],
    ] as const) {
      expect(apart(normalCdf(to) - normalCdf(from), integral(normalDensity, from, to))).toBeLessThan(1e-10);
    }
    expect(normalDensity(0)).toBe(1 / Math.sqrt(2 * Math.PI));
  });

  it('is symmetric, and rises over the seams of its approximations', () => {
    let before = 0;
    for (let x = -8; x <= 8; x += 0.01) {
      const now = normalCdf(x);
      expect(now).toBeGreaterThanOrEqual(before);
      expect(now + normalCdf(-x)).toBeCloseTo(1, 14);
      before = now;
    }
  });

  it('has quantile and cumulative distribution as inverses of each other', () => {
    for (let p = 1e-12; p < 0.999; p += 0.000_97) expect(apart(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-13);
    for (let p = 0.001; p < 0.5; p += 0.01) expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 10);
  });

  it('answers at the ends, and not outside', () => {
    expect([normalCdf(-Infinity), normalCdf(0), normalCdf(Infinity)]).toEqual([0, 0.5, 1]);
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity]);
    expect(normalQuantile(-0.1)).toBeNaN();
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalQuantile(Number.NaN)).toBeNaN();
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe('the mean of what lies between 0 and 1', () => {
  it.each([
    [0.2, 0.1],
    [-0.1, 0.12],
    [-3, 0.5],
    [0.9, 0.3],
    [0.5, 100],
  ])('measured as %d ± %d is that of the truncated normal distribution', (estimate, std) => {
    const [from, to] = [-estimate / std, (1 - estimate) / std];
    const truncated = estimate + (std * (normalDensity(from) - normalDensity(to))) / (normalCdf(to) - normalCdf(from));
    expect(unitPosteriorMean(estimate, std)).toBeCloseTo(truncated, 3);
  });

  it.each([
    [-5, 0.001],
    [5, 0.001],
    [0.3002, 1e-9],
    [0, 1e-9],
  ])('is within 0 and 1, and next to %d, however sure that is (%d)', (estimate, std) => {
    const mean = unitPosteriorMean(estimate, std);
    expect(mean).toBeGreaterThan(0);
    expect(mean).toBeLessThan(1);
    expect(Math.abs(mean - Math.min(Math.max(estimate, 0), 1))).toBeLessThan(0.001);
  });
});
