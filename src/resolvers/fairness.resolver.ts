import { Ctx, Query, Resolver } from 'type-graphql';
import type { FairnessReport } from '../domain.ts';
import type { RequestContext } from './context.ts';
import { FairnessReportType } from './fairness.type.ts';

@Resolver()
export class FairnessResolver {
  @Query(() => FairnessReportType, { description: 'whom the recommender serves worse, and what it shows too often' })
  fairness(@Ctx() { service }: RequestContext): Promise<FairnessReport> {
    return service.fairness();
  }
}
