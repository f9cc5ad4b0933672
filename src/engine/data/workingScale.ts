import type { RatingScale } from '../../domain.ts';

/** Working rating from which a movie counts as liked. */
export const LIKED_FROM = 4;

/** The lowest and highest working rating: every constant of the models is for this scale. */
export const WORKING_MIN = 1;
export const WORKING_MAX = 5;

/** Converts between the caller's rating scale and the working scale 1 to 5, on which every model runs. */
export class WorkingScale {
  private readonly min: number;
  /** Rating points a working point. */
  readonly pointsPerUnit: number;

  constructor(scale: RatingScale) {
    this.min = scale.min;
    this.pointsPerUnit = (scale.max - scale.min) / (WORKING_MAX - WORKING_MIN);
  }

  toWorking(rating: number): number {
    return WORKING_MIN + (rating - this.min) / this.pointsPerUnit;
  }

  toRating(working: number): number {
    return this.min + (working - WORKING_MIN) * this.pointsPerUnit;
  }

  /** A variance on the working scale, in squared rating points. */
  toVariance(workingVariance: number): number {
    return workingVariance * this.pointsPerUnit * this.pointsPerUnit;
  }
}

export function clipWorking(score: number): number {
  return Math.min(WORKING_MAX, Math.max(WORKING_MIN, score));
}
