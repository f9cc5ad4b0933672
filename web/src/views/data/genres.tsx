import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { count, points } from '../../format.ts';
import type { OverviewQuery } from './data.operations.ts';

type Genre = OverviewQuery['dataset']['genres'][number];

const ROW = 24;

/** How often films of each genre are rated, and how. */
export function GenresPanel({ genres }: { readonly genres: readonly Genre[] }) {
  const rated = genres.filter(({ ratings }) => ratings > 0);
  const [first] = rated;
  if (first === undefined) return null;
  const best = rated.reduce((most, genre) => ((genre.mean ?? 0) > (most.mean ?? 0) ? genre : most));
  return (
    <section class="panel">
      <header>
        <h2>Genres</h2>
        <p class="note">A film of several genres counts for each.</p>
      </header>
      <Chart
        caption={`Ratings by genre: ${first.genre} has most, ${count(first.ratings)}. The number is the mean rating, highest for ${best.genre}.`}
        options={(plot, width) => ({
          height: ROW * rated.length + 50,
          marginLeft: 104,
          marginRight: 40,
          marginBottom: 44,
          x: { label: 'ratings', grid: true, ticks: Math.max(2, Math.floor(width / 130)), tickFormat: (value: number) => count(value) },
          y: { domain: rated.map(({ genre }) => genre), label: null, tickSize: 0 },
          marks: [
            plot.barX(rated, { x: 'ratings', y: 'genre', fill: 'var(--accent)', rx: 2, insetTop: 2, insetBottom: 2 }),
            plot.text(rated, {
              x: 'ratings',
              y: 'genre',
              dx: 6,
              textAnchor: 'start',
              text: ({ mean }: Genre) => (mean === null ? '' : points(mean, 2)),
            }),
            plot.ruleX([0]),
          ],
        })}
      >
        <TextTable
          label="Genres"
          head={['Genre', 'Films', 'Ratings', 'Mean']}
          rows={genres.map(({ genre, movies, ratings, mean }) => [
            genre,
            count(movies),
            count(ratings),
            mean === null ? '–' : points(mean, 2),
          ])}
        />
      </Chart>
    </section>
  );
}
