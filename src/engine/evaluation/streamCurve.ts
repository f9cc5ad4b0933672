import type { Forecast } from '../models/model.ts';
import { Accuracy } from './accuracy.ts';

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

/** The running error and coverage of one model over a stream. */
export class StreamCurve {
  private readonly points: CurvePoint[] = [];
  private readonly every: number;
  private readonly all = new Accuracy();
  private recent = new Accuracy();

  /** @param events that the stream has */
  constructor(events: number) {
    const apart = Math.max(1, Math.ceil(events / POINTS));
    this.every = apart <= ROUND / 2 ? apart : Math.ceil(apart / ROUND) * ROUND;
  }

  add({ mean, variance }: Forecast, r: number): void {
    this.all.add(mean, variance, r);
    this.recent.add(mean, variance, r);
    if (this.recent.ratings === this.every) this.mark();
  }

  /** Every so many events, and at the end. */
  finish(): readonly CurvePoint[] {
    if (this.recent.ratings > 0) this.mark();
    return this.points;
  }

  private mark(): void {
    const [whole, recent] = [this.all.summary(), this.recent.summary()];
    this.points.push({
      events: whole.ratings,
      rmse: whole.rmse,
      coverage90: whole.coverage90 ?? null,
      recentRmse: recent.rmse,
      recentCoverage90: recent.coverage90 ?? null,
    });
    this.recent = new Accuracy();
  }
}
