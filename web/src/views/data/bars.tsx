import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { count } from '../../format.ts';

const HEIGHT = 220;
/** Pixels of a character of a bar's name, and between two names. */
const CHARACTER = 7;
const GAP = 12;
/** What the axis takes from the width. */
const BESIDE = 72;

interface Bar {
  readonly name: string;
  readonly count: number;
}

interface BarsProps {
  readonly caption: string;
  readonly bars: readonly Bar[];
  /** What stands along the axis, and what is counted. */
  readonly along: string;
  readonly unit: string;
}

/** Counts as bars in a given order. */
export function Bars({ caption, bars, along, unit }: BarsProps) {
  return (
    <Chart
      caption={caption}
      options={(plot, width) => {
        const longest = Math.max(...bars.map(({ name }) => name.length));
        const every = Math.ceil((bars.length * (CHARACTER * longest + GAP)) / Math.max(1, width - BESIDE));
        return {
          height: HEIGHT,
          marginLeft: 52,
          marginTop: 28,
          marginBottom: 44,
          x: {
            domain: bars.map(({ name }) => name),
            label: along,
            ticks: bars.filter((_, index) => index % every === 0).map(({ name }) => name),
          },
          y: { label: unit, grid: true, ticks: 4, tickFormat: (value: number) => count(value) },
          marks: [plot.barY(bars, { x: 'name', y: 'count', fill: 'var(--accent)', rx: 2 }), plot.ruleY([0])],
        };
      }}
    >
      <TextTable label={caption} head={[along, unit]} rows={bars.map((bar) => [bar.name, count(bar.count)])} />
    </Chart>
  );
}

/** "8" or "8–15". */
export function rangeName({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? String(from) : `${from}–${to}`;
}
