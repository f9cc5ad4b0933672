import type { RatingTable } from '../data/ratingTable.ts';
import type { ModelAnswers, ModelFamily } from '../models/model.ts';
import { Accuracy, type AccuracySummary } from './accuracy.ts';
import { type RankingSummary, rankingQuality } from './ranking.ts';

export interface SplitResult {
  readonly accuracy: AccuracySummary;
  readonly ranking: RankingSummary;
  readonly fitSeconds: number;
}

/** Fits models to one table and predicts another, every rating as if given much later. @returns results by model */
export async function evaluateSplit(family: ModelFamily, train: RatingTable, test: RatingTable): Promise<Map<string, SplitResult>> {
  await family.fit(train);
  return new Map(
    Array.from(family.models, ([name, model]) => {
      const result = {
        accuracy: accuracyOn(model, test),
        ranking: rankingQuality(model, train, test),
        fitSeconds: family.fitSeconds(name),
      };
      return [name, result];
    }),
  );
}

function accuracyOn(model: ModelAnswers, test: RatingTable): AccuracySummary {
  const accuracy = new Accuracy();
  for (let row = 0; row < test.r.length; row += 1) {
    const { mean, variance } = model.predictOne(test.u[row]!, test.i[row]!, null);
    accuracy.add(mean, variance, test.r[row]!);
  }
  return accuracy.summary();
}
