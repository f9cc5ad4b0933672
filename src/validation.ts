import type { MoviePatch, RatingScale, Timestamp, UserPatch } from './domain.ts';
import { badInput } from './errors.ts';

/** The rules that a rating, a movie or a user must meet whichever door they come in by: GraphQL, REST or a file. */

const MAX_ID_LENGTH = 200;
const MAX_TITLE = 500;
const MAX_WORD = 100;
const MAX_GENRES = 50;
const YEARS = { first: 1800, last: 2200 };
const MAX_AGE = 150;
const EARLIEST = Date.UTC(1900, 0, 1);
const DAY = 86_400_000;
/** Share of a step by which a rating may miss it: 0.1 + 0.2 is on a step of 0.1. */
const STEP_TOLERANCE = 1e-9;
/** Control characters, halves of surrogate pairs, which UTF-8 can't hold, line separators, and what turns the direction of the text around it. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
/** What can't be seen, and makes two ids of two people look the same: zero-width and direction marks, tags, soft hyphens. */
const INVISIBLE = /[\p{Cf}\u115f\u1160\u3164\uffa0]/u;

/** @throws RequestError BAD_USER_INPUT unless `id` is a string of 1 to 200 characters that isn't blank and can be printed */
export function checkId(argument: string, id: unknown): asserts id is string {
  if (typeof id !== 'string') throw badInput(argument, `${argument} must be a string.`);
  if (id.trim() === '') throw badInput(argument, `${argument} is empty; give an id of 1 to ${MAX_ID_LENGTH} characters.`);
  if (id.length > MAX_ID_LENGTH) throw badInput(argument, `${argument} has ${id.length} characters; at most ${MAX_ID_LENGTH} are allowed.`);
  if (INVISIBLE.test(id))
    throw badInput(argument, `${argument} holds a character that can't be seen; use text that looks like what it is.`);
  if (UNPRINTABLE.test(id)) throw badInput(argument, `${argument} holds a control character or half a character; use printable text.`);
}

/** @throws RequestError BAD_USER_INPUT unless `rating` is a number within the scale and on its step */
export function checkRating(scale: RatingScale, rating: number): void {
  if (!Number.isFinite(rating)) throw badInput('rating', `rating must be a number on ${describeScale(scale)}, not ${rating}.`);
  if (rating < scale.min || rating > scale.max) throw badInput('rating', `rating ${rating} is outside ${describeScale(scale)}.`);
  if (!isOnStep(scale, rating)) throw badInput('rating', `rating ${rating} is between the steps of ${describeScale(scale)}.`);
}

/**
 * @param ratedAt milliseconds since 1970; null: unknown, which is allowed
 * @param now milliseconds since 1970
 * @throws RequestError BAD_USER_INPUT for a time before 1900 or more than a day after `now`
 */
export function checkRatedAt(ratedAt: Timestamp | null, now: Timestamp): void {
  if (ratedAt === null) return;
  if (!Number.isFinite(ratedAt)) throw badInput('ratedAt', 'ratedAt must be a point in time, or left out when it is not known.');
  if (ratedAt > now + DAY) throw badInput('ratedAt', 'ratedAt is more than a day in the future; check the unit and the clock.');
  if (ratedAt < EARLIEST) throw badInput('ratedAt', 'ratedAt lies before 1900; leave it out when it is not known.');
}

/** @throws RequestError BAD_USER_INPUT */
export function checkMoviePatch({ id, title, year, genres }: MoviePatch): void {
  checkId('id', id);
  checkText('title', title, MAX_TITLE);
  if (year !== undefined && year !== null && !isWhole(year, YEARS.first, YEARS.last)) {
    throw badInput('year', `year must be a whole number from ${YEARS.first} to ${YEARS.last}, not ${year}.`);
  }
  if (genres === undefined || genres === null) return;
  if (genres.length > MAX_GENRES) throw badInput('genres', `genres holds ${genres.length} entries; at most ${MAX_GENRES} are allowed.`);
  for (const genre of genres) checkText('genres', genre, MAX_WORD);
}

/** @throws RequestError BAD_USER_INPUT */
export function checkUserPatch({ id, age, gender, occupation }: UserPatch): void {
  checkId('id', id);
  if (age !== undefined && age !== null && !isWhole(age, 0, MAX_AGE)) {
    throw badInput('age', `age must be a whole number of years from 0 to ${MAX_AGE}, not ${age}.`);
  }
  if (gender !== undefined && gender !== null) checkText('gender', gender, MAX_WORD);
  if (occupation !== undefined && occupation !== null) checkText('occupation', occupation, MAX_WORD);
}

/** "the scale 1 to 5 (in steps of 0.5)" */
function describeScale({ min, max, step }: RatingScale): string {
  return `the scale ${min} to ${max}${step === null ? '' : ` (in steps of ${step})`}`;
}

/** Whether a rating within the scale is a whole number of steps above its lowest. */
function isOnStep({ min, step }: RatingScale, rating: number): boolean {
  if (step === null) return true;
  const steps = (rating - min) / step;
  return Math.abs(steps - Math.round(steps)) <= STEP_TOLERANCE * Math.max(1, Math.abs(steps));
}

function checkText(argument: string, text: string, longest: number): void {
  if (text.trim() === '' || text.length > longest || UNPRINTABLE.test(text)) {
    throw badInput(argument, `${argument} must be printable text of 1 to ${longest} characters.`);
  }
}

function isWhole(value: number, least: number, greatest: number): boolean {
  return Number.isInteger(value) && value >= least && value <= greatest;
}
