import { Chart } from '../../components/chart.tsx';
import { Answer } from '../../components/states.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { count, percent, points } from '../../format.ts';
import { useQuery } from '../../graphql/useQuery.ts';
import { type FairnessQuery, fairness } from './data.operations.ts';

type Report = FairnessQuery['fairness'];
type Group = Report['groups'][number];
type Exposure = Report['exposure'][number];

const ROW = 30;
/** Width of a chart for each tick, pixels. */
const TICKS = 110;
const NAMES: Record<string, string> = {
  gender: 'Gender',
  ageBand: 'Age',
  occupation: 'Occupation',
  activity: 'Activity',
  genreTaste: 'Favourite genre',
  genre: 'Genres',
  decade: 'Decades',
};

/** Whom the recommender serves worse, and what it shows more often than people rate it. */
export function FairnessPanel() {
  const query = useQuery(fairness, {});
  return (
    <section class="panel">
      <h2>Fairness</h2>
      <Answer query={query} what="the report; the first takes a while">
        {(data) => <FairnessReport report={data.fairness} />}
      </Answer>
    </section>
  );
}

function FairnessReport({ report }: { readonly report: Report }) {
  return (
    <>
      <ul class="plain-words">
        {report.summary.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <div class="data-pair">
        {byAttribute(report.groups).map(([attribute, groups]) => (
          <Errors key={attribute} attribute={attribute} groups={groups} />
        ))}
        {byAttribute(report.exposure).map(([attribute, groups]) => (
          <Shown key={attribute} attribute={attribute} groups={groups} />
        ))}
      </div>
    </>
  );
}

function byAttribute<T extends { readonly attribute: string }>(rows: readonly T[]): [string, T[]][] {
  const attributes = [...new Set(rows.map(({ attribute }) => attribute))];
  return attributes.map((attribute) => [attribute, rows.filter((row) => row.attribute === attribute)]);
}

/** The error of each group with what chance alone could make of it. */
function Errors({ attribute, groups }: { readonly attribute: string; readonly groups: readonly Group[] }) {
  const worst = groups.reduce((most, group) => (group.rmse > most.rmse ? group : most));
  const name = NAMES[attribute] ?? attribute;
  return (
    <section>
      <h3>Error by {name.toLowerCase()}</h3>
      <Chart
        caption={`Error of the predictions, with its 95 % interval: largest for ${worst.group}, ${points(worst.rmse, 2)}. Where intervals overlap, chance may be all there is.`}
        options={(plot) => ({
          height: ROW * groups.length + 56,
          marginLeft: 132,
          marginRight: 20,
          marginBottom: 44,
          x: { label: 'RMSE, rating points', grid: true, ticks: 4 },
          y: { domain: groups.map(({ group }) => group), label: null, tickSize: 0 },
          marks: [
            plot.ruleY(groups, { y: 'group', x1: 'rmseLow', x2: 'rmseHigh', stroke: 'var(--doubt)', strokeWidth: 3 }),
            plot.dot(groups, { y: 'group', x: 'rmse', r: 5, fill: 'var(--ink)' }),
          ],
        })}
      >
        <TextTable
          label={`Error by ${name}`}
          head={[name, 'Users', 'Ratings', 'RMSE', 'From', 'To']}
          rows={groups.map(({ group, users, ratings, rmse, rmseLow, rmseHigh }) => [
            group,
            count(users),
            count(ratings),
            points(rmse, 3),
            points(rmseLow, 3),
            points(rmseHigh, 3),
          ])}
        />
      </Chart>
    </section>
  );
}

/** What share of the ratings and of what is shown belongs to each group of films. */
function Shown({ attribute, groups }: { readonly attribute: string; readonly groups: readonly Exposure[] }) {
  const gap = ({ shareOfRated, shareOfRecommended }: Exposure) => shareOfRecommended - shareOfRated;
  const most = groups.reduce((widest, group) => (Math.abs(gap(group)) > Math.abs(gap(widest)) ? group : widest));
  const name = NAMES[attribute] ?? attribute;
  return (
    <section>
      <h3>What is shown: {name.toLowerCase()}</h3>
      <Chart
        caption={`Circle: share of all ratings. Diamond: share of what is shown. Furthest apart for ${most.group}: ${percent(most.shareOfRated)} of the ratings, ${percent(most.shareOfRecommended)} of what is shown.`}
        options={(plot, width) => ({
          height: ROW * groups.length + 56,
          marginLeft: 132,
          marginRight: 20,
          marginBottom: 44,
          x: { label: 'share', grid: true, ticks: Math.min(4, Math.floor(width / TICKS)), tickFormat: (share: number) => percent(share) },
          y: { domain: groups.map(({ group }) => group), label: null, tickSize: 0 },
          marks: [
            plot.ruleY(groups, { y: 'group', x1: 'shareOfRated', x2: 'shareOfRecommended', stroke: 'var(--edge)', strokeWidth: 2 }),
            plot.dot(groups, { y: 'group', x: 'shareOfRated', r: 5, stroke: 'var(--ink)', fill: 'var(--sheet)', strokeWidth: 2 }),
            plot.dot(groups, { y: 'group', x: 'shareOfRecommended', r: 6, symbol: 'diamond', fill: 'var(--doubt)' }),
          ],
        })}
      >
        <TextTable
          label={`What is shown by ${name}`}
          head={[name, 'Films', 'Of all ratings', 'Of what is shown']}
          rows={groups.map(({ group, movies, shareOfRated, shareOfRecommended }) => [
            group,
            count(movies),
            percent(shareOfRated, 1),
            percent(shareOfRecommended, 1),
          ])}
        />
      </Chart>
    </section>
  );
}
