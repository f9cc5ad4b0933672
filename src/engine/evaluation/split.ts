import type { RatingTable } from '../data/ratingTable.ts';
import type { ModelAnswers, ModelFamily } from '../models/model.ts';
import { Quality, type QualitySummary } from './quality.ts';
import { type RankingSummary, rankingQuality } from './ranking.ts';

export interface SplitResult {
  readonly quality: QualitySummary;
  readonly ranking: RankingSummary;
  readonly fitSeconds: number;
}

/** Fits models to one table and predicts another, every rating as if given much later. @returns results by model */
export async function evaluateSplit(family: ModelFamily, train: RatingTable, test: RatingTable): Promise<Map<string, SplitResult>> {
  await family.fit(train);
  return new Map(
    Array.from(family.models, ([name, model]) => {
      const result = {
        quality: qualityOn(model, train, test),
        ranking: rankingQuality(model, train, test),
        fitSeconds: family.fitSeconds(name),
      };
      return [name, result];
    }),
  );
}

function qualityOn(model: ModelAnswers, train: RatingTable, test: RatingTable): QualitySummary {
  const activity = new Float64Array(train.users.length);
  for (const u of train.u) activity[u]! += 1;
  const quality = new Quality();
  for (let row = 0; row < test.r.length; row += 1) {
    const u = test.u[row]!;
    quality.add(model.predictOne(u, test.i[row]!, null), test.r[row]!, activity[u] ?? 0);
  }
  return quality.summary();
}
