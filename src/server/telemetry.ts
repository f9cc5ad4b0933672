import type { Logger } from 'pino';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Operation } from './operation.ts';

/** Of a request over HTTP. */
export interface Answered {
  readonly requestId: string;
  /** Name of the token that was shown; null: none, or none is needed. */
  readonly caller: string | null;
  readonly method: string;
  /** The pattern of its path, which names nobody. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  readonly operation: Operation | null;
  readonly errorCodes: readonly string[];
}

/** Of an operation over WebSocket. */
export type Ended = Pick<Answered, 'requestId' | 'caller' | 'seconds' | 'operation' | 'errorCodes'>;

/** Routes that machines ask every few seconds: told at debug, so that they don't bury the others. */
const WATCHERS = /^\/(health\/|metrics$)/;
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Counts and times what the server answers, and writes one line of it to the log: the name of the token, and no id,
 * no variable, no text of a caller. */
export class Telemetry {
  readonly registry = new Registry();
  readonly refused: Counter;
  readonly dropped: Counter;
  private readonly logger: Logger;
  private readonly requests: Histogram<'method' | 'route' | 'status'>;
  private readonly operations: Histogram<'type' | 'field'>;
  private readonly errors: Counter<'code'>;

  constructor(logger: Logger) {
    this.logger = logger;
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Histogram({
      name: 'tastegraph_http_request_seconds',
      help: 'Time to answer, by route and status; its count is the number of requests.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.operations = new Histogram({
      name: 'tastegraph_operation_seconds',
      help: 'Time to answer a GraphQL query or mutation, by its field; "several" when it has more than one.',
      labelNames: ['type', 'field'],
      buckets: BUCKETS,
      registers,
    });
    this.errors = new Counter({ name: 'tastegraph_errors_total', help: 'Errors answered, by code.', labelNames: ['code'], registers });
    this.refused = new Counter({ name: 'tastegraph_refused_requests_total', help: 'Requests refused because of the load.', registers });
    this.dropped = new Counter({
      name: 'tastegraph_dropped_subscriptions_total',
      help: 'Subscriptions ended because their client did not read.',
      registers,
    });
  }

  /** A figure that is read when somebody looks. */
  gauge(name: string, help: string, read: () => number | null): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read() ?? Number.NaN);
      },
    });
  }

  answered({ method, route, status, ...ended }: Answered): void {
    this.requests.observe({ method, route, status: String(status) }, ended.seconds);
    this.count(ended);
    const line = { requestId: ended.requestId, method, route, status, ...wordsOf(ended) };
    if (WATCHERS.test(route)) this.logger.debug(line, 'request');
    else this.logger.info(line, 'request');
  }

  ended(operation: Ended): void {
    this.count(operation);
    this.logger.info({ requestId: operation.requestId, route: 'websocket', ...wordsOf(operation) }, 'request');
  }

  private count({ seconds, operation, errorCodes }: Ended): void {
    for (const code of errorCodes) this.errors.inc({ code });
    if (operation === null || operation.type === 'subscription') return;
    const [field = 'none', ...others] = operation.fields;
    this.operations.observe({ type: operation.type, field: others.length > 0 ? 'several' : field }, seconds);
  }
}

function wordsOf({ caller, seconds, operation, errorCodes }: Ended): object {
  return {
    ...(caller !== null && { caller }),
    ms: Math.round(seconds * 1e4) / 10,
    ...(operation !== null && { [operation.type]: operation.fields.join(' ') }),
    ...(errorCodes.length > 0 && { errors: [...new Set(errorCodes)] }),
  };
}
