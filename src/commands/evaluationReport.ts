import type { RatingTable } from '../engine/data/ratingTable.ts';
import type { ReliabilityRow } from '../engine/evaluation/calibration.ts';
import type { StreamResult } from '../engine/evaluation/prequential.ts';
import type { QualitySummary } from '../engine/evaluation/quality.ts';
import type { Knobs, ListFigures } from '../engine/evaluation/strategies.ts';
import { knobRows, strategyRows } from './rankingReport.ts';

/** One model's figures as they are printed; null: not asked for, or no predictive distribution. */
export interface Figures {
  readonly rmse: number;
  readonly rmsePerPage: number | null;
  readonly mae: number;
  readonly nll: number | null;
  readonly crps: number | null;
  readonly coverage: { readonly 50: number | null; readonly 80: number | null; readonly 90: number | null; readonly 95: number | null };
  readonly sharpness: number | null;
  /** Rank correlation of predicted deviation and absolute error. */
  readonly spearman: number | null;
  /** Errors and coverage by tenths of the users' activity. */
  readonly byActivity: readonly ReliabilityRow[] | null;
  readonly ndcgAt10: number | null;
  readonly recallAt10: number | null;
  readonly fitSeconds: number;
  readonly withheld?: StreamResult['withheld'];
}

export interface Report {
  readonly seed: number;
  readonly train: { readonly ratings: number; readonly users: number; readonly movies: number };
  readonly test: { readonly ratings: number };
  readonly models: Readonly<Record<string, Figures>>;
  /** Lists as they are served, by what they are ordered by; on a split, with what serves among the models. */
  readonly strategies?: Readonly<Record<string, ListFigures>>;
  /** When asked for. */
  readonly knobs?: Knobs;
}

export function figuresOf({ accuracy, spearman, byActivity }: QualitySummary, fitSeconds: number): Figures {
  const { rmse, mae, nll, crps, coverage50, coverage80, coverage90, coverage95, sharpness } = accuracy;
  const coverage = { 50: coverage50, 80: coverage80, 90: coverage90, 95: coverage95 };
  return {
    rmse,
    rmsePerPage: null,
    mae,
    nll,
    crps,
    coverage,
    sharpness,
    spearman,
    byActivity,
    ndcgAt10: null,
    recallAt10: null,
    fitSeconds,
  };
}

export function sizeOf(data: RatingTable): Report['train'] {
  return { ratings: data.r.length, users: new Set(data.u).size, movies: new Set(data.i).size };
}

/** What a person reads: one row a model, columns without a figure left out. */
export function reportTable({ models, train, test, seed, strategies, knobs }: Report): string {
  const columns: [string, (figures: Figures) => number | null][] = [
    ['RMSE', ({ rmse }) => rmse],
    ['per page', ({ rmsePerPage }) => rmsePerPage],
    ['MAE', ({ mae }) => mae],
    ['NLL', ({ nll }) => nll],
    ['CRPS', ({ crps }) => crps],
    ['50 %', ({ coverage }) => coverage[50]],
    ['80 %', ({ coverage }) => coverage[80]],
    ['90 %', ({ coverage }) => coverage[90]],
    ['95 %', ({ coverage }) => coverage[95]],
    ['Spearman', ({ spearman }) => spearman],
    ['NDCG@10', ({ ndcgAt10 }) => ndcgAt10],
    ['Recall@10', ({ recallAt10 }) => recallAt10],
    ['fit s', ({ fitSeconds }) => fitSeconds],
  ];
  const shown = columns.filter(([, value]) => Object.values(models).some((figures) => value(figures) !== null));
  const head = `${'model'.padEnd(12)}${shown.map(([name]) => name.padStart(10)).join('')}`;
  const rows = Object.entries(models).map(
    ([name, figures]) => `${name.padEnd(12)}${shown.map(([, value]) => (value(figures)?.toFixed(4) ?? '–').padStart(10)).join('')}`,
  );
  const withheld = Object.entries(models).flatMap(([name, figures]) =>
    figures.withheld
      ? [
          `${name} on withheld ratings: online ${figures.withheld.online.toFixed(4)}, frozen ${figures.withheld.frozen.toFixed(4)}, fresh ${figures.withheld.fresh.toFixed(4)}`,
        ]
      : [],
  );
  const data = `${train.ratings} ratings learned at first, ${test.ratings} predicted; ${train.users} users, ${train.movies} movies; seed ${seed}`;
  const lists = [...(strategies === undefined ? [] : strategyRows(strategies)), ...(knobs === undefined ? [] : knobRows(knobs))];
  return `${[data, head, ...rows, ...withheld, ...lists].join('\n')}\n`;
}
