import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { percent } from '../../format.ts';
import type { PeopleQuery } from './data.operations.ts';

interface HeatmapPanelProps {
  readonly heatmap: PeopleQuery['dataset']['heatmap'];
  readonly scale: { readonly min: number; readonly max: number };
}

interface Field {
  readonly user: string;
  /** Titles may be alike, so films are told apart by their place. */
  readonly film: number;
  readonly rating: number;
}

const ROW = 26;
/** Room above for titles, which stand on end. */
const TITLES = 175;
const LONGEST_TITLE = 26;
/** From the faintest field to the strongest; above it numbers could not be read on it. */
const [FAINT, STRONG] = [0.06, 0.5];

/** Who rated what, of those who rate most and of what is rated most. */
export function HeatmapPanel({ heatmap: { users, movies, ratings }, scale: { min, max } }: HeatmapPanelProps) {
  const titles = movies.map(({ title }) => title);
  const fields = users.flatMap((user, row) =>
    titles.flatMap((_, film): Field[] => {
      const rating = ratings[row]?.[film] ?? null;
      return rating === null ? [] : [{ user, film, rating }];
    }),
  );
  const strength = (rating: number) => FAINT + ((STRONG - FAINT) * (rating - min)) / (max - min);
  return (
    <section class="panel">
      <h2>Who rated what</h2>
      <Chart
        caption={`The ${users.length} most active users and the ${titles.length} most rated films: ${percent(fields.length / Math.max(1, users.length * titles.length))} of the pairs have a rating, shown as a number, the stronger the higher. Empty: no rating.`}
        options={(plot) => ({
          height: ROW * users.length + TITLES + 10,
          marginTop: TITLES,
          marginLeft: 70,
          marginRight: 4,
          marginBottom: 10,
          x: {
            type: 'band',
            domain: titles.map((_, film) => film),
            axis: 'top',
            label: null,
            tickSize: 0,
            tickRotate: -90,
            tickFormat: (film: number) => shortened(titles[film] ?? ''),
          },
          y: { type: 'band', domain: users, label: null, tickSize: 0, tickFormat: (user: string) => shortened(user, 9) },
          marks: [
            plot.cell(fields, {
              x: 'film',
              y: 'user',
              fill: 'var(--accent)',
              fillOpacity: ({ rating }: Field) => strength(rating),
              inset: 1,
              rx: 3,
            }),
            plot.text(fields, { x: 'film', y: 'user', text: ({ rating }: Field) => String(rating), fill: 'var(--ink)' }),
          ],
        })}
      >
        <TextTable
          label="Ratings by user and film"
          head={['User', ...titles.map((title, film) => `${film + 1}. ${title}`)]}
          rows={users.map((user, row) => [user, ...titles.map((_, film) => ratings[row]?.[film] ?? '–')])}
        />
      </Chart>
    </section>
  );
}

function shortened(text: string, most = LONGEST_TITLE): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
