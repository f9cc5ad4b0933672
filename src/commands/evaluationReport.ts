import type { FairnessFigures } from '../domain.ts';
import type { RatingTable } from '../engine/data/ratingTable.ts';
import type { AccuracySummary } from '../engine/evaluation/accuracy.ts';
import type { Comparison } from '../engine/evaluation/bootstrap.ts';
import type { ReliabilityRow } from '../engine/evaluation/calibration.ts';
import type { StreamResult } from '../engine/evaluation/prequential.ts';
import type { QualitySummary } from '../engine/evaluation/quality.ts';
import type { Knobs, ListFigures } from '../engine/evaluation/strategies.ts';

/**
 * Figures that are one number; null: not asked for, or no predictive distribution. `spearman`: rank correlation of predicted
 * deviation and absolute error; `catalogueCoverage`: share of the catalogue that is in somebody's list of ten; `novelty`: mean
 * self-information of what lists show, bits.
 */
type PlainFigures = Readonly<Record<PlainKey, number | null>>;
export type PlainKey =
  | 'rmse'
  | 'rmsePerPage'
  | 'mae'
  | 'nll'
  | 'crps'
  | 'sharpness'
  | 'spearman'
  | 'ndcgAt10'
  | 'recallAt10'
  | 'precisionAt10'
  | 'mrrAt10'
  | 'catalogueCoverage'
  | 'novelty'
  | 'fitSeconds';

export type FoldRow = PlainFigures & Pick<Figures, 'coverage'>;

type Coverage = Readonly<Record<50 | 80 | 90 | 95, number | null>>;

/** One model's figures as they are printed. */
export interface Figures extends PlainFigures {
  readonly coverage: Coverage;
  /** Errors and coverage by tenths of the users' activity, and of the predicted deviation. */
  readonly byActivity: readonly ReliabilityRow[] | null;
  readonly byDoubt: readonly ReliabilityRow[] | null;
  /** The rest on splits alone: over what would have been recommended; over users, and movies, without a training rating. */
  readonly topTen?: ReliabilityRow | null;
  readonly coldUsers?: AccuracySummary | null;
  readonly coldMovies?: AccuracySummary | null;
  /** Of the means over folds. */
  readonly standardErrors?: PlainFigures & { readonly coverage: Coverage };
  /** In a stream alone: how it went, and how fast between fits, together with the models that share its fit. */
  readonly curve?: StreamResult['curve'];
  readonly eventsPerSecond?: number;
  readonly withheld?: StreamResult['withheld'];
}

export interface Report {
  readonly seed: number;
  /** How the test was chosen, in words. */
  readonly split: string;
  readonly train: { readonly ratings: number; readonly users: number; readonly movies: number };
  readonly test: { readonly ratings: number };
  /** Means over the folds, where there are several; what is by tenths is over all of them at once. */
  readonly models: Readonly<Record<string, Figures>>;
  /** Every two models on the same test. */
  readonly comparisons?: readonly Comparison[];
  /** By model, each fold by itself. */
  readonly folds?: Readonly<Record<string, readonly FoldRow[]>>;
  /** Lists as they are served, by what they are ordered by; on one split, with what serves among the models. */
  readonly strategies?: Readonly<Record<string, ListFigures>>;
  /** When asked for. */
  readonly knobs?: Knobs;
  /** By model, on one split. */
  readonly fairness?: Readonly<Record<string, FairnessFigures>>;
}

export function figuresOf(
  { accuracy, spearman, byActivity, byDoubt }: QualitySummary,
  fitSeconds: number,
  lists: ListFigures | null = null,
): Figures {
  const { rmse, mae, nll, crps, coverage50, coverage80, coverage90, coverage95, sharpness } = accuracy;
  return {
    rmse,
    rmsePerPage: null,
    mae,
    nll,
    crps,
    coverage: { 50: coverage50, 80: coverage80, 90: coverage90, 95: coverage95 },
    sharpness,
    spearman,
    ndcgAt10: lists?.ndcgAt10 ?? null,
    recallAt10: lists?.recallAt10 ?? null,
    precisionAt10: lists?.precisionAt10 ?? null,
    mrrAt10: lists?.mrrAt10 ?? null,
    catalogueCoverage: lists === null || lists.users === 0 ? null : lists.coverage,
    novelty: lists?.novelty ?? null,
    fitSeconds,
    byActivity,
    byDoubt,
  };
}

export function sizeOf(data: RatingTable): Report['train'] {
  return { ratings: data.r.length, users: new Set(data.u).size, movies: new Set(data.i).size };
}
