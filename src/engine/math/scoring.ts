import { normalCdf, normalDensity, normalQuantile } from './gaussian.ts';

/** Sizes of the central predictive intervals whose coverage is reported, percent. */
export const LEVELS = [50, 80, 90, 95] as const;
export type Level = (typeof LEVELS)[number];

/** Half the width of each central interval, in standard deviations. */
export const HALF_WIDTHS: readonly number[] = LEVELS.map((level) => normalQuantile(0.5 + level / 200));

const INVERSE_ROOT_PI = 1 / Math.sqrt(Math.PI);

/** Negative log density at a distance e from the mean, nats: ½ ln(2πV) + e²/(2V). */
export function gaussianNll(e: number, variance: number): number {
  return 0.5 * (Math.log(2 * Math.PI * variance) + (e * e) / variance);
}

/**
 * Continuous ranked probability score ∫ (F(x) − [x ≥ r])² dx of N(mean, std²) at r = mean + e, rating points:
 * σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π) with z = e/σ (Gneiting and Raftery 2007).
 */
export function gaussianCrps(e: number, std: number): number {
  const z = e / std;
  return std * (z * (2 * normalCdf(z) - 1) + 2 * normalDensity(z) - INVERSE_ROOT_PI);
}
