import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Dataset, Heatmap, HistogramBin, Movie, RatingScale } from '../domain.ts';
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
}
