import type { Scale } from '../state/catalogue.ts';

/** A scale of up to so many points has a star for each. */
const MOST_STARS = 10;
/** Stars of any other scale. */
const STARS = 5;
/** What one key press moves, where every value is allowed: a hundredth of a wide scale, a tenth of a point of a narrow one. */
const FINE = 0.1;
const NARROW = 10;
/** Digits kept, against the dust of adding steps. */
const DIGITS = 6;

export function stepOf({ min, max, step }: Scale): number {
  return step ?? (max - min <= NARROW ? FINE : (max - min) / 100);
}

/** The nearest value that the scale allows. */
export function clamped(value: number, scale: Scale): number {
  return onGrid(Math.round((value - scale.min) / stepOf(scale)), scale);
}

export function starCount(scale: Scale): number {
  return isCounted(scale) ? scale.max : STARS;
}

/** The value at a place on the stars, 0 to 1: the first step that reaches it, so that the left half of a star means half of it. */
export function valueAt(place: number, scale: Scale): number {
  const low = lowEnd(scale);
  const value = low + place * (scale.max - low);
  return onGrid(Math.ceil((value - scale.min) / stepOf(scale) - 1e-9), scale);
}

/** The place of a value on the stars, 0 to 1. */
export function placeOf(value: number, scale: Scale): number {
  const low = lowEnd(scale);
  return (value - low) / (scale.max - low);
}

/** Whether the third star is a 3. */
function isCounted({ min, max }: Scale): boolean {
  return Number.isInteger(max) && max <= MOST_STARS && min >= 0;
}

/** What no star at all would mean. */
function lowEnd(scale: Scale): number {
  return isCounted(scale) ? 0 : scale.min;
}

function onGrid(steps: number, scale: Scale): number {
  const value = scale.min + steps * stepOf(scale);
  return Number(Math.min(scale.max, Math.max(scale.min, value)).toFixed(DIGITS));
}
