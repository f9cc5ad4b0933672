import { Field, Float, ID, InputType } from 'type-graphql';
import { DateTime } from './scalars.ts';

@InputType('RatingInput')
export class RatingInputType {
  @Field(() => ID)
  readonly userId!: string;

  @Field(() => ID)
  readonly movieId!: string;

  @Field(() => Float)
  readonly rating!: number;

  @Field(() => DateTime, { nullable: true })
  readonly ratedAt?: Date | null;

  @Field(() => ID, { nullable: true, description: 'the same id again changes nothing' })
  readonly requestId?: string | null;
}
