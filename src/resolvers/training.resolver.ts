import { Arg, Ctx, Int, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import type * as domain from '../domain.ts';
import type { RequestContext } from './context.ts';
import { Model } from './enums.ts';
import { feed } from './feed.ts';
import { ModelStatusType } from './model.type.ts';
import { TrainingProgressType, TrainingRunType } from './training.type.ts';

@Resolver()
export class TrainingResolver {
  @Mutation(() => TrainingRunType, { description: 'Starts a training and answers at once; one runs at a time.' })
  trainModel(
    @Ctx() { service }: RequestContext,
    @Arg('models', () => [Model], { nullable: true, description: 'absent: all there are' }) models?: domain.Model[] | null,
  ): domain.TrainingRun {
    return service.train(models ?? null);
  }

  @Mutation(() => ModelStatusType, { description: 'Lets a version serve whose file is kept, a refused one too.' })
  activateModel(@Ctx() { service }: RequestContext, @Arg('version', () => Int) version: number): Promise<domain.ModelStatus> {
    return service.activate(version);
  }

  @Subscription(() => TrainingProgressType, {
    subscribe: ({ context }: { context: RequestContext }) =>
      feed<domain.TrainingProgress>((listener) => context.service.onTrainingProgress(listener)),
  })
  trainingProgress(@Root() progress: domain.TrainingProgress): domain.TrainingProgress {
    return progress;
  }
}
