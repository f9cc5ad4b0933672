import { Field, Float, Int, ObjectType } from 'type-graphql';
import type * as domain from '../domain.ts';
import { Model } from './enums.ts';
import { DateTime } from './scalars.ts';

@ObjectType('Metrics', { simpleResolvers: true, description: 'Rating points, nats a rating, and shares of ratings inside an interval.' })
class MetricsType implements domain.Metrics {
  @Field(() => Int)
  readonly ratings!: number;

  @Field(() => Float)
  readonly rmse!: number;

  @Field(() => Float)
  readonly mae!: number;

  @Field(() => Float, { nullable: true })
  readonly nll!: number | null;

  @Field(() => Float, { nullable: true })
  readonly crps!: number | null;

  @Field(() => Float, { nullable: true })
  readonly coverage50!: number | null;

  @Field(() => Float, { nullable: true })
  readonly coverage80!: number | null;

  @Field(() => Float, { nullable: true })
  readonly coverage90!: number | null;

  @Field(() => Float, { nullable: true })
  readonly coverage95!: number | null;
}

@ObjectType('ModelMetrics', { simpleResolvers: true })
class ModelMetricsType implements domain.ModelMetrics {
  @Field(() => Model)
  readonly model!: domain.Model;

  @Field(() => MetricsType, { nullable: true, description: 'ratings that the fit had not seen' })
  readonly holdout!: domain.Metrics | null;

  @Field(() => MetricsType, { nullable: true, description: 'ratings as they arrived, predicted before they were learned' })
  readonly live!: domain.Metrics | null;
}

@ObjectType('ModelStatus', { simpleResolvers: true })
export class ModelStatusType implements domain.ModelStatus {
  @Field(() => Int, { description: '0 until the first fit is active' })
  readonly version!: number;

  @Field(() => Int, { description: 'the last event that the model has learned' })
  readonly sequence!: number;

  @Field(() => DateTime, { nullable: true })
  readonly trainedAt!: domain.Timestamp | null;

  @Field(() => Model)
  readonly serving!: domain.Model;

  @Field(() => Boolean)
  readonly stale!: boolean;

  @Field(() => Boolean)
  readonly training!: boolean;

  @Field(() => String, { nullable: true })
  readonly lastTrainingError!: string | null;

  @Field(() => String, { description: 'what the kernels of the active version ran on: webgpu, webasm or cpu' })
  readonly compute!: string;

  @Field(() => [ModelMetricsType])
  readonly metrics!: readonly domain.ModelMetrics[];

  @Field(() => Float, { nullable: true, description: 'half-life of 1,000 ratings' })
  readonly runningRmse!: number | null;

  @Field(() => Float, { nullable: true })
  readonly runningNll!: number | null;

  @Field(() => Float, { nullable: true })
  readonly runningCoverage90!: number | null;
}

@ObjectType('LossPoint', { simpleResolvers: true })
class LossPointType implements domain.LossPoint {
  @Field(() => Model)
  readonly model!: domain.Model;

  @Field(() => Int)
  readonly epoch!: number;

  @Field(() => Float)
  readonly loss!: number;

  @Field(() => Float, { nullable: true })
  readonly rmse!: number | null;
}

@ObjectType('LivePoint', { simpleResolvers: true })
export class LivePointType implements domain.LivePoint {
  @Field(() => Int)
  readonly sequence!: number;

  @Field(() => Float)
  readonly rmse!: number;

  @Field(() => Float)
  readonly nll!: number;

  @Field(() => Float)
  readonly coverage90!: number;
}

@ObjectType('ModelVersion', { simpleResolvers: true })
export class ModelVersionType implements domain.ModelVersion {
  @Field(() => Int)
  readonly version!: number;

  @Field(() => Int)
  readonly sequence!: number;

  @Field(() => DateTime)
  readonly trainedAt!: domain.Timestamp;

  @Field(() => Boolean)
  readonly active!: boolean;

  @Field(() => Boolean)
  readonly activatable!: boolean;

  @Field(() => String, { nullable: true })
  readonly refusedBecause!: string | null;

  @Field(() => [Model])
  readonly models!: readonly domain.Model[];

  @Field(() => [ModelMetricsType])
  readonly metrics!: readonly domain.ModelMetrics[];

  @Field(() => [LossPointType])
  readonly losses!: readonly domain.LossPoint[];
}
