import { HALF_WIDTHS, LEVELS } from '../math/scoring.ts';
import type { Forecast } from '../models/model.ts';

/** About how many points a whole stream makes. */
const POINTS = 200;
/** Points are whole hundreds of events apart where there are enough. */
const ROUND = 100;

/** How a stream went up to an event. */
export interface CurvePoint {
  /** Events predicted so far. */
  readonly events: number;
  /** Over all of them. */
  readonly rmse: number;
  /** Share inside the 90 % interval over all of them; null without a predictive distribution. */
  readonly coverage90: number | null;
  /** The same over the events since the point before. */
  readonly recentRmse: number;
  readonly recentCoverage90: number | null;
}

const HALF_WIDTH_90 = HALF_WIDTHS[LEVELS.indexOf(90)]!;

/** The running error and coverage of one model over a stream: sums alone, so that it takes next to no time. */
export class StreamCurve {
  private readonly points: CurvePoint[] = [];
  private readonly every: number;
  private readonly sums = { events: 0, squares: 0, inside: 0 };
  private before = { events: 0, squares: 0, inside: 0 };
  private hasDoubt = true;

  /** @param events that the stream has */
  constructor(events: number) {
    const apart = Math.max(1, Math.ceil(events / POINTS));
    this.every = apart <= ROUND / 2 ? apart : Math.ceil(apart / ROUND) * ROUND;
  }

  add({ mean, variance }: Forecast, r: number): void {
    const e = r - mean;
    this.sums.events += 1;
    this.sums.squares += e * e;
    if (variance === null) this.hasDoubt = false;
    else if (Math.abs(e) <= HALF_WIDTH_90 * Math.sqrt(variance)) this.sums.inside += 1;
    if (this.sums.events % this.every === 0) this.mark();
  }

  /** Every so many events, and at the end. */
  finish(): readonly CurvePoint[] {
    if (this.sums.events > this.before.events) this.mark();
    return this.points;
  }

  private mark(): void {
    const { events, squares, inside } = this.sums;
    const recent = events - this.before.events;
    const share = (count: number, of: number) => (this.hasDoubt ? count / of : null);
    this.points.push({
      events,
      rmse: Math.sqrt(squares / events),
      coverage90: share(inside, events),
      recentRmse: Math.sqrt((squares - this.before.squares) / recent),
      recentCoverage90: share(inside - this.before.inside, recent),
    });
    this.before = { ...this.sums };
  }
}
