import { Arg, Ctx, FieldResolver, Float, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { Movie, RateManyResult, Rating, RatingInput } from '../domain.ts';
import { badInput } from '../errors.ts';
import type { RequestContext } from './context.ts';
import { MOST_ROWS } from './guard.ts';
import { existingMovie, MovieType } from './movie.type.ts';
import { RatingInputType } from './rating.input.ts';
import { RateMovieResultType, RateMoviesResultType, RatingType } from './rating.type.ts';
import { PredictionType } from './recommendation.type.ts';
import { DateTime } from './scalars.ts';

const REQUEST_ID = { nullable: true, description: 'the same id again returns the first answer and changes nothing' } as const;
const ONBOARDING = { nullable: true, defaultValue: false, description: 'whether it answers an onboarding question' } as const;

@Resolver(() => RatingType)
export class RatingResolver {
  @Mutation(() => RateMovieResultType, { description: 'Answers once the rating is durable and learned: the next query reflects it.' })
  async rateMovie(
    @Ctx() { service }: RequestContext,
    @Arg('userId', () => ID) userId: string,
    @Arg('movieId', () => ID) movieId: string,
    @Arg('rating', () => Float) rating: number,
    @Arg('ratedAt', () => DateTime, { nullable: true }) ratedAt?: Date | null,
    @Arg('requestId', () => ID, REQUEST_ID) requestId?: string | null,
    @Arg('onboarding', () => Boolean, ONBOARDING) onboarding?: boolean | null,
  ): Promise<RateMovieResultType> {
    const input = toDomain({ userId, movieId, rating, ratedAt: ratedAt ?? null, requestId: requestId ?? null });
    const result = await service.rate({ ...input, onboarding: onboarding ?? false });
    return { ...result, before: new PredictionType(result.before, service), after: new PredictionType(result.after, service) };
  }

  @Mutation(() => RateMovieResultType, { description: 'The user is as if the rating had never been given.' })
  async withdrawRating(
    @Ctx() { service }: RequestContext,
    @Arg('userId', () => ID) userId: string,
    @Arg('movieId', () => ID) movieId: string,
    @Arg('requestId', () => ID, REQUEST_ID) requestId?: string | null,
  ): Promise<RateMovieResultType> {
    const result = await service.withdraw({ userId, movieId, requestId: requestId ?? null });
    return { ...result, before: new PredictionType(result.before, service), after: new PredictionType(result.after, service) };
  }

  @Mutation(() => Boolean, { description: 'An answer to an onboarding question: an event, not a rating. Said again, it changes nothing.' })
  async notSeen(
    @Ctx() { service }: RequestContext,
    @Arg('userId', () => ID) userId: string,
    @Arg('movieId', () => ID) movieId: string,
  ): Promise<boolean> {
    await service.notSeen(userId, movieId);
    return true;
  }

  @Mutation(() => RateMoviesResultType, { description: 'At most 1,000; each is accepted, a duplicate, or rejected on its own.' })
  rateMovies(
    @Ctx() { service }: RequestContext,
    @Arg('ratings', () => [RatingInputType]) ratings: readonly RatingInputType[],
  ): Promise<RateManyResult> {
    if (ratings.length > MOST_ROWS) {
      throw badInput('ratings', `ratings holds ${ratings.length} entries; send at most ${MOST_ROWS} at a time.`);
    }
    return service.rateMany(ratings.map(toDomain));
  }

  @FieldResolver(() => MovieType)
  movie(@Root() { movieId }: Rating, @Ctx() { service }: RequestContext): Movie {
    return existingMovie(service, movieId);
  }
}

function toDomain({ userId, movieId, rating, ratedAt, requestId }: RatingInputType): RatingInput {
  return { userId, movieId, rating, ratedAt: ratedAt?.getTime() ?? null, requestId: requestId ?? null };
}
