import type { RatingScale } from '../domain.ts';

/** More decimals than any scale of steps has: ratings that need them lie on no step. */
const MOST_DECIMALS = 6;

/**
 * The scale that a first import decides from all its ratings (models.md, "Scale"). On half steps within 0.5 to 5 it is the
 * usual one of stars, up to 5; otherwise it runs from their minimum to their maximum by their common step.
 * @returns null without ratings
 */
export function scaleOf(ratings: Iterable<number>): RatingScale | null {
  const levels = [...new Set(ratings)].sort((a, b) => a - b);
  const min = levels[0];
  const max = levels.at(-1);
  if (min === undefined || max === undefined) return null;
  if (min >= 0.5 && max <= 5 && levels.every((level) => Number.isInteger(2 * level))) {
    return { min: min < 1 ? 0.5 : 1, max: 5, step: levels.every(Number.isInteger) ? 1 : 0.5 };
  }
  if (min === max) return { min: max - 1, max, step: 1 };
  return { min, max, step: commonStep(levels) };
}

/** The largest step on which all levels lie, counted from the lowest; null when they have too many decimals for one. */
function commonStep(levels: readonly number[]): number | null {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals += 1) {
    const unit = 10 ** decimals;
    const whole = levels.map((level) => Math.round(level * unit));
    if (levels.some((level, at) => Math.abs(level * unit - whole[at]!) > 1e-6)) continue;
    return whole.map((value) => value - whole[0]!).reduce(greatestCommonDivisor) / unit;
  }
  return null;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
