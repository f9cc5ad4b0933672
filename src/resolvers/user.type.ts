import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { ForgetResult, GenreTaste, User } from '../domain.ts';
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

@ObjectType('GenreTaste', { simpleResolvers: true })
export class GenreTasteType implements GenreTaste {
  @Field(() => String)
  readonly genre!: string;

  @Field(() => Int, { description: "how many of the user's ratings it rests on" })
  readonly ratingCount!: number;

  @Field(() => Float)
  readonly meanRating!: number;

  @Field(() => Float, {
    description:
      "how much higher the user rates it than the user's other films, beyond what everybody does; rating points, less for few ratings",
  })
  readonly lift!: number;
}

@ObjectType('ForgetUserResult', { simpleResolvers: true })
export class ForgetUserResultType implements ForgetResult {
  @Field(() => ID)
  readonly userId!: string;

  @Field(() => Int)
  readonly ratingsRemoved!: number;

  @Field(() => Int)
  readonly sequence!: number;
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
