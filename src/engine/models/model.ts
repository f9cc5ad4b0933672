import type { RatingTable } from '../data/ratingTable.ts';

/** One predicted rating, on the caller's scale; the mean lies within it. */
export interface Forecast {
  readonly mean: number;
  /** Predictive variance; null for a model without a predictive distribution. */
  readonly variance: number | null;
}

/** A model's answers. Asking changes nothing. */
export interface ModelAnswers {
  /** @param time seconds since 1970; null: as if watched much later than everything before */
  predictOne(u: number, i: number, time: number | null): Forecast;
  /** A value to rank movies by for a user; higher is better. */
  rankingScore(u: number, i: number): number;
}

/** What learns: in one fit, or rating by rating. */
interface Learning {
  /** Learns a table from nothing. What the stream taught beside the factors (mood, noise) is kept from an earlier fit. */
  fit(table: RatingTable): void | Promise<void>;
  /** Learns one rating, on the caller's scale. @param time seconds since 1970; NaN: unknown */
  learnOne(u: number, i: number, r: number, time: number): void;
}

/**
 * What evaluation asks of every model; the contract suite runs over all that implement it.
 * Indices are those of the table that was fitted; a user or movie without a rating is predicted from its prior.
 */
export interface EvaluatedModel extends Learning, ModelAnswers {}

/** Progress of a fit. @param part member, layer or model @param loss as the model defines it @param rmse working points */
export type LossListener = (part: string, epoch: number, loss: number, rmse: number | null) => void;

/** Models that are parts of one another, and so are fitted and taught together. */
export interface ModelFamily extends Learning {
  /** By the name on the command line. */
  readonly models: ReadonlyMap<string, ModelAnswers>;
  /** Seconds of the fits so far that a model needs. */
  fitSeconds(name: string): number;
}

/** A model that shares nothing with others. @param clock milliseconds */
export function familyOfOne(name: string, model: EvaluatedModel, clock: () => number): ModelFamily {
  let seconds = 0;
  return {
    models: new Map([[name, model]]),
    learnOne: (u, i, r, time) => model.learnOne(u, i, r, time),
    fitSeconds: () => seconds,
    async fit(table) {
      const began = clock();
      await model.fit(table);
      seconds += (clock() - began) / 1000;
    },
  };
}
