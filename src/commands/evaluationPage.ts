import type { ReliabilityRow } from '../engine/evaluation/calibration.ts';
import type { ListFigures } from '../engine/evaluation/strategies.ts';
import { lineChart, type Series } from '../report/lineChart.ts';
import type { Markup } from '../report/markup.ts';
import { dataTable, page, type Section } from '../report/page.ts';
import type { Figures, Report } from './evaluationReport.ts';
import { COLUMNS, COMPARISON_HEAD, coldRows, comparisonRows, number, withError } from './evaluationTable.ts';
import { fairnessSection } from './fairnessSection.ts';
import type { LossPoint } from './splitJob.ts';

const LEVELS = [50, 80, 90, 95] as const;

/** What `evaluate` found, as one page that needs nothing else. @param losses training curves, none for a stream */
export function evaluationPage(report: Report, losses: readonly LossPoint[]): string {
  const { split, seed, train, test } = report;
  const whole = (value: number) => value.toLocaleString('en-US');
  return page({
    title: 'How good the predictions are',
    lead:
      `${whole(train.ratings)} ratings learned at first, ${whole(test.ratings)} predicted; ${whole(train.users)} users, ` +
      `${whole(train.movies)} movies; ${split}; seed ${seed}.`,
    sections: [
      figures(report),
      ...comparison(report),
      ...reliability(report),
      ...topTen(report),
      ...activity(report),
      ...cold(report),
      ...stream(report),
      ...lists(report),
      ...fairnessSection(report),
      ...training(losses),
    ],
  });
}

function figures({ models, folds }: Report): Section {
  const all = Object.values(models);
  const columns = COLUMNS.filter(([, key]) => all.some((of) => of[key] !== null));
  const levels = LEVELS.filter((level) => all.some(({ coverage }) => coverage[level] !== null));
  const rows = Object.entries(models).map(([name, of]) => [
    name,
    ...columns.map(([, key]) => withError(of[key], of.standardErrors?.[key])),
    ...levels.map((level) => withError(of.coverage[level], of.standardErrors?.coverage[level])),
    of.fitSeconds?.toFixed(1) ?? '–',
  ]);
  return {
    title: 'Figures',
    text:
      'RMSE, MAE and CRPS in rating points and NLL in nats: the lower the better. A percentage: the share of ratings inside the interval that ' +
      'should hold so many. Sharpness: the mean predicted standard deviation. NDCG, recall, precision and MRR of the ten movies that would be ' +
      `shown: the higher the better.${folds === undefined ? '' : ' ±: the standard error of a mean over the folds.'}`,
    parts: [dataTable(['model', ...columns.map(([title]) => title), ...levels.map((level) => `${level} %`), 'fit s'], rows)],
  };
}

function comparison({ comparisons = [] }: Report): Section[] {
  if (comparisons.length === 0) return [];
  return [
    {
      title: 'Is the difference real?',
      text:
        'RMSE of one model minus that of another on the same ratings, with an interval of 95 % from a paired bootstrap over users. ' +
        'Where it holds 0, other users might have turned the two round.',
      parts: [dataTable(COMPARISON_HEAD, comparisonRows(comparisons))],
    },
  ];
}

function reliability({ models }: Report): Section[] {
  const byDoubt = seriesOf(models, ({ byDoubt }) => byDoubt?.map((row) => [row.predicted, row.observed]));
  if (byDoubt.length === 0) return [];
  const covered = seriesOf(models, ({ coverage }) => {
    const points = LEVELS.map((level): [number, number] => [level / 100, coverage[level] ?? Number.NaN]);
    return points.every(([, share]) => Number.isFinite(share)) ? points : null;
  });
  const parts = [
    lineChart({
      ...{ title: 'Predicted doubt and error, by tenths of the doubt', marks: 'both', diagonal: true, series: byDoubt },
      x: { label: 'mean predicted standard deviation' },
      y: { label: 'RMSE' },
    }),
    lineChart({
      ...{ title: 'Intervals: what they say and what they hold', marks: 'both', diagonal: true, series: covered },
      x: { label: 'says', from: 0.4, to: 1 },
      y: { label: 'holds', from: 0.4, to: 1 },
    }),
  ];
  return [
    { title: 'Is the doubt honest?', text: 'On the dashed line, doubt and error agree; above it on the left, a model is too sure.', parts },
  ];
}

function topTen({ models }: Report): Section[] {
  const rows = Object.entries(models).flatMap(([name, { topTen: row }]) => (row ? [reliabilityRow(name, row)] : []));
  if (rows.length === 0) return [];
  return [
    {
      title: 'Is what is recommended as good as it says?',
      text:
        'Over the ratings that users gave to movies among the ten that a model would have shown them. Off: mean rating minus mean prediction; ' +
        'below 0, what is recommended disappoints.',
      parts: [dataTable(['model', 'ratings', 'predicted deviation', 'RMSE', 'off', ...LEVELS.map((level) => `${level} %`)], rows)],
    },
  ];
}

