import { Chart } from '../../components/chart.tsx';
import { points, signed } from '../../format.ts';
import type { Scale } from '../../state/catalogue.ts';
import type { WhyThisQuery } from './why.operations.ts';

type Contribution = WhyThisQuery['prediction']['explanation']['contributions'][number];

/** Pixels of a row, and of the column of names beside them. */
const ROW = 34;
const NAMES = { wide: 220, narrow: 130 };
const NARROW = 520;

interface Step {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** How the contributions, one after the other, lead from nothing to the score. */
export function Waterfall({
  contributions,
  score,
  scale,
}: {
  readonly contributions: readonly Contribution[];
  readonly score: number;
  readonly scale: Scale;
}) {
  const steps = stepsOf(contributions);
  const ends = [...steps.slice(1).flatMap(({ from, to }) => [from, to]), score];
  const low = Math.min(scale.min, ...ends);
  const high = Math.max(scale.max, ...ends);
  return (
    <Chart
      caption={`From the mean of all ratings to the score ${points(score, 2)}: ${steps.length} parts that add up to it.`}
      options={(plot, width) => ({
        height: ROW * (steps.length + 1) + 40,
        marginLeft: width < NARROW ? NAMES.narrow : NAMES.wide,
        marginRight: 56,
        x: { domain: [low, high], label: 'rating points', grid: true },
        y: { domain: [...steps.map(({ label }) => label), 'score'], label: null, tickSize: 0 },
        marks: [
          plot.ruleX([score], { stroke: 'var(--ink)', strokeDasharray: '2 3' }),
          plot.barX(steps, {
            x1: (step: Step) => Math.max(low, step.from),
            x2: 'to',
            y: 'label',
            insetTop: 5,
            insetBottom: 5,
            rx: 3,
            fill: (step: Step, index: number) => colourOf(step, index),
          }),
          plot.text(steps, {
            x: (step: Step) => Math.max(step.from, step.to),
            y: 'label',
            dx: 6,
            textAnchor: 'start',
            fill: 'var(--ink)',
            text: (step: Step, index: number) => (index === 0 ? points(step.value, 2) : signed(step.value)),
          }),
          plot.dot([score], { x: score, y: () => 'score', r: 6, fill: 'var(--ink)' }),
          plot.text([score], { x: score, y: () => 'score', dx: 12, textAnchor: 'start', fill: 'var(--ink)', text: () => points(score, 2) }),
        ],
      })}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" class="number">
              Adds
            </th>
            <th scope="col" class="number">
              Together
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ label, value, to }) => (
            <tr key={label}>
              <td>{label}</td>
              <td class="number">{signed(value, 3)}</td>
              <td class="number">{points(to, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Chart>
  );
}

/** Each part from where the one before it ended; parts of one name are told apart by a number. */
function stepsOf(contributions: readonly Contribution[]): Step[] {
  const seen = new Map<string, number>();
  let sum = 0;
  return contributions.map(({ label, value }) => {
    const times = (seen.get(label) ?? 0) + 1;
    seen.set(label, times);
    const from = sum;
    sum += value;
    return { label: times === 1 ? label : `${label} (${times})`, from, to: sum, value };
  });
}

function colourOf({ value }: Step, index: number): string {
  if (index === 0) return 'var(--noise)';
  return value < 0 ? 'var(--bad)' : 'var(--accent)';
}
