import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type * as domain from '../domain.ts';
import { Model, ModelUpdateKind } from './enums.ts';
import { DateTime } from './scalars.ts';

@ObjectType('ModelUpdate', { simpleResolvers: true })
export class ModelUpdateType implements domain.ModelUpdate {
  @Field(() => ModelUpdateKind)
  readonly kind!: domain.ModelUpdateKind;

  @Field(() => Int)
  readonly sequence!: number;

  @Field(() => Int)
  readonly modelVersion!: number;

  @Field(() => Model)
  readonly serving!: domain.Model;

  @Field(() => DateTime)
  readonly at!: domain.Timestamp;

  @Field(() => ID, { nullable: true })
  readonly userId!: string | null;

  @Field(() => ID, { nullable: true })
  readonly movieId!: string | null;

  @Field(() => Float, { nullable: true })
  readonly rating!: number | null;

  @Field(() => Float, { nullable: true, description: 'the predicted rating before it was learned' })
  readonly before!: number | null;

  @Field(() => Float, { nullable: true, description: 'the predicted rating after it was learned' })
  readonly after!: number | null;

  @Field(() => Float, { nullable: true })
  readonly runningRmse!: number | null;
}
