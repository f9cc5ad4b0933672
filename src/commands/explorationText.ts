import type { CountSummary, HistogramBin, MonthCount } from '../domain.ts';
import type { Exploration } from './exploration.ts';
import { barLines, cut, heading, heatmapLines, sparkline, type Terminal, type TerminalBar } from './terminalChart.ts';

/** Above this, years are shown instead of months. */
const MOST_MONTHS = 24;
/** Rows of each list of users and movies. */
const LISTED = 5;
const WIDEST_ID = 16;

/** What a person reads of a database in a terminal. */
export function explorationText(found: Exploration, terminal: Terminal): string {
  const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', heading(title, terminal), ...lines]);
  const bars = (title: string, rows: readonly TerminalBar[]) => section(title, barLines(rows, terminal));
  const { histogram, ratingsPerUser, ratingsPerMovie, ratingCount } = found;
  const lines = [
    ...totals(found),
    ...bars(
      'Ratings',
      histogram.map(({ value, count }) => ({
        label: short(value),
        value: count,
        note: `${whole(count)}  ${percent(count / ratingCount)}`,
      })),
    ),
    ...section('Ratings per user', [spread(ratingsPerUser, 'users'), ...barLines(counted(ratingsPerUser), terminal)]),
    ...section('Ratings per movie', [spread(ratingsPerMovie, 'movies'), ...barLines(counted(ratingsPerMovie), terminal)]),
    ...bars('Share of all ratings that each tenth of the movies has, the most rated first', tenths(ratingsPerMovie)),
    ...section('Means', [meansLine('users', found.userMeans), meansLine('movies', found.movieMeans)]),
    ...bars(found.months.length > MOST_MONTHS ? 'Ratings per year' : 'Ratings per month', times(found.months)),
    ...undated(found),
    ...bars('Ratings per genre, and their mean', genres(found)),
    ...section('Most and least active users: ratings, mean, id', [...users(found.mostActive), '', ...users(found.leastActive)]),
    ...section('Most and least rated movies: ratings, mean, id', [
      ...movies(found.mostRated, terminal),
      '',
      ...movies(found.leastRated, terminal),
    ]),
    ...section('The most active users (rows) and the most rated movies (columns)', heatmap(found, terminal)),
  ];
  return `${lines.join('\n')}\n`;
}

function totals({ ratingCount, userCount, movieCount, scale, mean, variance, sparsity }: Exploration): string[] {
  const step = scale.step === null ? '' : ` in steps of ${short(scale.step)}`;
  return [
    `${whole(ratingCount)} ratings by ${whole(userCount)} users of ${whole(movieCount)} movies, ${short(scale.min)} to ${short(scale.max)}${step}`,
    `mean ${mean.toFixed(3)}, variance ${variance.toFixed(3)} (standard deviation ${Math.sqrt(variance).toFixed(3)}), sparsity ${sparsity.toFixed(4)}`,
  ];
}

function spread({ least, median, mean, most, gini, head }: CountSummary, what: string): string {
  return `  ${whole(least)} to ${whole(most)}, median ${short(median)}, mean ${mean.toFixed(1)}, Gini ${gini.toFixed(2)}; ${whole(head)} ${what} have a third`;
}

function counted({ bins }: CountSummary): TerminalBar[] {
  return bins.map(({ from, to, count }) => ({
    label: from === to ? whole(from) : `${whole(from)}-${whole(to)}`,
    value: count,
    note: whole(count),
  }));
}

function tenths({ tenths: shares }: CountSummary): TerminalBar[] {
  return shares.map((share, at) => ({ label: String(at + 1), value: share, note: percent(share) }));
}

function meansLine(what: string, bins: readonly HistogramBin[]): string {
  const counts = bins.map(({ count }) => count);
  return `  ${`of ${what}`.padEnd(10)} ${short(bins[0]!.value)} ${sparkline(counts)} ${short(bins.at(-1)!.value)}`;
}

function times(months: readonly MonthCount[]): TerminalBar[] {
  const isLong = months.length > MOST_MONTHS;
  const sums = new Map<string, number>();
  for (const { month, count } of months) {
    const label = isLong ? month.slice(0, -3) : month;
    sums.set(label, (sums.get(label) ?? 0) + count);
  }
  return Array.from(sums, ([label, count]) => ({ label, value: count, note: whole(count) }));
}

function undated({ undatedCount }: Exploration): string[] {
  return undatedCount === 0 ? [] : ['', `${whole(undatedCount)} ratings have no time.`];
}

function genres({ genres: rows }: Exploration): TerminalBar[] {
  return rows.map(({ genre, movies: of, ratings, mean }) => ({
    label: genre,
    value: ratings,
    note: `${whole(ratings)} of ${whole(of)} movies  ${mean?.toFixed(2) ?? '–'}`,
  }));
}

function users(rated: Exploration['mostActive']): string[] {
  return rated.slice(0, LISTED).map((user) => `  ${countAndMean(user)}  ${cut(user.id, 40)}`);
}

function movies(rated: Exploration['mostRated'], { width }: Terminal): string[] {
  return rated.slice(0, LISTED).map((movie) => {
    const { id, title, year } = movie;
    const start = `  ${countAndMean(movie)}  ${cut(id, WIDEST_ID)}`;
    const name = `${title}${year === null ? '' : ` (${year})`}`;
    return title === id ? start : `${start}  ${cut(name, Math.max(10, width - start.length - 2))}`;
  });
}

function countAndMean({ ratingCount, meanRating }: Exploration['mostActive'][number]): string {
  return `${whole(ratingCount).padStart(9)}  ${meanRating?.toFixed(2) ?? '–'}`;
}

function heatmap({ heatmap: { users: ids, ratings }, scale: { min, max } }: Exploration, terminal: Terminal): string[] {
  const rows = ids.map((label, at) => ({ label, values: ratings[at]! }));
  const legend = [0, 0.25, 0.5, 0.75, 1].map((share) => min + share * (max - min));
  const [shades] = heatmapLines([{ label: '', values: legend }], min, max, terminal);
  return [...heatmapLines(rows, min, max, terminal), '', `${shades}  ${short(min)} to ${short(max)}; empty: unrated`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
