import type { Metrics } from '../../domain.ts';
import { gaussianCrps, gaussianNll, HALF_WIDTHS, LEVELS } from '../math/scoring.ts';

export interface AccuracySummary extends Metrics {
  /** Mean predictive standard deviation, rating points; null without a predictive distribution. */
  readonly sharpness: number | null;
}

/**
 * Collects predictions beside the ratings that came, and says how good they were. Constant memory.
 * Distributions are Gaussian around the mean, which the caller has clipped to the scale. A model that gives no variance,
 * even once, has no predictive distribution: what needs one is null.
 */
export class Accuracy {
  private n = 0;
  private squares = 0;
  private absolutes = 0;
  private nll = 0;
  private crps = 0;
  private spread = 0;
  private distribution = true;
  private readonly inside = new Float64Array(LEVELS.length); // [levels] ratings within the interval

  get ratings(): number {
    return this.n;
  }

  /**
   * @param mean rating points
   * @param variance rating points squared, above 0; null: no predictive distribution
   * @param r the rating that came
   */
  add(mean: number, variance: number | null, r: number): void {
    const e = errorOf(mean, r);
    this.n += 1;
    this.squares += e * e;
    this.absolutes += Math.abs(e);
    if (variance === null) this.distribution = false;
    else this.addDistribution(e, variance);
  }

  /** @throws RangeError when nothing was added: there is no error to report */
  summary(): AccuracySummary {
    if (this.n === 0) throw new RangeError('No prediction was made, so there is no accuracy to report.');
    const share = (sum: number) => (this.distribution ? sum / this.n : null);
    return {
      ratings: this.n,
      rmse: Math.sqrt(this.squares / this.n),
      mae: this.absolutes / this.n,
      nll: share(this.nll),
      crps: share(this.crps),
      coverage50: share(this.inside[0]!),
      coverage80: share(this.inside[1]!),
      coverage90: share(this.inside[2]!),
      coverage95: share(this.inside[3]!),
      sharpness: share(this.spread),
    };
  }

  private addDistribution(e: number, variance: number): void {
    if (!(variance > 0 && variance < Infinity))
      throw new RangeError(`A predictive variance of ${variance} can't be scored: it must be above 0 and finite.`);
    const std = Math.sqrt(variance);
    this.spread += std;
    this.nll += gaussianNll(e, variance);
    this.crps += gaussianCrps(e, std);
    for (let level = 0; level < LEVELS.length; level += 1) if (Math.abs(e) <= HALF_WIDTHS[level]! * std) this.inside[level]! += 1;
  }
}

/** @throws RangeError when there is none */
export function errorOf(mean: number, r: number): number {
  const e = r - mean;
  if (!Number.isFinite(e)) throw new RangeError(`A prediction of ${mean} for a rating of ${r} can't be scored: both must be finite.`);
  return e;
}
