import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { User } from '../domain.ts';
import { type Connection, PageInfoType } from './page.type.ts';

@ObjectType('User', { simpleResolvers: true })
export class UserType implements User {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => Int, { nullable: true, description: 'years' })
  readonly age!: number | null;

  @Field(() => String, { nullable: true })
  readonly gender!: string | null;

  @Field(() => String, { nullable: true })
  readonly occupation!: string | null;

  @Field(() => Int)
  readonly ratingCount!: number;

  @Field(() => Float, { nullable: true })
  readonly meanRating!: number | null;

  @Field(() => Float, { description: 'mean of all ratings by everybody' })
  readonly populationMean!: number;
}

@ObjectType('UserConnection', { simpleResolvers: true })
export class UserConnection implements Connection<User> {
  @Field(() => [UserType])
  readonly nodes!: readonly User[];

  @Field(() => PageInfoType)
  readonly pageInfo!: PageInfoType;

  @Field(() => Int)
  readonly totalCount!: number;
}
