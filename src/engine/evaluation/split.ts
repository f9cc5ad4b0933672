import type { RatingTable } from '../data/ratingTable.ts';
import type { ModelAnswers, ModelFamily } from '../models/model.ts';
import { ListProperties } from './listProperties.ts';
import { bestMovies, RankingQuality, testUsers } from './ranking.ts';
import type { ListFigures } from './strategies.ts';

/** What a model said of test rows that it had not seen. */
export interface Predictions {
  readonly mean: Float64Array; // [test rows] rating points
  /** Null for a model without a predictive distribution. */
  readonly variance: Float64Array | null; // [test rows]
  /** 1 where the movie is among the ten that the model would show to the row's user. */
  readonly shown: Uint8Array; // [test rows]
}

export interface SplitResult {
  readonly predictions: Predictions;
  readonly lists: ListFigures;
  readonly fitSeconds: number;
}

/** Fits models to one table and predicts another, every rating as if given much later. @returns results by model */
export async function evaluateSplit(family: ModelFamily, train: RatingTable, test: RatingTable): Promise<Map<string, SplitResult>> {
  await family.fit(train);
  return new Map(Array.from(family.models, ([name, model]) => [name, judge(model, train, test, family.fitSeconds(name))]));
}

function judge(model: ModelAnswers, train: RatingTable, test: RatingTable, fitSeconds: number): SplitResult {
  const { lists, shown } = judgeLists(model, train, test);
  return { predictions: { ...predict(model, test), shown }, lists, fitSeconds };
}

function predict(model: ModelAnswers, test: RatingTable): Pick<Predictions, 'mean' | 'variance'> {
  const mean = new Float64Array(test.r.length);
  const variance = new Float64Array(test.r.length);
  let hasDoubt = true;
  for (let row = 0; row < test.r.length; row += 1) {
    const forecast = model.predictOne(test.u[row]!, test.i[row]!, null);
    mean[row] = forecast.mean;
    variance[row] = forecast.variance ?? Number.NaN;
    hasDoubt &&= forecast.variance !== null;
  }
  return { mean, variance: hasDoubt ? variance : null };
}

/** Ranks, for every user of the test, all movies not rated in `train` by `rankingScore`; lists are judged where something is liked. */
function judgeLists(model: ModelAnswers, train: RatingTable, test: RatingTable): Pick<SplitResult, 'lists'> & Pick<Predictions, 'shown'> {
  const quality = new RankingQuality();
  const properties = new ListProperties(train);
  const listOf = new Map<number, ReadonlySet<number>>();
  for (const { u, relevant, seen } of testUsers(train, test)) {
    const list = bestMovies((i) => model.rankingScore(u, i), train.movies.length, seen);
    listOf.set(u, new Set(list));
    if (relevant.size === 0) continue;
    quality.add(list, relevant);
    properties.add(list);
  }
  const shown = Uint8Array.from(test.u, (u, row) => (listOf.get(u)?.has(test.i[row]!) ? 1 : 0));
  return { lists: { ...quality.summary(), ...properties.summary() }, shown };
}
