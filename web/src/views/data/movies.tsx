import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { count, percent, points, titled } from '../../format.ts';
import { Bars, rangeName } from './bars.tsx';
import type { OverviewQuery } from './data.operations.ts';
import { spreadOf } from './spread.ts';

/** The long tail: few films have most of the ratings. */
export function MoviesPanel({ dataset: { ratingsPerMovie, mostRated, leastRated } }: { readonly dataset: OverviewQuery['dataset'] }) {
  return (
    <section class="panel">
      <header>
        <h2>The long tail of films</h2>
        <p class="note">{spreadOf(ratingsPerMovie, 'film')}</p>
      </header>
      <div class="data-pair">
        <Shares tenths={ratingsPerMovie.tenths} />
        <Bars
          caption="Films by their number of ratings."
          bars={ratingsPerMovie.bins.map((bin) => ({ name: rangeName(bin), count: bin.count }))}
          along="ratings of a film"
          unit="films"
        />
        <Films name="Most rated" films={mostRated} />
        <Films name="Least rated" films={leastRated} />
      </div>
    </section>
  );
}

/** What share of the ratings the most rated tenths hold together. */
function Shares({ tenths }: { readonly tenths: readonly number[] }) {
  let sum = 0;
  const held = tenths.map((share, index) => {
    sum += share;
    return { films: (index + 1) / tenths.length, ratings: sum };
  });
  const first = held[0]?.ratings ?? 0;
  const format = (share: number) => percent(share);
  return (
    <Chart
      caption={`The most rated tenth of the films has ${percent(first)} of the ratings. On the dashed line all films would have as many.`}
      options={(plot) => ({
        height: 220,
        marginLeft: 52,
        marginTop: 28,
        marginBottom: 44,
        x: { domain: [0, 1], label: 'films, most rated first', ticks: 5, tickFormat: format },
        y: { domain: [0, 1], label: 'of all ratings', grid: true, ticks: 4, tickFormat: format },
        marks: [
          plot.line(
            [
              [0, 0],
              [1, 1],
            ],
            { stroke: 'var(--edge)', strokeDasharray: '5 4' },
          ),
          plot.lineY([{ films: 0, ratings: 0 }, ...held], { x: 'films', y: 'ratings', stroke: 'var(--accent)', strokeWidth: 2.5 }),
          plot.dot(held, { x: 'films', y: 'ratings', r: 3, fill: 'var(--accent)' }),
        ],
      })}
    >
      <TextTable
        label="Share of the ratings"
        head={['Films, most rated first', 'Of all ratings']}
        words={0}
        rows={held.map(({ films, ratings }) => [percent(films), percent(ratings, 1)])}
      />
    </Chart>
  );
}

function Films({ name, films }: { readonly name: string; readonly films: OverviewQuery['dataset']['mostRated'] }) {
  return (
    <TextTable
      label={name}
      head={[name, 'Ratings', 'Mean']}
      rows={films.map((film) => [titled(film), count(film.ratingCount), film.meanRating === null ? '–' : points(film.meanRating, 2)])}
    />
  );
}
