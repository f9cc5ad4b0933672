import { useEffect, useRef, useState } from 'preact/hooks';
import { Chart } from '../../components/chart.tsx';
import { TextTable } from '../../components/textTable.tsx';
import { plural, points } from '../../format.ts';
import type { Rated } from './history.ts';

const SECONDS = 60;
/** Seconds that a pace is the mean of. */
const MEAN = 10;
const TALLEST = 320;

interface PaceProps {
  readonly rated: readonly Rated[];
  readonly now: () => number;
  readonly paused: boolean;
}

/** How many ratings arrived in each of the last seconds. */
export function Pace({ rated, now, paused }: PaceProps) {
  const time = useClock(now, paused);
  const counts = countsBefore(rated, time);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <Chart
      caption={`${plural(total, 'rating')} in the last minute, ${points(perSecond(rated, time))} per second in its last ten seconds.`}
      options={(plot, width) => ({
        height: Math.min(TALLEST, width),
        marginLeft: 44,
        marginTop: 28,
        marginBottom: 44,
        x: { domain: [-SECONDS, 0], label: 'seconds ago', tickFormat: (second: number) => String(-second) },
        y: { label: 'ratings', grid: true, ticks: 4, tickFormat: 'd', domain: [0, Math.max(4, ...counts.map(({ count }) => count))] },
        marks: [
          plot.ruleY([0]),
          plot.rectY(counts, {
            x1: ({ ago }: Count) => -ago - 1,
            x2: ({ ago }: Count) => -ago,
            y: 'count',
            fill: 'var(--accent)',
            insetLeft: 0.5,
            insetRight: 0.5,
          }),
        ],
      })}
    >
      <TextTable
        label="Ratings in each ten seconds"
        head={['Seconds ago', 'Ratings']}
        words={0}
        rows={Array.from({ length: SECONDS / MEAN }, (_, index) => [
          `${index * MEAN}–${(index + 1) * MEAN}`,
          counts.slice(index * MEAN, (index + 1) * MEAN).reduce((sum, { count }) => sum + count, 0),
        ])}
      />
    </Chart>
  );
}

/** Mean of the last ten seconds. @param time by the server's clock */
export function perSecond(rated: readonly Rated[], time: number): number {
  return rated.filter(({ at }) => at > time - MEAN * 1_000).length / MEAN;
}

interface Count {
  /** Whole seconds. */
  readonly ago: number;
  readonly count: number;
}

function countsBefore(rated: readonly Rated[], time: number): Count[] {
  const counts = new Array<number>(SECONDS).fill(0);
  for (const { at } of rated) {
    const ago = Math.max(0, Math.floor((time - at) / 1_000));
    if (ago < SECONDS) counts[ago]! += 1;
  }
  return counts.map((count, ago) => ({ ago, count }));
}

/** The time, anew each second unless it is held. */
function useClock(now: () => number, held: boolean): number {
  const [time, setTime] = useState(now);
  const newest = useRef(now);
  newest.current = now;
  useEffect(() => {
    if (held) return;
    const timer = setInterval(() => setTime(newest.current()), 1_000);
    return () => clearInterval(timer);
  }, [held]);
  return time;
}
