import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { RequestError } from '../errors.ts';
import type { Caller } from '../resolvers/caller.ts';
import type { RequestContext } from '../resolvers/context.ts';
import { RequestBudget } from '../resolvers/guard.ts';
import type { RecommenderService } from '../service.ts';
import { namedCaller, secretIn, unauthenticated } from './authentication.ts';
import { costOf } from './cost.ts';
import { documentRules, readDocument } from './limits.ts';
import type { Load } from './load.ts';
import { namedOperation, type Operation } from './operation.ts';
import { publicError } from './publicError.ts';
import type { RateLimits } from './rateLimits.ts';
import type { Telemetry } from './telemetry.ts';
import type { Tokens } from './tokens.ts';

const MOST_OPERATIONS = 100;
const RETRY_AFTER_MS = 1_000;

export interface OperationOptions {
  readonly schema: GraphQLSchema;
  readonly service: RecommenderService;
  readonly logger: Logger;
  readonly load: Load;
  readonly telemetry: Telemetry;
  readonly tokens: Tokens;
  readonly limits: RateLimits;
  readonly config: Pick<Config, 'introspection' | 'queryTime'>;
}

/** One operation of a connection, from its request to its last answer. */
interface Running {
  readonly requestId: string;
  readonly operation: Operation | null;
  readonly began: number;
  readonly errorCodes: string[];
}

/** What the server keeps beside a connection. */
export interface Connection extends Record<string, unknown> {
  /** By the id that its client gave. */
  readonly running: Map<string, Running>;
  /** Who asks, once connection_init has said so. */
  caller: Caller | null;
  /** With which it was opened; its headers may show a token, which a browser can't send so. */
  readonly request: IncomingMessage;
  /** Ends it with 4401. */
  refuse(reason: string): void;
}

export type Operations = ServerOptions<Record<string, unknown>, Connection>;

/** Runs operations within the same limits and with the same errors as over HTTP, and tells the telemetry of each. */
export function webSocketOperations({ schema, service, logger, load, telemetry, tokens, limits, config }: OperationOptions): Operations {
  const rules = documentRules(config.introspection);
  const formatted = (errors: readonly GraphQLError[], requestId: string, args?: ExecutionArgs): readonly GraphQLFormattedError[] =>
    errors.map((error) => publicError(error, { requestId, document: args?.document }, logger));
  return {
    onConnect({ connectionParams, extra }) {
      const header = headerIn(connectionParams) ?? extra.request.headers.authorization;
      extra.caller = tokens.callerOf(secretIn(header));
      if (extra.caller !== null) return true;
      extra.refuse(`UNAUTHENTICATED: ${unauthenticated(header !== undefined).message}`);
      return false;
    },
    onSubscribe({ subscriptions, extra }, id, { query, variables, operationName }) {
      const refusal = Object.keys(subscriptions).length > MOST_OPERATIONS ? tooManyOperations() : load.refusal();
      const requestId = crypto.randomUUID();
      const document = refusal === null ? readDocument(schema, query, rules) : [asGraphQLError(refusal)];
      const operation = 'kind' in document ? namedOperation(document, operationName) : null;
      extra.running.set(id, { requestId, operation, began: performance.now(), errorCodes: [] });
      if (!('kind' in document)) return document;
      if (extra.caller === null) return [asGraphQLError(unauthenticated(false))];
      const contextValue: RequestContext = { service, caller: extra.caller, requestId, budget: new RequestBudget(config.queryTime) };
      const args = { schema, document, contextValue, variableValues: variables ?? null, operationName: operationName ?? null };
      if (limits.operations === null) return args;
      const cost = costOf(schema, { document, variables, operationName });
      return limits.operations
        .take(limits.keyOf(extra.caller, extra.request), cost)
        .then((toll) => (toll === null ? args : [asGraphQLError(toll)]));
    },
    onNext({ extra }, id, _payload, args, { data, errors }) {
      if (errors === undefined) return undefined;
      const running = extra.running.get(id);
      const told = formatted(errors, running?.requestId ?? crypto.randomUUID(), args);
      running?.errorCodes.push(...codesOf(told));
      return { data: data ?? null, errors: told };
    },
    onError({ extra }, id, _payload, errors) {
      const running = extra.running.get(id);
      const told = formatted(errors as readonly GraphQLError[], running?.requestId ?? crypto.randomUUID());
      running?.errorCodes.push(...codesOf(told));
      if (running?.operation?.type === 'subscription' && running.errorCodes.includes('OVERLOADED')) telemetry.dropped.inc();
      end(telemetry, extra, id);
      return told;
    },
    onComplete({ extra }, id) {
      end(telemetry, extra, id);
    },
  };
}

/** A connection is gone, and with it what was running on it. */
export function endConnection(telemetry: Telemetry, connection: Connection): void {
  for (const id of connection.running.keys()) end(telemetry, connection, id);
}

function end(telemetry: Telemetry, { running, caller }: Connection, id: string): void {
  const ended = running.get(id);
  if (ended === undefined) return;
  running.delete(id);
  const { requestId, operation, began, errorCodes } = ended;
  telemetry.ended({ requestId, caller: namedCaller(caller), operation, errorCodes, seconds: (performance.now() - began) / 1_000 });
}

function codesOf(errors: readonly GraphQLFormattedError[]): string[] {
  return errors.map(({ extensions }) => String(extensions?.code));
}

/** What `connection_init` carries: { authorization: "Bearer …" }, whatever its case, or { token: "…" }. */
function headerIn(payload: Readonly<Record<string, unknown>> | undefined): string | undefined {
  for (const [name, value] of Object.entries(payload ?? {})) {
    if (typeof value !== 'string') continue;
    if (name.toLowerCase() === 'authorization') return value;
    if (name === 'token') return `Bearer ${value}`;
  }
  return undefined;
}

function tooManyOperations(): RequestError {
  const message = `This connection has ${MOST_OPERATIONS} operations under way; end some, or open another connection.`;
  return new RequestError('OVERLOADED', message, { retryAfterMs: RETRY_AFTER_MS });
}

function asGraphQLError(error: RequestError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error });
}
