import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { Movie } from '../domain.ts';
import type { RequestContext } from './context.ts';
import { MovieType } from './movie.type.ts';
import { SimilarMovieType } from './similarMovie.type.ts';

const N = { nullable: true, defaultValue: 10, description: '1 to 1,000' } as const;

@Resolver()
export class DiscoveryResolver {
  @Query(() => [SimilarMovieType], { description: 'The most similar first.' })
  similarMovies(
    @Ctx() { service, budget }: RequestContext,
    @Arg('movieId', () => ID) movieId: string,
    @Arg('n', () => Int, N) n: number | null,
  ): SimilarMovieType[] {
    return service.similarMovies(movieId, budget.take('n', n ?? N.defaultValue)).map((similar) => new SimilarMovieType(similar, service));
  }

  @Query(() => [MovieType], {
    description: 'What to ask a new user, most telling first; answer with rateMovie(onboarding: true) or notSeen. Creates nothing.',
  })
  onboarding(
    @Ctx() { service, budget }: RequestContext,
    @Arg('userId', () => ID) userId: string,
    @Arg('n', () => Int, N) n: number | null,
  ): Movie[] {
    return service.onboarding(userId, budget.take('n', n ?? N.defaultValue));
  }
}
