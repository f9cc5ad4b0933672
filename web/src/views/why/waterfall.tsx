import { points, signed } from '../../format.ts';
import type { Scale } from '../../state/catalogue.ts';
import type { WhyThisQuery } from './why.operations.ts';

type Contribution = WhyThisQuery['prediction']['explanation']['contributions'][number];

interface Step {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

interface WaterfallProps {
  readonly contributions: readonly Contribution[];
  readonly score: number;
  readonly scale: Scale;
}

/** How the contributions, one after the other, lead from nothing to the score: a list that is read, and drawn, from the top. */
export function Waterfall({ contributions, score, scale }: WaterfallProps) {
  const steps = stepsOf(contributions);
  const sums = [...steps.map(({ to }) => to), score];
  const low = Math.min(scale.min, ...sums);
  const high = Math.max(scale.max, ...sums);
  const place = (value: number) => (100 * (Math.max(low, value) - low)) / (high - low);
  return (
    <ol class="waterfall">
      {steps.map(({ label, from, to, value }, index) => (
        <li key={index}>
          <span class="part">{label}</span>
          <span class="adds">{index === 0 ? points(value, 2) : signed(value)}</span>
          <span class="unseen">, together {points(to, 2)}</span>
          <span class="track" aria-hidden="true">
            <span
              class={index === 0 ? 'bar start' : value < 0 ? 'bar less' : 'bar'}
              style={{ left: `${place(Math.min(from, to))}%`, width: `${place(Math.max(from, to)) - place(Math.min(from, to))}%` }}
            />
            <span class="reached" style={{ left: `${place(to)}%` }} />
          </span>
        </li>
      ))}
      <li class="total">
        <span class="part">Score</span>
        <span class="adds">{points(score, 2)}</span>
        <span class="track" aria-hidden="true">
          <span class="bar sum" style={{ left: 0, width: `${place(score)}%` }} />
        </span>
      </li>
    </ol>
  );
}

/** Each part from where the one before it ended. */
function stepsOf(contributions: readonly Contribution[]): Step[] {
  let sum = 0;
  return contributions.map(({ label, value }) => {
    const from = sum;
    sum += value;
    return { label, from, to: sum, value };
  });
}
