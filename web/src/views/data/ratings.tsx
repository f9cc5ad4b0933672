import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { count, percent, plural, points } from '../../format.ts';
import { Bars } from './bars.tsx';
import type { OverviewQuery } from './data.operations.ts';

/** Months that are told one by one; more are told by year. */
const MONTHS_TOLD = 24;

/** How people rate, and when they did. */
export function RatingsPanel({ dataset }: { readonly dataset: OverviewQuery['dataset'] }) {
  const { histogram, ratingCount, months, undatedCount } = dataset;
  const commonest = histogram.reduce((most, bin) => (bin.count > most.count ? bin : most));
  return (
    <section class="panel">
      <h2>Ratings</h2>
      <Bars
        caption={`How often each rating was given: ${points(commonest.value)} most often, by ${percent(commonest.count / ratingCount)}.`}
        bars={histogram.map((bin) => ({ name: String(bin.value), count: bin.count }))}
        along="rating"
        unit="ratings"
      />
      {months.length > 1 && <Months months={months} />}
      {undatedCount > 0 && <p class="note">{plural(undatedCount, 'rating')} without a known time.</p>}
    </section>
  );
}

function Months({ months }: { readonly months: OverviewQuery['dataset']['months'] }) {
  const dated = months.map((month) => ({ ...month, date: new Date(`${month.month}-01`) }));
  const most = months.reduce((best, month) => (month.count > best.count ? month : best));
  return (
    <Chart
      caption={`Ratings by month, from ${months[0]!.month} to ${months.at(-1)!.month}; most in ${most.month}, ${count(most.count)}.`}
      options={(plot) => ({
        height: 200,
        marginLeft: 52,
        marginTop: 28,
        x: { type: 'utc', label: null },
        y: { label: 'ratings a month', grid: true, ticks: 4 },
        marks: [
          plot.areaY(dated, { x: 'date', y: 'count', fill: 'var(--accent)', fillOpacity: 0.2, curve: 'step' }),
          plot.lineY(dated, { x: 'date', y: 'count', stroke: 'var(--accent)', strokeWidth: 2, curve: 'step' }),
          plot.ruleY([0]),
        ],
      })}
    >
      <TextTable
        label="Ratings over time"
        head={['Time', 'Ratings']}
        rows={(months.length > MONTHS_TOLD ? yearsOf(months) : months.map(({ month, count: ratings }) => [month, ratings] as const)).map(
          ([name, ratings]) => [name, count(ratings)],
        )}
      />
    </Chart>
  );
}

function yearsOf(months: OverviewQuery['dataset']['months']): (readonly [string, number])[] {
  const years = new Map<string, number>();
  for (const { month, count: ratings } of months) years.set(month.slice(0, 4), (years.get(month.slice(0, 4)) ?? 0) + ratings);
  return [...years];
}
