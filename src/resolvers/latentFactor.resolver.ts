import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { LatentFactor, Movie } from '../domain.ts';
import type { RequestContext } from './context.ts';
import { LatentFactorType } from './latentFactor.type.ts';
import { existingMovie, MovieType } from './movie.type.ts';

const FILMS = { nullable: true, defaultValue: 5, description: '1 to 1,000' } as const;

@Resolver(() => LatentFactorType)
export class LatentFactorResolver {
  @Query(() => [LatentFactorType], { description: 'The axes of taste that explain most. Empty before the first fit.' })
  latentFactors(@Ctx() { service }: RequestContext): LatentFactor[] {
    return service.latentFactors();
  }

  @FieldResolver(() => [MovieType], { description: 'movies at its high end, furthest first' })
  highest(@Root() factor: LatentFactor, @Ctx() context: RequestContext, @Arg('n', () => Int, FILMS) n: number | null): Movie[] {
    return films(context, factor.highest(context.budget.take('n', n ?? FILMS.defaultValue)));
  }

  @FieldResolver(() => [MovieType], { description: 'movies at its low end, furthest first' })
  lowest(@Root() factor: LatentFactor, @Ctx() context: RequestContext, @Arg('n', () => Int, FILMS) n: number | null): Movie[] {
    return films(context, factor.lowest(context.budget.take('n', n ?? FILMS.defaultValue)));
  }
}

function films({ service }: RequestContext, ids: readonly string[]): Movie[] {
  return ids.map((id) => existingMovie(service, id));
}
