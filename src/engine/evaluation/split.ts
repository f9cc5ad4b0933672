import type { RatingTable } from '../data/ratingTable.ts';
import type { EvaluatedModel } from '../models/model.ts';
import { Accuracy, type AccuracySummary } from './accuracy.ts';
import { type RankingSummary, rankingQuality } from './ranking.ts';

export interface SplitResult {
  readonly accuracy: AccuracySummary;
  readonly ranking: RankingSummary;
  readonly fitSeconds: number;
}

/**
 * Fits a model to one table and predicts another, every rating as if given much later.
 * @param clock milliseconds, to report the time of the fit
 */
export function evaluateSplit(model: EvaluatedModel, train: RatingTable, test: RatingTable, clock: () => number): SplitResult {
  const began = clock();
  model.fit(train);
  const fitSeconds = (clock() - began) / 1000;
  const accuracy = new Accuracy();
  for (let row = 0; row < test.r.length; row += 1) {
    const { mean, variance } = model.predictOne(test.u[row]!, test.i[row]!, null);
    accuracy.add(mean, variance, test.r[row]!);
  }
  return { accuracy: accuracy.summary(), ranking: rankingQuality(model, train, test), fitSeconds };
}
