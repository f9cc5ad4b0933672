import { Field, Float, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { Contribution, Explanation, Influence, Interval, LatentFactor, Movie, Prediction, Recommendation } from '../domain.ts';
import type { RecommenderService } from '../service.ts';
import { ContributionKind, PredictionBasis } from './enums.ts';
import { LatentFactorType } from './latentFactor.type.ts';
import { existingMovie, MovieType } from './movie.type.ts';

@ObjectType('Interval', { simpleResolvers: true })
export class IntervalType implements Interval {
  @Field(() => Float)
  readonly low!: number;

  @Field(() => Float)
  readonly high!: number;

  @Field(() => Float)
  readonly level!: number;
}

@ObjectType('Contribution', { simpleResolvers: true })
class ContributionType implements Contribution {
  @Field(() => ContributionKind)
  readonly kind!: Contribution['kind'];

  @Field(() => String)
  readonly label!: string;

  @Field(() => Float, { description: 'rating points' })
  readonly value!: number;

  @Field(() => LatentFactorType, { nullable: true, description: 'the axis of a FACTOR; null for the sum of the other tastes' })
  readonly factor!: LatentFactor | null;
}

@ObjectType('Explanation', { simpleResolvers: true })
export class ExplanationType implements Explanation {
  readonly prediction: Prediction;

  @Field(() => String, { description: 'one plain sentence' })
  readonly summary: string;

  @Field(() => [ContributionType], { description: 'add up to the score within 1e-6' })
  readonly contributions: readonly Contribution[];

  constructor(prediction: Prediction) {
    const { summary, contributions } = prediction.explain();
    this.prediction = prediction;
    this.summary = summary;
    this.contributions = contributions;
  }
}

@ObjectType('Influence', { simpleResolvers: true })
export class InfluenceType {
  private readonly influence: Influence;
  private readonly service: RecommenderService;

  constructor(influence: Influence, service: RecommenderService) {
    this.influence = influence;
    this.service = service;
  }

  @Field(() => MovieType)
  get movie(): Movie {
    return existingMovie(this.service, this.influence.movieId);
  }

  @Field(() => Float, { description: 'what the user gave it' })
  get rating(): number {
    return this.influence.rating;
  }

  @Field(() => Float, { description: 'the exact amount of relevance that it brings to the movie' })
  get weight(): number {
    return this.influence.weight;
  }

  @Field(() => Float, {
    nullable: true,
    description: 'share of the attention that this rating gets among those that are heard, 0 to 1; null without a graph',
  })
  get attention(): number | null {
    return this.influence.attention;
  }
}

/**
 * One prediction as GraphQL reads it. Getters, because a getter costs nothing until its field is asked for,
 * and a field that is a plain property needs no resolver, of which ten rows would call dozens.
 */
@InterfaceType('Predicted', { description: 'A predicted rating with its doubt; every figure is on the rating scale.' })
export abstract class PredictedType {
  readonly prediction: Prediction;
  readonly service: RecommenderService;

  constructor(prediction: Prediction, service: RecommenderService) {
    this.prediction = prediction;
    this.service = service;
  }

  @Field(() => Float, { description: 'predictive mean' })
  get score(): number {
    return this.prediction.score;
  }

  @Field(() => Float, { description: 'predictive variance = epistemic + aleatoric' })
  get variance(): number {
    return this.prediction.variance;
  }

  @Field(() => Float, { description: 'doubt that more ratings would remove' })
  get epistemicVariance(): number {
    return this.prediction.epistemicVariance;
  }

  @Field(() => Float, { description: 'noise of the ratings themselves' })
  get aleatoricVariance(): number {
    return this.prediction.aleatoricVariance;
  }

  @Field(() => Float)
  get standardDeviation(): number {
    return this.prediction.standardDeviation;
  }

  @Field(() => Float, { description: 'probability that the rating lies within half a star of the score' })
  get confidence(): number {
    return this.prediction.confidence;
  }

  @Field(() => ExplanationType)
  get explanation(): ExplanationType {
    return new ExplanationType(this.prediction);
  }
}

@ObjectType('Recommendation', { implements: PredictedType, simpleResolvers: true })
export class RecommendationType extends PredictedType {
  @Field(() => Int, { description: 'from 1' })
  readonly rank: number;

  @Field(() => Float, { description: 'how likely this user is to pick and like it, in grades; the same whatever orders the rows' })
  readonly relevance: number;

  @Field(() => Float, { description: 'what the rows are sorted by' })
  readonly rankingScore: number;

  constructor({ rank, relevance, rankingScore, prediction }: Recommendation, service: RecommenderService) {
    super(prediction, service);
    this.rank = rank;
    this.relevance = relevance;
    this.rankingScore = rankingScore;
  }

  @Field(() => MovieType)
  get movie(): Movie {
    return existingMovie(this.service, this.prediction.movieId);
  }
}

@ObjectType('Prediction', { implements: PredictedType, simpleResolvers: true })
export class PredictionType extends PredictedType {
  @Field(() => PredictionBasis)
  get basis(): Prediction['basis'] {
    return this.prediction.basis;
  }

  @Field(() => MovieType)
  get movie(): Movie {
    return existingMovie(this.service, this.prediction.movieId);
  }
}
