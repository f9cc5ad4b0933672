import type { RatingScale } from '../../domain.ts';
import { WorkingScale } from '../data/workingScale.ts';

/** Attention has one transform for each level of rating, and no more than this many. */
const MOST_LEVELS = 10;

/**
 * Where the levels of working ratings meet, ascending: a level for each step of the scale, or for each tenth of the
 * ratings when the scale has more steps than that (or none).
 * @param r ratings of the fit, on the caller's scale
 */
export function levelBounds(scale: RatingScale, r: Float64Array): Float64Array {
  const working = new WorkingScale(scale);
  const steps = scale.step === null ? Number.POSITIVE_INFINITY : Math.round((scale.max - scale.min) / scale.step);
  if (steps < MOST_LEVELS) {
    return Float64Array.from({ length: steps }, (_, level) => working.toWorking(scale.min + (level + 0.5) * scale.step!));
  }
  const sorted = r.toSorted();
  const bounds = new Set<number>();
  for (let level = 1; level < MOST_LEVELS; level += 1) {
    const value = sorted[Math.ceil((level * sorted.length) / MOST_LEVELS) - 1]!; // the last of this many tenths
    // A bound lies between two different ratings, so that equal ones share a level.
    const above = sorted.find((r) => r > value);
    if (above !== undefined) bounds.add(working.toWorking((value + above) / 2));
  }
  return Float64Array.from(bounds);
}

/** The level of a working rating: 0 for the lowest, `bounds.length` for the highest. */
export function levelOf(bounds: Float64Array, r: number): number {
  let level = 0;
  while (level < bounds.length && r > bounds[level]!) level += 1;
  return level;
}
