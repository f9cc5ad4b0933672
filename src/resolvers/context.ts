import type { RecommenderService } from '../service.ts';
import type { Caller } from './caller.ts';
import type { RequestBudget } from './guard.ts';

/** What a resolver may use: made once for a request, or once for an operation on a WebSocket. */
export interface RequestContext {
  readonly service: RecommenderService;
  readonly caller: Caller;
  /** Stands in the log beside everything that went wrong with this request. */
  readonly requestId: string;
  readonly budget: RequestBudget;
}
