import type { LivePoint, Metrics } from '../../domain.ts';
import { gaussianCrps, gaussianNll, HALF_WIDTHS, LEVELS } from '../math/scoring.ts';

/** Ratings after which an observation counts half in the running figures. */
const HALF_LIFE = 1000;
const DECAY = 2 ** (-1 / HALF_LIFE);
/** Ratings between two points of the curve, and points kept. */
const CURVE_STEP = 100;
const CURVE_POINTS = 10_000;
/** Newest predictions kept for the comparison with a fresh fit. */
const RECENT = 2000;

/** Places of the sums; the coverage counts follow. */
const [COUNT, SQUARES, ABSOLUTE, LOG_LOSS, CRPS, INSIDE] = [0, 1, 2, 3, 4, 5];
const SUMS = INSIDE! + LEVELS.length;

/** Arrays that hold all of it, for a checkpoint. */
export interface LiveMetricsState {
  readonly running: Float64Array;
  readonly total: Float64Array;
  readonly curve: Float64Array;
  readonly recent: Float64Array;
}

/** The newest predictions, by sequence: score and rating in working points. */
export type Predictions = ReadonlyMap<number, { readonly score: number; readonly rating: number }>;

/**
 * How well the serving model predicted each rating before it learned it, in working points: exponentially weighted
 * with bias correction, and since the activation of its version. Part of the folded state.
 */
export class LiveMetrics {
  private readonly running = new Float64Array(SUMS);
  private readonly total = new Float64Array(SUMS);
  private readonly observation = new Float64Array(SUMS); // scratch
  private curve: number[] = []; // [points x 4] sequence, mean square, nll, coverage 90
  private recent: number[] = []; // [predictions x 3] sequence, score, rating

  /** @param score predictive mean, clipped @param variance predictive variance @param r rating; all working points */
  observe(sequence: number, score: number, variance: number, r: number): void {
    const { observation } = this;
    const e = r - score;
    const sd = Math.sqrt(variance);
    observation[COUNT!] = 1;
    observation[SQUARES!] = e * e;
    observation[ABSOLUTE!] = Math.abs(e);
    observation[LOG_LOSS!] = gaussianNll(e, variance);
    observation[CRPS!] = gaussianCrps(e, sd);
    for (let level = 0; level < LEVELS.length; level += 1) {
      observation[INSIDE! + level] = Math.abs(e) <= HALF_WIDTHS[level]! * sd ? 1 : 0;
    }
    for (let place = 0; place < SUMS; place += 1) {
      this.running[place] = DECAY * this.running[place]! + observation[place]!;
      this.total[place]! += observation[place]!;
    }
    this.recent.push(sequence, score, r);
    if (this.recent.length > 2 * 3 * RECENT) this.recent = this.recent.slice(-3 * RECENT);
    if (this.total[COUNT!]! % CURVE_STEP === 0) this.addPoint(sequence);
  }

  /** A new version is measured from nothing; the running figures and the curve go on. */
  startVersion(): void {
    this.total.fill(0);
  }

  /** Mean squared error of the running figures, working points; null before the first rating. */
  runningSquare(): number | null {
    return ratio(this.running, SQUARES!);
  }

  /** Running figures in rating points. */
  runningMetrics(pointsPerUnit: number): Metrics | null {
    return metricsOf(this.running, pointsPerUnit, this.total[COUNT!]!);
  }

  /** Figures since activation in rating points; null before the first rating. */
  metrics(pointsPerUnit: number): Metrics | null {
    return metricsOf(this.total, pointsPerUnit, this.total[COUNT!]!);
  }

  /** The newest points of the curve, oldest first. */
  points(last: number, pointsPerUnit: number): LivePoint[] {
    const points: LivePoint[] = [];
    for (let at = Math.max(0, this.curve.length - 4 * last); at < this.curve.length; at += 4) {
      points.push({
        sequence: this.curve[at]!,
        rmse: Math.sqrt(this.curve[at + 1]!) * pointsPerUnit,
        nll: this.curve[at + 2]! + Math.log(pointsPerUnit),
        coverage90: this.curve[at + 3]!,
      });
    }
    return points;
  }

  recentPredictions(): Predictions {
    return predictionsOf(this.recent);
  }

  save(): LiveMetricsState {
    return {
      running: this.running.slice(),
      total: this.total.slice(),
      curve: Float64Array.from(this.curve),
      recent: Float64Array.from(this.recent.slice(-3 * RECENT)),
    };
  }

  load(state: LiveMetricsState): void {
    this.running.set(state.running);
    this.total.set(state.total);
    this.curve = [...state.curve];
    this.recent = [...state.recent];
  }

  private addPoint(sequence: number): void {
    const { running } = this;
    this.curve.push(sequence, ratio(running, SQUARES!)!, ratio(running, LOG_LOSS!)!, ratio(running, INSIDE! + LEVELS.indexOf(90))!);
    if (this.curve.length > 4 * CURVE_POINTS) this.curve = this.curve.slice(-4 * CURVE_POINTS);
  }
}

/** Reads them back from how they are kept. @param recent [predictions x 3] */
export function predictionsOf(recent: ArrayLike<number>): Predictions {
  const predictions = new Map<number, { score: number; rating: number }>();
  for (let at = 0; at < recent.length; at += 3) predictions.set(recent[at]!, { score: recent[at + 1]!, rating: recent[at + 2]! });
  return predictions;
}

function ratio(sums: Float64Array, place: number): number | null {
  return sums[COUNT!]! > 0 ? sums[place]! / sums[COUNT!]! : null;
}

function metricsOf(sums: Float64Array, pointsPerUnit: number, ratings: number): Metrics | null {
  const n = sums[COUNT!]!;
  if (n === 0) return null;
  const [coverage50, coverage80, coverage90, coverage95] = LEVELS.map((_, level) => sums[INSIDE! + level]! / n);
  return {
    ratings,
    rmse: Math.sqrt(sums[SQUARES!]! / n) * pointsPerUnit,
    mae: (sums[ABSOLUTE!]! / n) * pointsPerUnit,
    nll: sums[LOG_LOSS!]! / n + Math.log(pointsPerUnit),
    crps: (sums[CRPS!]! / n) * pointsPerUnit,
    coverage50: coverage50!,
    coverage80: coverage80!,
    coverage90: coverage90!,
    coverage95: coverage95!,
  };
}
