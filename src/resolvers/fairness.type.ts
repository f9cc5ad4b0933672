import { Field, Float, Int, ObjectType } from 'type-graphql';
import type * as domain from '../domain.ts';
import { DateTime } from './scalars.ts';

@ObjectType('GroupError', { simpleResolvers: true, description: 'how well the ratings of a group of at least two users were predicted' })
class GroupErrorType implements domain.GroupError {
  @Field(() => String, { description: 'gender, ageBand, occupation, activity or genreTaste' })
  readonly attribute!: string;

  @Field(() => String)
  readonly group!: string;

  @Field(() => Int, { description: 'users whose ratings were predicted' })
  readonly users!: number;

  @Field(() => Int)
  readonly ratings!: number;

  @Field(() => Float, { description: 'rating points, as all errors' })
  readonly rmse!: number;

  @Field(() => Float, { description: 'of an interval of 95 %, by a bootstrap over users' })
  readonly rmseLow!: number;

  @Field(() => Float)
  readonly rmseHigh!: number;

  @Field(() => Float, { nullable: true, description: 'null of a server, which has learned every rating: see `tastegraph evaluate`' })
  readonly ndcgAt10!: number | null;
}

@ObjectType('GroupExposure', { simpleResolvers: true, description: 'a movie of several genres counts for each' })
class GroupExposureType implements domain.GroupExposure {
  @Field(() => String, { description: 'genre or decade' })
  readonly attribute!: string;

  @Field(() => String)
  readonly group!: string;

  @Field(() => Int)
  readonly movies!: number;

  @Field(() => Float, { description: 'of all ratings' })
  readonly shareOfRated!: number;

  @Field(() => Float, { description: 'of what is shown' })
  readonly shareOfRecommended!: number;
}

@ObjectType('FairnessReport', { simpleResolvers: true })
export class FairnessReportType implements domain.FairnessReport {
  @Field(() => DateTime)
  readonly computedAt!: number;

  @Field(() => Int, { description: 'the last event that it knows; a report is made anew after 100' })
  readonly sequence!: number;

  @Field(() => Float, { description: 'ratings of a movie that is shown, mean over users' })
  readonly popularityOfRecommended!: number;

  @Field(() => Float, { description: 'ratings of a movie that the same users rated, mean over users' })
  readonly popularityOfRated!: number;

  @Field(() => Float, { description: 'of how often each movie is shown: 0 all as often, towards 1 one alone' })
  readonly gini!: number;

  @Field(() => Float, { description: 'share of what is shown outside the most rated movies that hold a third of the ratings' })
  readonly longTailShare!: number;

  @Field(() => [GroupErrorType])
  readonly groups!: readonly domain.GroupError[];

  @Field(() => [GroupExposureType])
  readonly exposure!: readonly domain.GroupExposure[];

  @Field(() => [String], { description: 'what the figures say, in plain sentences' })
  readonly summary!: readonly string[];
}
