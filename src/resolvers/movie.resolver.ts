import { Arg, Ctx, FieldResolver, Float, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Movie } from '../domain.ts';
import type { RequestContext } from './context.ts';
import { MovieFilterInput, MovieInput } from './movie.input.ts';
import { MovieConnection, MovieType } from './movie.type.ts';
import { AFTER, type Connection, connectionOf, FIRST } from './page.type.ts';

const LOADINGS =
  'where it lies on each of latentFactors, in their order: rating points that a user gives it more for each standard deviation along the axis';

@Resolver(() => MovieType)
export class MovieResolver {
  @Query(() => MovieType, { nullable: true })
  movie(@Ctx() { service }: RequestContext, @Arg('id', () => ID) id: string): Movie | null {
    return service.movie(id);
  }

  @Query(() => MovieConnection)
  movies(
    @Ctx() { service, budget }: RequestContext,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
    @Arg('filter', () => MovieFilterInput, { nullable: true }) filter?: MovieFilterInput | null,
  ): Connection<Movie> {
    const page = { first: budget.take('first', first ?? FIRST.defaultValue), after: after ?? null };
    return connectionOf(service.movies(page, filter ?? {}));
  }

  @FieldResolver(() => [Float], { description: LOADINGS })
  loadings(@Root() { id }: Movie, @Ctx() { service }: RequestContext): number[] {
    return service.movieLoadings(id);
  }

  @Mutation(() => MovieType)
  putMovie(@Ctx() { service }: RequestContext, @Arg('input', () => MovieInput) input: MovieInput): Promise<Movie> {
    return service.putMovie(input);
  }
}
