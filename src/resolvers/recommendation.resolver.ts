import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type * as domain from '../domain.ts';
import type { RequestContext } from './context.ts';
import { Model, Strategy } from './enums.ts';
import { atLeastZero, levelOf, shareOf } from './guard.ts';
import { MovieFilterInput } from './movie.input.ts';
import { ExplanationType, InfluenceType, IntervalType, PredictedType, PredictionType, RecommendationType } from './recommendation.type.ts';

const N = { nullable: true, defaultValue: 10, description: '1 to 1,000' } as const;
const MODEL = { nullable: true, defaultValue: Model.HYBRID } as const;
const STRATEGY = { nullable: true, defaultValue: Strategy.RELEVANCE } as const;
const FILTER = { nullable: true, description: 'which movies may be among them' } as const;
const DIVERSITY = { nullable: true, defaultValue: 0, description: '0 to 1: weight of having other genres than the rows above' } as const;
const POPULARITY = {
  nullable: true,
  defaultValue: 0.25,
  description: 'at least 0: how much films that fewer people like are preferred; acts on RELEVANCE alone',
} as const;
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
    @Arg('strategy', () => Strategy, STRATEGY) strategy: domain.Strategy | null,
    @Arg('filter', () => MovieFilterInput, FILTER) filter: MovieFilterInput | null | undefined,
    @Arg('diversity', () => Float, DIVERSITY) diversity: number | null,
    @Arg('popularity', () => Float, POPULARITY) popularity: number | null,
    @Arg('includeRated', () => Boolean, INCLUDE_RATED) includeRated: boolean | null,
  ): RecommendationType[] {
    const request: domain.RecommendRequest = {
      n: budget.take('n', n ?? N.defaultValue),
      model: model ?? MODEL.defaultValue,
      strategy: strategy ?? STRATEGY.defaultValue,
      filter: filter ?? {},
      diversity: shareOf('diversity', diversity ?? DIVERSITY.defaultValue),
      popularity: atLeastZero('popularity', popularity ?? POPULARITY.defaultValue),
      includeRated: includeRated ?? false,
    };
    return service.recommend(userId, request).map((recommendation) => new RecommendationType(recommendation, service));
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
      "The user's own ratings, at or above the user's mean, that bring most relevance to this movie. Empty before the first training.",
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
