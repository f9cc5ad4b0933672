import type { Comparison } from '../engine/evaluation/bootstrap.ts';
import type { WithheldQuality } from '../engine/evaluation/prequential.ts';
import type { Figures, PlainKey, Report } from './evaluationReport.ts';
import { fairnessRows } from './fairnessRows.ts';
import { knobRows, strategyRows } from './rankingReport.ts';
import { textTable } from './textTable.ts';

/** Titles of what is one number, in the order of the table. */
export const COLUMNS: readonly (readonly [title: string, key: PlainKey])[] = [
  ['RMSE', 'rmse'],
  ['per page', 'rmsePerPage'],
  ['MAE', 'mae'],
  ['NLL', 'nll'],
  ['CRPS', 'crps'],
  ['sharpness', 'sharpness'],
  ['Spearman', 'spearman'],
  ['NDCG@10', 'ndcgAt10'],
  ['Recall@10', 'recallAt10'],
  ['Precision@10', 'precisionAt10'],
  ['MRR@10', 'mrrAt10'],
  ['catalogue', 'catalogueCoverage'],
  ['novelty', 'novelty'],
];
const LEVELS = [50, 80, 90, 95] as const;
/** Where nobody looks lines may be as long as they like. */
const ENDLESS = Number.POSITIVE_INFINITY;

/** What a person reads: one row a model, columns without a figure left out, as wide as the terminal. @param width characters */
export function reportTable(report: Report, width = process.stdout.columns ?? ENDLESS): string {
  const { models, train, test, seed, strategies, knobs, comparisons = [], split } = report;
  const data = `${train.ratings} ratings learned at first, ${test.ratings} predicted; ${train.users} users, ${train.movies} movies; ${split}; seed ${seed}`;
  const cold = coldRows(models);
  return `${[
    data,
    ...figureTable(models, width),
    ...(cold.length === 0 ? [] : ['', 'of users or movies without a training rating', ...textTable(COLD_HEAD, cold, width)]),
    ...(comparisons.length === 0 ? [] : ['', ...textTable(COMPARISON_HEAD, comparisonRows(comparisons), width)]),
    ...withheldRows(models),
    ...(strategies === undefined ? [] : ['', ...strategyRows(strategies)]),
    ...(knobs === undefined ? [] : ['', ...knobRows(knobs)]),
    ...fairnessRows(report, width),
  ].join('\n')}\n`;
}

function figureTable(models: Report['models'], width: number): string[] {
  const all = Object.values(models);
  const plain = COLUMNS.filter(([, key]) => all.some((figures) => figures[key] !== null));
  const levels = LEVELS.filter((level) => all.some(({ coverage }) => coverage[level] !== null));
  const head = ['model', ...plain.map(([title]) => title), ...levels.map((level) => `${level} %`), 'top 10 off', 'events/s', 'fit s'];
  const rows = Object.entries(models).map(([name, figures]) => [
    name,
    ...plain.map(([, key]) => withError(figures[key], figures.standardErrors?.[key])),
    ...levels.map((level) => number(figures.coverage[level])),
    number(figures.topTen?.bias),
    figures.eventsPerSecond?.toFixed(0) ?? '–',
    figures.fitSeconds?.toFixed(1) ?? '–',
  ]);
  const hidden = [all.some(({ topTen }) => topTen) ? -1 : head.length - 3, all.some(({ curve }) => curve) ? -1 : head.length - 2];
  const kept = (cells: readonly string[]) => cells.filter((_, column) => !hidden.includes(column));
  return textTable(kept(head), rows.map(kept), width);
}

const COLD_HEAD = ['model', 'cold users', 'RMSE', '90 %', 'cold movies', 'RMSE', '90 %'];

export function coldRows(models: Report['models']): string[][] {
  if (Object.values(models).every(({ coldUsers, coldMovies }) => !coldUsers && !coldMovies)) return [];
  const of = (summary: Figures['coldUsers']) => [summary?.ratings.toString() ?? '–', number(summary?.rmse), number(summary?.coverage90)];
  return Object.entries(models).map(([name, { coldUsers, coldMovies }]) => [name, ...of(coldUsers), ...of(coldMovies)]);
}

export const COMPARISON_HEAD = ['model', 'against', 'RMSE', 'from', 'to', 'difference'];

/** Plain words for whether a difference is one. */
export function comparisonRows(comparisons: readonly Comparison[]): string[][] {
  return comparisons.map(({ model, against, difference, low, high, isReal }) => [
    model,
    against,
    ...[difference, low, high].map((value) => `${value > 0 ? '+' : ''}${value.toFixed(4)}`),
    !isReal ? 'may be chance' : difference < 0 ? 'better' : 'worse',
  ]);
}

function withheldRows(models: Report['models']): string[] {
  return Object.entries(models).flatMap(([name, { withheld }]) => (withheld ? [`${name} on ${withheldInWords(withheld)}`] : []));
}

/** Online beside frozen and fresh: how far off a fresh fit it is, and how much of the gap it closes where there is one. */
function withheldInWords({ ratings, online, frozen, fresh, low, high }: WithheldQuality): string {
  const closed = frozen > fresh ? `, ${((100 * (frozen - online)) / (frozen - fresh)).toFixed(0)} % of the gap closed` : '';
  const off = `${number(online - fresh)} off (95 %: ${number(low)} to ${number(high)})`;
  return `${ratings} withheld ratings: online ${number(online)}, frozen ${number(frozen)}, fresh ${number(fresh)}; ${off}${closed}`;
}

export function withError(value: number | null, error: number | null | undefined): string {
  return typeof error !== 'number' ? number(value) : `${number(value)} ±${error.toFixed(4)}`;
}

export function number(value: number | null | undefined): string {
  return value?.toFixed(4) ?? '–';
}
