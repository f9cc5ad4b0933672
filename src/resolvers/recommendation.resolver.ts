import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type * as domain from '../domain.ts';
import { RequestError } from '../errors.ts';
import type { RequestContext } from './context.ts';
import { Model, Strategy } from './enums.ts';
import { levelOf } from './guard.ts';
import { MovieType } from './movie.type.ts';
import { ExplanationType, IntervalType, PredictedType, PredictionType, predictionRow, RecommendationType } from './recommendation.type.ts';

const N = { nullable: true, defaultValue: 10, description: '1 to 1,000' } as const;
const MODEL = { nullable: true, defaultValue: Model.HYBRID } as const;
const STRATEGY = { nullable: true, defaultValue: Strategy.EXPECTED } as const;
const INCLUDE_RATED = { nullable: true, defaultValue: false, description: 'also movies that the user has rated' } as const;
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
    return service
      .recommend(userId, options)
      .map(({ rank, rankingScore, prediction }) => ({ ...predictionRow(prediction), rank, rankingScore }));
  }

  @Query(() => PredictionType)
  prediction(
    @Ctx() { service }: RequestContext,
    @Arg('userId', () => ID) userId: string,
    @Arg('movieId', () => ID) movieId: string,
    @Arg('model', () => Model, MODEL) model: domain.Model | null,
  ): PredictionType {
    return predictionRow(service.predict(userId, movieId, model ?? MODEL.defaultValue));
  }
}

/** The fields of both kinds of prediction that cost something: worked out only when asked for. */
@Resolver(() => PredictedType)
export class PredictedResolver {
  @FieldResolver(() => IntervalType, { description: 'central predictive interval, clipped to the scale' })
  interval(@Root() { prediction }: PredictedType, @Arg('level', () => Float, LEVEL) level: number | null): domain.Interval {
    return prediction.interval(levelOf(level ?? LEVEL.defaultValue));
  }

  @FieldResolver(() => ExplanationType)
  explanation(@Root() { prediction }: PredictedType): domain.Explanation {
    return prediction.explain();
  }
}

@Resolver(() => RecommendationType)
export class RecommendedMovieResolver {
  @FieldResolver(() => MovieType)
  movie(@Root() row: RecommendationType, @Ctx() { service }: RequestContext): domain.Movie {
    return movieOf(row, service);
  }
}

@Resolver(() => PredictionType)
export class PredictedMovieResolver {
  @FieldResolver(() => MovieType)
  movie(@Root() row: PredictionType, @Ctx() { service }: RequestContext): domain.Movie {
    return movieOf(row, service);
  }
}

function movieOf({ prediction }: PredictedType, service: RequestContext['service']): domain.Movie {
  const movie = service.movie(prediction.movieId);
  if (movie === null) throw new RequestError('NOT_FOUND', `There is no movie ${prediction.movieId}.`);
  return movie;
}
