import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { RateManyResult, Rating, RejectedRating, Timestamp } from '../domain.ts';
import { type Connection, PageInfoType } from './page.type.ts';
import { PredictionType } from './recommendation.type.ts';
import { DateTime } from './scalars.ts';

@ObjectType('Rating', { simpleResolvers: true })
export class RatingType {
  @Field(() => ID)
  readonly userId!: string;

  @Field(() => Float)
  readonly rating!: number;

  @Field(() => DateTime)
  readonly ratedAt!: Timestamp;

  @Field(() => Int, { description: 'position in the log' })
  readonly sequence!: number;
}

@ObjectType('RatingConnection', { simpleResolvers: true })
export class RatingConnection implements Connection<Rating> {
  @Field(() => [RatingType])
  readonly nodes!: readonly Rating[];

  @Field(() => PageInfoType)
  readonly pageInfo!: PageInfoType;

  @Field(() => Int)
  readonly totalCount!: number;
}

@ObjectType('RateMovieResult', { simpleResolvers: true })
export class RateMovieResultType {
  @Field(() => RatingType, { nullable: true, description: 'null when it was withdrawn' })
  readonly rating!: Rating | null;

  @Field(() => Int)
  readonly sequence!: number;

  @Field(() => Boolean, { description: 'the same write had been made before; nothing changed now' })
  readonly duplicate!: boolean;

  @Field(() => PredictionType, { description: 'what the model expected before it learned the rating' })
  readonly before!: PredictionType;

  @Field(() => PredictionType, { description: 'what it expects now' })
  readonly after!: PredictionType;

  @Field(() => Int)
  readonly modelVersion!: number;
}

@ObjectType('RejectedRating', { simpleResolvers: true })
class RejectedRatingType implements RejectedRating {
  @Field(() => Int, { description: 'position in the list that was sent, from 0' })
  readonly index!: number;

  @Field(() => String)
  readonly code!: string;

  @Field(() => String)
  readonly message!: string;
}

@ObjectType('RateMoviesResult', { simpleResolvers: true })
export class RateMoviesResultType implements RateManyResult {
  @Field(() => Int)
  readonly accepted!: number;

  @Field(() => Int)
  readonly duplicates!: number;

  @Field(() => [RejectedRatingType])
  readonly rejected!: readonly RejectedRating[];

  @Field(() => Int)
  readonly lastSequence!: number;
}
