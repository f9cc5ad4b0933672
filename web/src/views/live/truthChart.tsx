import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { plural, points, signed } from '../../format.ts';
import type { Rated } from './history.ts';

const DRAWN = 300;
const TOLD = 20;
const TALLEST = 320;

interface Guessed extends Rated {
  readonly before: number;
}

/** Each rating as a dot: what was predicted before it was learned, and what was given. */
export function TruthChart({
  rated,
  scale: { min, max },
}: {
  readonly rated: readonly Rated[];
  readonly scale: { min: number; max: number };
}) {
  const guessed = rated.filter((one): one is Guessed => one.before !== null).slice(-DRAWN);
  const newest = guessed.at(-1);
  return (
    <Chart
      caption={
        newest === undefined
          ? 'Each rating that arrives becomes a dot: what was predicted for it, and what was given.'
          : `${plural(guessed.length, 'rating')}, the newest with a ring: ${points(newest.rating)} given, ${points(newest.before)} predicted. On the line a prediction was right; older dots fade.`
      }
      options={(plot, width) => ({
        height: Math.min(TALLEST, width),
        marginLeft: 44,
        marginTop: 28,
        marginBottom: 44,
        x: { domain: [min, max], label: 'predicted', ticks: 5, grid: true, inset: 8 },
        y: { domain: [min, max], label: 'given', ticks: 5, grid: true, inset: 8 },
        marks: [
          plot.line(
            [
              [min, min],
              [max, max],
            ],
            { stroke: 'var(--edge)', strokeDasharray: '5 4' },
          ),
          plot.dot(guessed, {
            x: 'before',
            y: 'rating',
            r: 4,
            fill: 'var(--accent)',
            fillOpacity: (_: Guessed, index: number) => 0.15 + (0.65 * (index + 1)) / guessed.length,
          }),
          plot.dot(guessed.slice(-1), { x: 'before', y: 'rating', r: 9, stroke: 'var(--ink)', strokeWidth: 2 }),
        ],
      })}
    >
      <TextTable
        label="The newest predictions and ratings"
        head={['Position in the log', 'Predicted', 'Given', 'Off by']}
        words={0}
        rows={guessed
          .slice(-TOLD)
          .reverse()
          .map(({ sequence, before, rating }) => [sequence, points(before, 2), points(rating), signed(rating - before)])}
      />
    </Chart>
  );
}
