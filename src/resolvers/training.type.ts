import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type * as domain from '../domain.ts';
import { Model } from './enums.ts';
import { DateTime } from './scalars.ts';

@ObjectType('TrainingRun', { simpleResolvers: true })
export class TrainingRunType implements domain.TrainingRun {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => DateTime)
  readonly startedAt!: domain.Timestamp;

  @Field(() => [Model])
  readonly models!: readonly domain.Model[];

  @Field(() => Boolean)
  readonly alreadyRunning!: boolean;
}

@ObjectType('TrainingProgress', { simpleResolvers: true })
export class TrainingProgressType implements domain.TrainingProgress {
  @Field(() => Model)
  readonly model!: domain.Model;

  @Field(() => Int)
  readonly epoch!: number;

  @Field(() => Int)
  readonly epochs!: number;

  @Field(() => Float, { nullable: true })
  readonly loss!: number | null;

  @Field(() => Float, { nullable: true })
  readonly rmse!: number | null;

  @Field(() => Float, { description: 'share of the whole training, 0 to 1' })
  readonly done!: number;

  @Field(() => Boolean)
  readonly finished!: boolean;

  @Field(() => String, { nullable: true })
  readonly error!: string | null;
}
