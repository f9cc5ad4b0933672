import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { CountBin, CountSummary, Dataset, GenreCount, Heatmap, HistogramBin, MonthCount, Movie, RatingScale } from '../domain.ts';
import { MovieType } from './movie.type.ts';

@ObjectType('RatingScale', { simpleResolvers: true })
class RatingScaleType implements RatingScale {
  @Field(() => Float)
  readonly min!: number;

  @Field(() => Float)
  readonly max!: number;

  @Field(() => Float, { nullable: true, description: 'null: every value between min and max' })
  readonly step!: number | null;
}

@ObjectType('HistogramBin', { simpleResolvers: true })
class HistogramBinType implements HistogramBin {
  @Field(() => Float)
  readonly value!: number;

  @Field(() => Int)
  readonly count!: number;
}

@ObjectType('Heatmap', { simpleResolvers: true })
export class HeatmapType implements Heatmap {
  @Field(() => [ID])
  readonly users!: readonly string[];

  @Field(() => [MovieType])
  readonly movies!: readonly Movie[];

  @Field(() => [[Float]], { nullable: 'items', description: 'a row for each user, in the order of `movies`; null: unrated' })
  readonly ratings!: readonly (readonly (number | null)[])[];
}

@ObjectType('CountBin', { simpleResolvers: true, description: 'users or movies with `from` to `to` ratings' })
class CountBinType implements CountBin {
  @Field(() => Int)
  readonly from!: number;

  @Field(() => Int)
  readonly to!: number;

  @Field(() => Int)
  readonly count!: number;
}

@ObjectType('CountSummary', { simpleResolvers: true, description: 'how unequally ratings are spread over users or movies that have any' })
class CountSummaryType implements CountSummary {
  @Field(() => Int, { description: 'users or movies with a rating' })
  readonly rated!: number;

  @Field(() => Int)
  readonly least!: number;

  @Field(() => Float)
  readonly median!: number;

  @Field(() => Float)
  readonly mean!: number;

  @Field(() => Int)
  readonly most!: number;

  @Field(() => Float, { description: '0 where all have as many, towards 1 where one has them all' })
  readonly gini!: number;

  @Field(() => Int, { description: 'how many of those with most hold a third of all ratings; the others are the long tail' })
  readonly head!: number;

  @Field(() => [Float], { description: 'the share of all ratings that each tenth holds, that with most first' })
  readonly tenths!: readonly number[];

  @Field(() => [CountBinType], { description: 'by doubling numbers: 1, 2 to 3, 4 to 7, ...' })
  readonly bins!: readonly CountBin[];
}

@ObjectType('MonthCount', { simpleResolvers: true })
class MonthCountType implements MonthCount {
  @Field(() => String, { description: 'like 1997-09, UTC' })
  readonly month!: string;

  @Field(() => Int)
  readonly count!: number;

  @Field(() => Float, { nullable: true, description: 'null without a rating' })
  readonly mean!: number | null;
}

@ObjectType('GenreCount', { simpleResolvers: true, description: 'a movie of several genres counts for each' })
class GenreCountType implements GenreCount {
  @Field(() => String)
  readonly genre!: string;

  @Field(() => Int)
  readonly movies!: number;

  @Field(() => Int)
  readonly ratings!: number;

  @Field(() => Float, { nullable: true, description: 'null without a rating' })
  readonly mean!: number | null;
}

@ObjectType('Dataset', { simpleResolvers: true })
export class DatasetType implements Dataset {
  @Field(() => Int)
  readonly ratingCount!: number;

  @Field(() => Int)
  readonly userCount!: number;

  @Field(() => Int)
  readonly movieCount!: number;

  @Field(() => Float)
  readonly mean!: number;

  @Field(() => Float)
  readonly variance!: number;

  @Field(() => Float, { description: '1 - ratings / (users x movies)' })
  readonly sparsity!: number;

  @Field(() => RatingScaleType)
  readonly scale!: RatingScale;

  @Field(() => [HistogramBinType])
  readonly histogram!: readonly HistogramBin[];

  @Field(() => CountSummaryType)
  readonly ratingsPerUser!: CountSummary;

  @Field(() => CountSummaryType)
  readonly ratingsPerMovie!: CountSummary;

  @Field(() => [HistogramBinType], { description: 'how many users have a mean about each value' })
  readonly userMeans!: readonly HistogramBin[];

  @Field(() => [HistogramBinType], { description: 'how many movies have a mean about each value' })
  readonly movieMeans!: readonly HistogramBin[];

  @Field(() => [MonthCountType], { description: 'from the first month to the last' })
  readonly months!: readonly MonthCount[];

  @Field(() => Int, { description: 'ratings whose time nobody knows' })
  readonly undatedCount!: number;

  @Field(() => [GenreCountType], { description: 'most rated first' })
  readonly genres!: readonly GenreCount[];
}
