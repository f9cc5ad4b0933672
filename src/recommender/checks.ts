import type { MoviePatch, RatingInput, RatingScale, Timestamp, UserPatch } from '../domain.ts';
import { badInput } from '../errors.ts';
import { checkId, checkRatedAt, checkRating } from '../validation.ts';

const MAX_TITLE = 500;
const MAX_WORD = 100;
const MAX_GENRES = 50;
const YEARS = { first: 1800, last: 2200 };
const MAX_AGE = 150;

export function checkRatingInput(input: RatingInput, scale: RatingScale, now: Timestamp): void {
  checkId('userId', input.userId);
  checkId('movieId', input.movieId);
  checkRating(scale, input.rating);
  checkRatedAt(input.ratedAt, now);
  if (input.requestId !== null) checkId('requestId', input.requestId);
}

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

export function checkUserPatch({ id, age, gender, occupation }: UserPatch): void {
  checkId('id', id);
  if (age !== undefined && age !== null && !isWhole(age, 0, MAX_AGE)) {
    throw badInput('age', `age must be a whole number of years from 0 to ${MAX_AGE}, not ${age}.`);
  }
  if (gender !== undefined && gender !== null) checkText('gender', gender, MAX_WORD);
  if (occupation !== undefined && occupation !== null) checkText('occupation', occupation, MAX_WORD);
}

function checkText(argument: string, text: string, longest: number): void {
  if (text.trim() === '' || text.length > longest || /[\p{Cc}\p{Cs}]/u.test(text)) {
    throw badInput(argument, `${argument} must be printable text of 1 to ${longest} characters.`);
  }
}

function isWhole(value: number, least: number, greatest: number): boolean {
  return Number.isInteger(value) && value >= least && value <= greatest;
}
