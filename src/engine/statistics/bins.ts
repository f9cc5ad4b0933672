import type { HistogramBin, RatingScale } from '../../domain.ts';

/** Most bars of a histogram of ratings that have no step. */
const MAX_BARS = 20;
/** Bars of a histogram of means: a quarter of a star each on the scale 1 to 5. */
const BARS_OF_MEANS = 16;

/** Counts by value, each in the bar that is nearest. */
export class Bins {
  private readonly min: number;
  private readonly width: number;
  private readonly counts: Float64Array; // [bars + 1]

  /** @param bars how many intervals lie between the lowest bar and the highest */
  constructor({ min, max }: RatingScale, bars: number) {
    this.min = min;
    this.width = (max - min) / bars;
    this.counts = new Float64Array(bars + 1);
  }

  /** A bar for each step of the scale. */
  static ofRatings(scale: RatingScale): Bins {
    const steps = scale.step === null ? MAX_BARS : Math.round((scale.max - scale.min) / scale.step);
    return new Bins(scale, Math.max(1, Math.min(steps, MAX_BARS)));
  }

  static ofMeans(scale: RatingScale, means: Iterable<number>): HistogramBin[] {
    const bins = new Bins(scale, BARS_OF_MEANS);
    for (const mean of means) bins.add(mean);
    return bins.table();
  }

  add(value: number): void {
    this.counts[Math.round((value - this.min) / this.width)]! += 1;
  }

  table(): HistogramBin[] {
    return Array.from(this.counts, (count, bar) => ({ value: this.min + this.width * bar, count }));
  }
}
