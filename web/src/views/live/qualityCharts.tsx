import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { percent, points } from '../../format.ts';
import { type History, type Point, thinned } from './history.ts';

const HEIGHT = 230;
const DRAWN = 600;
const TOLD = 12;
const TARGET = 0.9;
/** Least distance from the curve to the edges, rating points. */
const ROOM = 0.02;
/** Pixels between two ticks along the log. */
const TICKS = 90;
/** Share of the curve that the name of a version covers. */
const NAME_SHARE = 0.2;

/** The running error along the log. */
export function ErrorChart({ history: { errors, activations } }: { readonly history: History }) {
  const drawn = thinned(errors, DRAWN);
  const values = drawn.map(({ value }) => value);
  const room = Math.max(ROOM, 0.05 * (Math.max(...values) - Math.min(...values)));
  const last = errors.at(-1);
  return (
    <Chart
      caption={
        last === undefined
          ? 'The running error shows with the next rating.'
          : `Running error of the predictions, each made before its rating was learned: now ${points(last.value, 3)} rating points. A rating counts half after a thousand more. Lower is better.`
      }
      options={(plot, width) => ({
        height: HEIGHT,
        marginLeft: 48,
        marginTop: 28,
        marginBottom: 44,
        x: along(width),
        y: {
          label: 'RMSE, rating points',
          grid: true,
          ticks: 4,
          ...(drawn.length > 0 ? { domain: [Math.min(...values) - room, Math.max(...values) + room] } : {}),
        },
        marks: [
          ...switches(plot, activations, drawn),
          plot.lineY(drawn, { x: 'sequence', y: 'value', stroke: 'var(--accent)', strokeWidth: 2 }),
          plot.dot(drawn.slice(-1), { x: 'sequence', y: 'value', r: 4, fill: 'var(--accent)' }),
        ],
      })}
    >
      <Told points={errors} label="Running error" format={(value) => points(value, 3)} />
    </Chart>
  );
}

/** The share of ratings inside the interval that should hold nine of ten. */
export function CoverageChart({ history: { coverages, activations } }: { readonly history: History }) {
  const drawn = thinned(coverages, DRAWN);
  const least = Math.min(TARGET, ...drawn.map(({ value }) => value));
  const last = coverages.at(-1);
  return (
    <Chart
      caption={
        last === undefined
          ? 'The share of ratings inside their interval shows with the next rating.'
          : `Share of ratings inside the interval that should hold 90 %: now ${percent(last.value, 1)}. On the dashed line the model's doubt is neither too small nor too large.`
      }
      options={(plot, width) => ({
        height: HEIGHT,
        marginLeft: 48,
        marginTop: 28,
        marginBottom: 44,
        x: along(width),
        y: {
          label: 'inside the interval',
          grid: true,
          ticks: 4,
          domain: [Math.max(0, least - 0.05), 1],
          tickFormat: (share: number) => percent(share),
        },
        marks: [
          ...switches(plot, activations, drawn),
          plot.ruleY([TARGET], { stroke: 'var(--ink)', strokeDasharray: '5 4' }),
          plot.lineY(drawn, { x: 'sequence', y: 'value', stroke: 'var(--doubt)', strokeWidth: 2 }),
          plot.dot(drawn.slice(-1), { x: 'sequence', y: 'value', r: 4, fill: 'var(--doubt)' }),
        ],
      })}
    >
      <Told points={coverages} label="Inside the 90 % interval" format={(value) => percent(value, 1)} />
    </Chart>
  );
}

function along(width: number) {
  return { label: 'position in the log', ticks: Math.max(2, Math.floor(width / TICKS)), tickFormat: 'd' };
}

/** Where another version began to serve, as far as the curve reaches. */
function switches(plot: typeof import('@observablehq/plot'), activations: readonly Point[], drawn: readonly Point[]) {
  const from = drawn[0]?.sequence ?? 0;
  const length = (drawn.at(-1)?.sequence ?? 0) - from;
  const middle = from + length / 2;
  const seen = activations.filter(({ sequence }) => sequence >= from);
  // Of versions that followed each other soon, the last one is named.
  const apart = seen.filter(
    ({ sequence }, index) => (seen[index + 1]?.sequence ?? Number.POSITIVE_INFINITY) - sequence > NAME_SHARE * length,
  );
  const text = ({ value }: Point) => `version ${value}`;
  const named = { x: 'sequence', frameAnchor: 'top', text, fill: 'var(--soft)' } as const;
  return [
    plot.ruleX(seen, { x: 'sequence', stroke: 'var(--edge)', strokeDasharray: '1 3' }),
    plot.text(
      apart.filter(({ sequence }) => sequence <= middle),
      { ...named, dx: 5, textAnchor: 'start' },
    ),
    plot.text(
      apart.filter(({ sequence }) => sequence > middle),
      { ...named, dx: -5, textAnchor: 'end' },
    ),
  ];
}

interface ToldProps {
  readonly points: readonly Point[];
  readonly label: string;
  readonly format: (value: number) => string;
}

function Told({ points: all, label, format }: ToldProps) {
  return (
    <TextTable
      label={label}
      head={['Position in the log', label]}
      words={0}
      rows={thinned(all, TOLD).map(({ sequence, value }) => [sequence, format(value)])}
    />
  );
}
