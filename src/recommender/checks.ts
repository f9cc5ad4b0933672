import type { RatingInput, RatingScale, Timestamp } from '../domain.ts';
import { checkId, checkRatedAt, checkRating } from '../validation.ts';

export function checkRatingInput(input: RatingInput, scale: RatingScale, now: Timestamp): void {
  checkId('userId', input.userId);
  checkId('movieId', input.movieId);
  checkRating(scale, input.rating);
  checkRatedAt(input.ratedAt, now);
  if (input.requestId !== null) checkId('requestId', input.requestId);
}
