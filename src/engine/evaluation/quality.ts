import type { Forecast } from '../models/model.ts';
import { Accuracy, type AccuracySummary } from './accuracy.ts';
import { Calibration, type ReliabilityRow } from './calibration.ts';

export interface QualitySummary {
  readonly accuracy: AccuracySummary;
  /** Rank correlation of predicted deviation and absolute error; null without a predictive distribution. */
  readonly spearman: number | null;
  /** Errors and coverage by tenths of the users' activity, least active first; null without a predictive distribution. */
  readonly byActivity: readonly ReliabilityRow[] | null;
  /** The same by tenths of the predicted deviation, surest first. */
  readonly byDoubt: readonly ReliabilityRow[] | null;
}

/** How good predictions were, and whether their doubt was honest, for active users and others. */
export class Quality {
  private readonly accuracy = new Accuracy();
  private readonly calibration = new Calibration();
  private readonly activity: number[] = []; // [ratings]

  /** @param r the rating that came @param activity ratings of the user that were known then */
  add({ mean, variance }: Forecast, r: number, activity: number): void {
    this.accuracy.add(mean, variance, r);
    if (variance === null) return;
    this.calibration.add(mean, variance, r);
    this.activity.push(activity);
  }

  summary(): QualitySummary {
    const hasDoubt = this.calibration.ratings === this.accuracy.ratings;
    return {
      accuracy: this.accuracy.summary(),
      spearman: hasDoubt ? this.calibration.spearman() : null,
      byActivity: hasDoubt ? this.calibration.byDecile(this.activity) : null,
      byDoubt: hasDoubt ? this.calibration.byDecile() : null,
    };
  }
}
