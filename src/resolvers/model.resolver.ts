import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import type { LivePoint, ModelStatus, ModelVersion } from '../domain.ts';
import type { RequestContext } from './context.ts';
import { LivePointType, ModelStatusType, ModelVersionType } from './model.type.ts';

const FIRST = { nullable: true, defaultValue: 10, description: '1 to 1,000' } as const;
const LAST = { nullable: true, defaultValue: 500, description: '1 to 1,000' } as const;

@Resolver()
export class ModelResolver {
  @Query(() => ModelStatusType)
  model(@Ctx() { service }: RequestContext): ModelStatus {
    return service.modelStatus();
  }

  @Query(() => [ModelVersionType], { description: 'newest first' })
  modelVersions(@Ctx() { service, budget }: RequestContext, @Arg('first', () => Int, FIRST) first: number | null): ModelVersion[] {
    return service.modelVersions(budget.take('first', first ?? FIRST.defaultValue));
  }

  @Query(() => [LivePointType], { description: 'quality of the predictions made as ratings arrived' })
  liveCurve(@Ctx() { service, budget }: RequestContext, @Arg('last', () => Int, LAST) last: number | null): LivePoint[] {
    return service.liveCurve(budget.take('last', last ?? LAST.defaultValue));
  }
}
