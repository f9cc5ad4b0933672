import { Arg, Ctx, FieldResolver, Float, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { FactorPosition, ForgetResult, GenreTaste, Rating, User } from '../domain.ts';
import type { RequestContext } from './context.ts';
import { FactorPositionType } from './latentFactor.type.ts';
import { AFTER, type Connection, connectionOf, FIRST } from './page.type.ts';
import { RatingConnection } from './rating.type.ts';
import { UserInput } from './user.input.ts';
import { ForgetUserResultType, GenreTasteType, UserConnection, UserType } from './user.type.ts';

const GENRES = { nullable: true, defaultValue: 5, description: '1 to 1,000' } as const;

@Resolver(() => UserType)
export class UserResolver {
  @Query(() => UserType, { nullable: true })
  user(@Ctx() { service }: RequestContext, @Arg('id', () => ID) id: string): User | null {
    return service.user(id);
  }

  @Query(() => UserConnection)
  users(
    @Ctx() { service, budget }: RequestContext,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
    @Arg('prefix', () => String, { nullable: true, description: 'ids that begin with it' }) prefix?: string | null,
  ): Connection<User> {
    const page = { first: budget.take('first', first ?? FIRST.defaultValue), after: after ?? null };
    return connectionOf(service.users(page, prefix ?? ''));
  }

  @FieldResolver(() => RatingConnection, { description: 'newest first' })
  ratings(
    @Root() user: User,
    @Ctx() { service, budget }: RequestContext,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
  ): Connection<Rating> {
    return connectionOf(service.ratingsOf(user.id, { first: budget.take('first', first ?? FIRST.defaultValue), after: after ?? null }));
  }

  @FieldResolver(() => [GenreTasteType], { description: 'largest lift first' })
  favouriteGenres(
    @Root() user: User,
    @Ctx() { service, budget }: RequestContext,
    @Arg('n', () => Int, GENRES) n: number | null,
  ): GenreTaste[] {
    return service.favouriteGenres(user.id, budget.take('n', n ?? GENRES.defaultValue));
  }

  @FieldResolver(() => [FactorPositionType], { description: 'where the user stands on each axis of taste' })
  factors(@Root() user: User, @Ctx() { service }: RequestContext): FactorPosition[] {
    return service.factorPositions(user.id);
  }

  @FieldResolver(() => Float, {
    description: 'how unsure the model is about this user: mean epistemic standard deviation over the 50 most rated movies',
  })
  standardDeviation(@Root() user: User, @Ctx() { service, budget }: RequestContext): number {
    budget.take('n', 1, 50);
    return service.doubtAbout(user.id);
  }

  @Mutation(() => UserType)
  putUser(@Ctx() { service }: RequestContext, @Arg('input', () => UserInput) input: UserInput): Promise<User> {
    return service.putUser(input);
  }

  @Mutation(() => ForgetUserResultType, {
    description:
      'Leaves nothing of the user: rows, log, factors, caches, files; what films learned of the ratings goes with the training that follows.',
  })
  forgetUser(@Ctx() { service }: RequestContext, @Arg('userId', () => ID) userId: string): Promise<ForgetResult> {
    return service.forget(userId);
  }
}
