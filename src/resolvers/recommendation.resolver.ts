import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type * as domain from '../domain.ts';
import type { RequestContext } from './context.ts';
import { Model, Strategy } from './enums.ts';
import { levelOf } from './guard.ts';
import { ExplanationType, InfluenceType, IntervalType, PredictedType, PredictionType, RecommendationType } from './recommendation.type.ts';

const N = { nullable: true, defaultValue: 10, description: '1 to 1,000' } as const;
const MODEL = { nullable: true, defaultValue: Model.HYBRID } as const;
const STRATEGY = { nullable: true, defaultValue: Strategy.EXPECTED } as const;
const INCLUDE_RATED = { nullable: true, defaultValue: false, description: 'also movies that the user has rated' } as const;
const INFLUENCES = { nullable: true, defaultValue: 3, description: '1 to 1,000' } as const;
const LEVEL = { nullable: true, defaultValue: 0.9, description: 'between 0 and 1' } as const;

@Resolver()
export class RecommendationResolver {
  @Query(() => [RecommendationType], { description: 'The best first. A user never seen before is answered too.' })
  recommendations(
    @Ctx() { service, budget }: RequestContext,
    @Arg('userId', () => ID) userId: string,
    @Arg('n', () => Int, N) n: number | null,
    @Arg('model', () => Model, MODEL) model: domain.Model | null,
    // There is one order so far: asking for it, or for none, is the same.
    @Arg('strategy', () => Strategy, STRATEGY) _strategy: domain.Strategy | null,
    @Arg('includeRated', () => Boolean, INCLUDE_RATED) includeRated: boolean | null,
  ): RecommendationType[] {
    const options = { n: budget.take('n', n ?? N.defaultValue), model: model ?? MODEL.defaultValue, includeRated: includeRated ?? false };
    return service.recommend(userId, options).map((recommendation) => new RecommendationType(recommendation, service));
  }

  @Query(() => PredictionType)
  prediction(
    @Ctx() { service }: RequestContext,
    @Arg('userId', () => ID) userId: string,
    @Arg('movieId', () => ID) movieId: string,
    @Arg('model', () => Model, MODEL) model: domain.Model | null,
  ): PredictionType {
    return new PredictionType(service.predict(userId, movieId, model ?? MODEL.defaultValue), service);
  }
}

@Resolver(() => PredictedType)
export class PredictedResolver {
  @FieldResolver(() => IntervalType, { description: 'central predictive interval, clipped to the scale' })
  interval(@Root() { prediction }: PredictedType, @Arg('level', () => Float, LEVEL) level: number | null): domain.Interval {
    return prediction.interval(levelOf(level ?? LEVEL.defaultValue));
  }
}

@Resolver(() => ExplanationType)
export class ExplanationResolver {
  @FieldResolver(() => [InfluenceType], {
    description:
      "The user's own ratings, of the newest 128 that the prediction knew, that graph attention listens to most: the same for every movie. Empty where the model that answered has no graph.",
  })
  becauseYouRated(
    @Root() { prediction }: ExplanationType,
    @Ctx() { service, budget }: RequestContext,
    @Arg('n', () => Int, INFLUENCES) n: number | null,
  ): InfluenceType[] {
    const influences = service.influences(prediction, budget.take('n', n ?? INFLUENCES.defaultValue));
    return influences.map((influence) => new InfluenceType(influence, service));
  }
}
