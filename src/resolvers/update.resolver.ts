import { Arg, Ctx, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { ModelUpdate } from '../domain.ts';
import { badInput } from '../errors.ts';
import type { RequestContext } from './context.ts';
import { feed } from './feed.ts';
import { ModelUpdateType } from './update.type.ts';

const FIRST = { nullable: true, defaultValue: 500, description: '1 to 1,000' } as const;

interface Listening {
  readonly args: { readonly userId?: string | null };
  readonly context: RequestContext;
}

@Resolver()
export class UpdateResolver {
  @Query(() => [ModelUpdateType], { description: 'What a lost subscription missed: updates after a sequence, oldest first.' })
  updates(
    @Ctx() { service, budget }: RequestContext,
    @Arg('after', () => Int) after: number,
    @Arg('first', () => Int, FIRST) first: number | null,
  ): ModelUpdate[] {
    if (after < 0) throw badInput('after', `after is a sequence number and must be 0 or more, not ${after}.`);
    return service.updates(after, budget.take('first', first ?? FIRST.defaultValue));
  }

  @Subscription(() => ModelUpdateType, {
    description: 'Every applied rating, retraining and switch of version; with userId, the ratings of that user alone.',
    subscribe: ({ args: { userId }, context }: Listening) =>
      feed<ModelUpdate>(
        (listener) => context.service.onModelUpdated(listener),
        (update) => userId == null || update.userId === userId,
      ),
  })
  modelUpdated(@Root() update: ModelUpdate, @Arg('userId', () => ID, { nullable: true }) _userId?: string | null): ModelUpdate {
    return update;
  }
}
