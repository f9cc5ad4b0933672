import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Rating, User } from '../domain.ts';
import type { RequestContext } from './context.ts';
import { AFTER, type Connection, connectionOf, FIRST } from './page.type.ts';
import { RatingConnection } from './rating.type.ts';
import { UserInput } from './user.input.ts';
import { UserConnection, UserType } from './user.type.ts';

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

  @Mutation(() => UserType)
  putUser(@Ctx() { service }: RequestContext, @Arg('input', () => UserInput) input: UserInput): Promise<User> {
    return service.putUser(input);
  }
}
