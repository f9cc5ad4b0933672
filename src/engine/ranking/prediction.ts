import type { Explanation, Interval, Model, Prediction, PredictionBasis, RatingScale } from '../../domain.ts';
import { clipWorking } from '../data/workingScale.ts';
import { normalCdf, normalQuantile } from '../math/gaussian.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { explain } from './explanation.ts';

/** The numbers of a prediction: what is stored, with its explanation, to give the same answer again. */
export interface PredictionRecord {
  readonly userId: string;
  readonly movieId: string;
  readonly model: Model;
  readonly sequence: number;
  readonly basis: PredictionBasis;
  readonly scale: RatingScale;
  readonly score: number;
  readonly epistemicVariance: number;
  readonly aleatoricVariance: number;
}

/** A predicted rating with its doubt, on the rating scale; it stays as it is when the model moves on. */
export class ModelPrediction implements Prediction {
  readonly record: PredictionRecord;
  private readonly explainer: () => Explanation;

  constructor(record: PredictionRecord, explainer: () => Explanation) {
    this.record = record;
    this.explainer = explainer;
  }

  get userId(): string {
    return this.record.userId;
  }

  get movieId(): string {
    return this.record.movieId;
  }

  get model(): Model {
    return this.record.model;
  }

  get sequence(): number {
    return this.record.sequence;
  }

  get basis(): PredictionBasis {
    return this.record.basis;
  }

  get score(): number {
    return this.record.score;
  }

  get epistemicVariance(): number {
    return this.record.epistemicVariance;
  }

  get aleatoricVariance(): number {
    return this.record.aleatoricVariance;
  }

  get variance(): number {
    return this.record.epistemicVariance + this.record.aleatoricVariance;
  }

  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }

  /** Half a star is an eighth of the scale. */
  get confidence(): number {
    const { min, max } = this.record.scale;
    return 2 * normalCdf((max - min) / 8 / this.standardDeviation) - 1;
  }

  interval(level: number): Interval {
    const { scale, score } = this.record;
    const half = normalQuantile((1 + level) / 2) * this.standardDeviation;
    return { low: Math.max(scale.min, score - half), high: Math.min(scale.max, score + half), level };
  }

  explain(): Explanation {
    return this.explainer();
  }
}

/** Predicts one rating as it would be given much later: the answer depends on the model's state alone. */
export function predictRating(model: LiveModel, userId: string, movieId: string, stage: Model = model.serving): ModelPrediction {
  return predictRow(model, { u: model.rowOfUser(userId), i: model.rowOfMovie(movieId), userId, movieId }, stage);
}

/** A user and a movie by row and by id. */
export interface Pair {
  readonly u: number;
  readonly i: number;
  readonly userId: string;
  readonly movieId: string;
}

/** @param stage which model answers */
export function predictRow(model: LiveModel, { u, i, userId, movieId }: Pair, stage: Model): ModelPrediction {
  const { scale, data, axes } = model;
  const { score, epistemic, aleatoric, graph, bayes } = model.predict(u, i, stage);
  const factorization = model.parts(u, i);
  const points = scale.pointsPerUnit;
  const limited = scale.toRating(clipWorking(score));
  const record: PredictionRecord = {
    userId,
    movieId,
    model: stage,
    sequence: model.sequence,
    basis: model.basis(u, i),
    scale: data.scale,
    score: limited,
    epistemicVariance: scale.toVariance(epistemic),
    aleatoricVariance: scale.toVariance(aleatoric),
  };
  const prediction: ModelPrediction = new ModelPrediction(record, () =>
    explain({
      ...record,
      standardDeviation: prediction.standardDeviation,
      factorization,
      mean: scale.toRating(factorization.mean),
      points,
      graph: stage === 'GNN' || stage === 'HYBRID' ? graph * points : null,
      bayes: stage === 'BNN' || stage === 'HYBRID' ? bayes * points : null,
      limit: limited - scale.toRating(score),
      axes,
      data,
    }),
  );
  return prediction;
}
