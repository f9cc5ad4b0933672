import type { FairnessFigures } from '../domain.ts';
import { rowChart } from '../report/barChart.ts';
import type { Markup } from '../report/markup.ts';
import { dataTable, type Section } from '../report/page.ts';
import type { Report } from './evaluationReport.ts';

/** What the fairness of the last model says, and its figures; those of all models are in the JSON. */
export function fairnessSection({ fairness = {} }: Report): Section[] {
  const [name, figures] = Object.entries(fairness).at(-1) ?? [];
  if (name === undefined || figures === undefined) return [];
  return [
    {
      title: `Is ${name} fair?`,
      text: figures.summary.join(' '),
      parts: [...errorCharts(figures), groupTable(figures), ...exposureTables(figures)],
    },
  ];
}

/** Errors with their intervals, a chart for each way to tell users apart. */
function errorCharts({ groups }: FairnessFigures): Markup[] {
  return [...new Set(groups.map(({ attribute }) => attribute))].map((attribute) =>
    rowChart({
      title: `RMSE by ${attribute}, with intervals of 95 %`,
      bars: groups
        .filter((group) => group.attribute === attribute)
        .map(({ group, rmse, rmseLow, rmseHigh }) => ({ label: group, value: rmse, interval: [rmseLow, rmseHigh] })),
    }),
  );
}

function groupTable({ groups }: FairnessFigures): Markup {
  const rows = groups.map(({ attribute, group, users, ratings, rmse, rmseLow, rmseHigh, ndcgAt10 }) => [
    `${attribute} ${group}`,
    String(users),
    String(ratings),
    ...[rmse, rmseLow, rmseHigh].map((value) => value.toFixed(3)),
    ndcgAt10?.toFixed(3) ?? '–',
  ]);
  return dataTable(['group', 'users', 'ratings', 'RMSE', 'from', 'to', 'NDCG@10'], rows);
}

/** None where nothing is known of movies by which to tell them apart. */
function exposureTables({ exposure }: FairnessFigures): Markup[] {
  if (exposure.length === 0) return [];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rows = exposure.map(({ attribute, group, movies, shareOfRated, shareOfRecommended }) => [
    `${attribute} ${group}`,
    String(movies),
    percent(shareOfRated),
    percent(shareOfRecommended),
  ]);
  return [dataTable(['movies', 'how many', 'share of ratings', 'share of what is shown'], rows)];
}
