import { Arg, Ctx, FieldResolver, Int, Query, Resolver } from 'type-graphql';
import type { Dataset, Heatmap, Movie, User } from '../domain.ts';
import type { RequestContext } from './context.ts';
import { DatasetType, HeatmapType } from './dataset.type.ts';
import { countOf } from './guard.ts';
import { MovieType } from './movie.type.ts';
import { UserType } from './user.type.ts';

const N = { nullable: true, defaultValue: 10, description: '1 to 1,000' } as const;
const SIDE = { nullable: true, defaultValue: 20, description: '1 to 1,000' } as const;

@Resolver(() => DatasetType)
export class DatasetResolver {
  @Query(() => DatasetType)
  dataset(@Ctx() { service }: RequestContext): Dataset {
    return service.dataset();
  }

  @FieldResolver(() => [MovieType])
  mostRated(@Ctx() { service, budget }: RequestContext, @Arg('n', () => Int, N) n: number | null): Movie[] {
    return service.mostRated(budget.take('n', n ?? N.defaultValue));
  }

  @FieldResolver(() => [UserType])
  mostActive(@Ctx() { service, budget }: RequestContext, @Arg('n', () => Int, N) n: number | null): User[] {
    return service.mostActive(budget.take('n', n ?? N.defaultValue));
  }

  @FieldResolver(() => [MovieType], { description: 'those with at least one rating' })
  leastRated(@Ctx() { service, budget }: RequestContext, @Arg('n', () => Int, N) n: number | null): Movie[] {
    return service.leastRated(budget.take('n', n ?? N.defaultValue));
  }

  @FieldResolver(() => [UserType], { description: 'those with at least one rating' })
  leastActive(@Ctx() { service, budget }: RequestContext, @Arg('n', () => Int, N) n: number | null): User[] {
    return service.leastActive(budget.take('n', n ?? N.defaultValue));
  }

  @FieldResolver(() => HeatmapType, { description: 'the most active users against the most rated movies' })
  heatmap(
    @Ctx() { service, budget }: RequestContext,
    @Arg('users', () => Int, SIDE) users: number | null,
    @Arg('movies', () => Int, SIDE) movies: number | null,
  ): Heatmap {
    const columns = countOf('movies', movies ?? SIDE.defaultValue);
    return service.heatmap(budget.take('users', users ?? SIDE.defaultValue, columns), columns);
  }
}
