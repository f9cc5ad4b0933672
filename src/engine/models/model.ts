import type { RatingTable } from '../data/ratingTable.ts';

/** One predicted rating, on the caller's scale; the mean lies within it. */
export interface Forecast {
  readonly mean: number;
  /** Predictive variance; null for a model without a predictive distribution. */
  readonly variance: number | null;
}

/**
 * What evaluation asks of every model; the contract suite runs over all that implement it.
 * Indices are those of the table that was fitted; a user or movie without a rating is predicted from its prior.
 */
export interface EvaluatedModel {
  /** Learns a table from nothing. What the stream taught beside the factors (mood, noise) is kept from an earlier fit. */
  fit(table: RatingTable): void;
  /** Changes nothing. @param time seconds since 1970; null: as if watched much later than everything before */
  predictOne(u: number, i: number, time: number | null): Forecast;
  /** Learns one rating, on the caller's scale. @param time seconds since 1970; NaN: unknown */
  learnOne(u: number, i: number, r: number, time: number): void;
  /** A value to rank movies by for a user; higher is better. */
  rankingScore(u: number, i: number): number;
}
