import type { CountSummary, HistogramBin } from '../domain.ts';
import { barChart, rowChart } from '../report/barChart.ts';
import { heatmapChart } from '../report/heatmapChart.ts';
import { lineChart } from '../report/lineChart.ts';
import type { Markup } from '../report/markup.ts';
import { dataTable, page } from '../report/page.ts';
import type { Exploration } from './exploration.ts';

/** A database at a glance, as one HTML page that needs nothing else. @param name of the database */
export function explorationPage(found: Exploration, name: string): string {
  const { ratingCount, userCount, movieCount, mean, variance, sparsity, scale } = found;
  return page({
    title: `The ratings of ${name}`,
    lead:
      `${whole(ratingCount)} ratings by ${whole(userCount)} users of ${whole(movieCount)} movies, from ${scale.min} to ${scale.max}. ` +
      `Mean ${mean.toFixed(3)}, variance ${variance.toFixed(3)}, sparsity ${sparsity.toFixed(4)}: the share of all pairs of a user and a movie that are unrated.`,
    sections: [
      { title: 'Ratings', parts: [bars('Ratings by value', found.histogram, 'rating', 'ratings'), ...monthsOf(found)] },
      {
        title: 'Users',
        text: spread(found.ratingsPerUser, 'user'),
        parts: [
          counts('Users by number of ratings', found.ratingsPerUser, 'users'),
          bars('Users by mean rating', found.userMeans, 'mean', 'users'),
          dataTable(['most active', 'ratings', 'mean'], ratedRows(found.mostActive)),
          dataTable(['least active', 'ratings', 'mean'], ratedRows(found.leastActive)),
        ],
      },
      {
        title: 'Movies',
        text: spread(found.ratingsPerMovie, 'movie'),
        parts: [
          counts('Movies by number of ratings', found.ratingsPerMovie, 'movies'),
          bars('Movies by mean rating', found.movieMeans, 'mean', 'movies'),
          lorenz(found),
          dataTable(['most rated', 'ratings', 'mean'], ratedRows(found.mostRated.map(titled))),
          dataTable(['least rated', 'ratings', 'mean'], ratedRows(found.leastRated.map(titled))),
        ],
      },
      { title: 'Genres', text: 'A movie of several genres counts for each.', parts: genres(found) },
      {
        title: 'Who rated what',
        text: 'The most active users against the most rated movies: the stronger, the higher; empty where there is no rating.',
        parts: [heatmap(found)],
      },
    ],
  });
}

function bars(title: string, bins: readonly HistogramBin[], label: string, unit: string): Markup {
  return barChart({ title, label, y: { label: unit }, bars: bins.map(({ value, count }) => ({ label: short(value), value: count })) });
}

function counts(title: string, { bins }: CountSummary, unit: string): Markup {
  const rows = bins.map(({ from, to, count }) => ({ label: from === to ? String(from) : `${from}-${to}`, value: count }));
  return barChart({ title, label: 'ratings', y: { label: unit }, bars: rows });
}

function monthsOf({ months }: Exploration): Markup[] {
  if (months.length === 0) return [];
  const rows = months.map(({ month, count }) => ({ label: month, value: count }));
  return [barChart({ title: 'Ratings by month', label: 'month', y: { label: 'ratings' }, bars: rows })];
}

function spread({ rated, least, median, mean, most, gini, head }: CountSummary, what: string): string {
  return (
    `${whole(rated)} ${what}s have ${whole(least)} to ${whole(most)} ratings, half of them at most ${short(median)}; ${mean.toFixed(1)} on average. ` +
    `Gini ${gini.toFixed(3)}: 0 if every ${what} had as many, 1 if one had all. The ${whole(head)} ${what}s with most hold a third of all ratings; the others are the long tail.`
  );
}

/** How much the most rated tenths hold together, beside what they would if all were equal. */
function lorenz({ ratingsPerMovie: { tenths } }: Exploration): Markup {
  let held = 0;
  const points = tenths.map((share, at): [number, number] => {
    held += share;
    return [(at + 1) / tenths.length, held];
  });
  return lineChart({
    title: 'Share of the ratings that the most rated movies hold',
    x: { label: 'share of the movies, most rated first', from: 0, to: 1 },
    y: { label: 'share of the ratings', from: 0, to: 1 },
    series: [{ name: 'ratings', points: [[0, 0], ...points] }],
    diagonal: true,
  });
}

function genres({ genres: rows }: Exploration): Markup[] {
  if (rows.length === 0) return [];
  const table = rows.map(({ genre, movies, ratings, mean }) => [genre, whole(movies), whole(ratings), mean?.toFixed(3) ?? '–']);
  return [
    rowChart({ title: 'Ratings by genre', bars: rows.map(({ genre, ratings }) => ({ label: genre, value: ratings })) }),
    dataTable(['genre', 'movies', 'ratings', 'mean'], table),
  ];
}

function heatmap({ heatmap: { users, movies, ratings }, scale }: Exploration): Markup {
  const columns = movies.map((movie) => titled(movie).id);
  return heatmapChart({ title: 'Ratings', rows: users, columns, values: ratings, low: scale.min, high: scale.max });
}

function titled<T extends Exploration['mostRated'][number]>(movie: T): T {
  return { ...movie, id: movie.year === null ? movie.title : `${movie.title} (${movie.year})` };
}

function ratedRows(rows: Exploration['mostActive']): string[][] {
  return rows.map(({ id, ratingCount, meanRating }) => [id, whole(ratingCount), meanRating?.toFixed(2) ?? '–']);
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
