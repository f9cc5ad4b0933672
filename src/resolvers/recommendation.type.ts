import { Field, Float, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { Contribution, Explanation, Interval, Prediction } from '../domain.ts';
import { ContributionKind, PredictionBasis } from './enums.ts';

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
export class ContributionType implements Contribution {
  @Field(() => ContributionKind)
  readonly kind!: Contribution['kind'];

  @Field(() => String)
  readonly label!: string;

  @Field(() => Float, { description: 'rating points' })
  readonly value!: number;
}

@ObjectType('Explanation', { simpleResolvers: true })
export class ExplanationType implements Explanation {
  @Field(() => String, { description: 'one plain sentence' })
  readonly summary!: string;

  @Field(() => [ContributionType], { description: 'add up to the score within 1e-6' })
  readonly contributions!: readonly Contribution[];
}

/** The figures of one prediction, beside the prediction that its other fields are worked out from when asked for. */
@InterfaceType('Predicted', { description: 'A predicted rating with its doubt; every figure is on the rating scale.' })
export abstract class PredictedType {
  readonly prediction!: Prediction;

  @Field(() => Float, { description: 'predictive mean' })
  readonly score!: number;

  @Field(() => Float, { description: 'predictive variance = epistemic + aleatoric' })
  readonly variance!: number;

  @Field(() => Float, { description: 'doubt that more ratings would remove' })
  readonly epistemicVariance!: number;

  @Field(() => Float, { description: 'noise of the ratings themselves' })
  readonly aleatoricVariance!: number;

  @Field(() => Float)
  readonly standardDeviation!: number;

  @Field(() => Float, { description: 'probability that the rating lies within half a star of the score' })
  readonly confidence!: number;
}

@ObjectType('Recommendation', { implements: PredictedType, simpleResolvers: true })
export class RecommendationType extends PredictedType {
  @Field(() => Int, { description: 'from 1' })
  readonly rank!: number;

  @Field(() => Float, { description: 'what the rows are sorted by' })
  readonly rankingScore!: number;
}

@ObjectType('Prediction', { implements: PredictedType, simpleResolvers: true })
export class PredictionType extends PredictedType {
  @Field(() => PredictionBasis)
  readonly basis!: Prediction['basis'];
}

/** A prediction as GraphQL reads it: plain properties, so that no field needs a resolver of its own. */
export function predictionRow(prediction: Prediction): PredictionType {
  return {
    prediction,
    basis: prediction.basis,
    score: prediction.score,
    variance: prediction.variance,
    epistemicVariance: prediction.epistemicVariance,
    aleatoricVariance: prediction.aleatoricVariance,
    standardDeviation: prediction.standardDeviation,
    confidence: prediction.confidence,
  };
}
