import { describe, expect, it } from 'vitest';
import { RequestError } from '../src/errors.ts';
import { checkId, checkRatedAt, checkRating } from '../src/validation.ts';

const HALF_STARS = { min: 1, max: 5, step: 0.5 };
const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

function refusal(check: () => void): RequestError {
  try {
    check();
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('checkId', () => {
  it.each(['1', 'toy-story-1995', 'Zoë Ångström', '千と千尋', '🎬', 'x'.repeat(200)])('accepts %s', (id) => {
    expect(() => checkId('userId', id)).not.toThrow();
  });

  it.each([
    ['an empty id', ''],
    ['a blank id', '  '],
    ['201 characters', 'x'.repeat(201)],
    ['a NUL', 'a\0b'],
    ['a line break', 'a\nb'],
    ['DEL', 'a\x7f'],
    ['a C1 control character', 'a\u0085'],
    ['half a surrogate pair', 'a\ud83c'],
    ['a number', 7],
    ['null', null],
  ])('refuses %s and names the argument', (_, id) => {
    const error = refusal(() => checkId('movieId', id));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.details.argument).toBe('movieId');
    expect(error.message).toContain('movieId');
    expect(error.message).not.toContain('\n');
  });
});

describe('checkRating', () => {
  it.each([1, 1.5, 3, 5])('accepts %d on 1 to 5 by 0.5', (rating) => {
    expect(() => checkRating(HALF_STARS, rating)).not.toThrow();
  });

  it.each([0.5, 5.5, 6, -1, 3.25, 3.0001, Number.NaN, Infinity, -Infinity])('refuses %d on 1 to 5 by 0.5', (rating) => {
    const error = refusal(() => checkRating(HALF_STARS, rating));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.details.argument).toBe('rating');
  });

  it('says what the scale is', () => {
    expect(refusal(() => checkRating(HALF_STARS, 6)).message).toBe('rating 6 is outside the scale 1 to 5 (in steps of 0.5).');
    expect(refusal(() => checkRating(HALF_STARS, 3.2)).message).toBe(
      'rating 3.2 is between the steps of the scale 1 to 5 (in steps of 0.5).',
    );
  });

  it('forgives the rounding of binary fractions, not a real miss', () => {
    const tenths = { min: 0, max: 1, step: 0.1 };
    expect(() => checkRating(tenths, 0.1 + 0.2)).not.toThrow();
    expect(() => checkRating(tenths, 0.300001)).toThrow();
  });

  it('accepts every value within a scale without a step', () => {
    const continuous = { min: -10, max: 10, step: null };
    expect(() => checkRating(continuous, Math.PI)).not.toThrow();
    expect(() => checkRating(continuous, 10.01)).toThrow();
  });
});

describe('checkRatedAt', () => {
  it('accepts the past, the present, an unknown time and a clock that runs a day ahead', () => {
    for (const ratedAt of [null, 0, NOW, NOW + DAY, Date.UTC(1900, 0, 1)]) expect(() => checkRatedAt(ratedAt, NOW)).not.toThrow();
  });

  it.each([NOW + DAY + 1, NOW * 1000, Date.UTC(1900, 0, 1) - 1, Number.NaN, Infinity])('refuses %d', (ratedAt) => {
    const error = refusal(() => checkRatedAt(ratedAt, NOW));
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.details.argument).toBe('ratedAt');
  });
});