function reliabilityRow(name: string, { ratings, predicted, observed, bias, coverage }: ReliabilityRow): string[] {
  return [name, String(ratings), ...[predicted, observed, bias, ...LEVELS.map((level) => coverage[level])].map(number)];
}

function activity({ models }: Report): Section[] {
  /** In the middle of the tenth, as a log axis sees it. */
  const middle = ({ from, to }: ReliabilityRow) => Math.sqrt(Math.max(1, from) * Math.max(1, to));
  const errors = seriesOf(models, ({ byActivity }) => byActivity?.map((row) => [middle(row), row.observed]));
  if (errors.length === 0) return [];
  const held = seriesOf(models, ({ byActivity }) => byActivity?.map((row) => [middle(row), row.coverage[90]]));
  const x = { label: "the user's known ratings", log: true };
  return [
    {
      title: 'Active users and others',
      text: 'By tenths of the ratings, from the least active users to the most active.',
      parts: [
        lineChart({ title: 'Error by activity', marks: 'both', x, y: { label: 'RMSE' }, series: errors }),
        lineChart({ title: 'What the 90 % interval holds, by activity', marks: 'both', x, y: { label: 'share' }, series: held }),
      ],
    },
  ];
}

function cold({ models }: Report): Section[] {
  const rows = coldRows(models);
  if (rows.length === 0) return [];
  const head = ['model', 'ratings by new users', 'RMSE', '90 %', 'ratings of new movies', 'RMSE', '90 %'];
  return [{ title: 'Users and movies without a training rating', parts: [dataTable(head, rows)] }];
}

function stream({ models }: Report): Section[] {
  const curve = (of: (point: NonNullable<Figures['curve']>[number]) => number | null) =>
    seriesOf(models, ({ curve: points }) => points?.map((point) => [point.events, of(point) ?? Number.NaN]));
  const errors = curve(({ rmse }) => rmse);
  if (errors.length === 0) return [];
  const x = { label: 'events' };
  const rates = Object.entries(models).map(([name, { eventsPerSecond }]) => [
    name,
    Math.round(eventsPerSecond ?? 0).toLocaleString('en-US'),
  ]);
  return [
    {
      title: 'The stream',
      text: 'Each rating is predicted, then learned. Per rating; "recent": over the events since the point before.',
      parts: [
        lineChart({ title: 'Running error', x, y: { label: 'RMSE' }, series: errors }),
        lineChart({ title: 'Recent error', x, y: { label: 'RMSE' }, series: curve(({ recentRmse }) => recentRmse) }),
        lineChart({ title: 'What the 90 % interval has held', x, y: { label: 'share' }, series: curve(({ coverage90 }) => coverage90) }),
        dataTable(['model', 'events/s between fits, with the models that share its fit'], rates),
      ],
    },
  ];
}

const LIST_COLUMNS: readonly (readonly [title: string, key: keyof ListFigures])[] = [
  ['NDCG@10', 'ndcgAt10'],
  ['Recall@10', 'recallAt10'],
  ['Precision@10', 'precisionAt10'],
  ['MRR@10', 'mrrAt10'],
  ['catalogue', 'coverage'],
  ['mean popularity', 'meanPopularity'],
  ['long tail', 'longTailShare'],
  ['novelty', 'novelty'],
  ['genre similarity', 'genreSimilarity'],
];

function lists({ strategies }: Report): Section[] {
  if (strategies === undefined) return [];
  const rows = Object.entries(strategies).map(([name, row]) => [name, ...LIST_COLUMNS.map(([, key]) => number(row[key]))]);
  return [
    {
      title: 'Lists as they are served',
      text: 'By what they are ordered by, knobs at 0.',
      parts: [dataTable(['strategy', ...LIST_COLUMNS.map(([title]) => title)], rows)],
    },
  ];
}

function training(losses: readonly LossPoint[]): Section[] {
  const parts = [...new Set(losses.map(({ part }) => part))];
  const charts = parts.map((part): Markup => {
    const own = losses.filter((point) => point.part === part);
    const loss = { name: 'loss', points: own.map(({ epoch, loss }) => [epoch, loss] as const) };
    const rmse = { name: 'training RMSE', points: own.map(({ epoch, rmse }) => [epoch, rmse ?? Number.NaN] as const) };
    const series = [loss, rmse].filter(({ points }) => points.some(([, value]) => Number.isFinite(value)));
    return lineChart({ title: part, x: { label: 'epoch' }, y: { label: 'loss, RMSE' }, series });
  });
  if (charts.length === 0) return [];
  const text = "Of the first split. Losses are each model's own, and not comparable; RMSE in working points, on what is learned.";
  return [{ title: 'Training', text, parts: charts }];
}

/** One line a model, without those that have none. */
function seriesOf(
  models: Report['models'],
  pointsOf: (figures: Figures) => readonly (readonly [x: number, y: number])[] | null | undefined,
): Series[] {
  return Object.entries(models).flatMap(([name, of]) => {
    const points = pointsOf(of);
    return points?.some(([, y]) => Number.isFinite(y)) ? [{ name, points }] : [];
  });
}
