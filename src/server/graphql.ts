import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { RequestError } from '../errors.ts';
import type { RequestContext } from '../resolvers/context.ts';
import { RequestBudget } from '../resolvers/guard.ts';
import type { RecommenderService } from '../service.ts';
import { GRAPHQL_PATH, retrySeconds } from './answer.ts';
import { callerOf } from './authentication.ts';
import { costOf } from './cost.ts';
import { documentRules, parseOptions } from './limits.ts';
import { operationOf } from './operation.ts';
import { playground, wantsPage } from './playground.ts';
import { type ErrorOrigin, publicError } from './publicError.ts';
import type { RateLimits } from './rateLimits.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** The document or its variables were refused: GraphQL over HTTP gives this a status of its own. */
    documentRefused: boolean;
  }
}

interface HttpContext extends RequestContext {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Apollo's codes of a document that isn't run, by which its 400 is told from the 400 of an unreadable body. */
const DOCUMENT_CODES = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE', 'BAD_USER_INPUT']);

interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  readonly service: RecommenderService;
  readonly logger: Logger;
  readonly limits: RateLimits;
  readonly config: Pick<Config, 'introspection' | 'queryTime'>;
}

/**
 * Serves GraphQL over HTTP: POST for everything, GET for queries, and the playground to who asks for a page.
 * @returns stops it
 */
export async function serveGraphQL(app: FastifyInstance, options: GraphQLOptions): Promise<() => Promise<void>> {
  const { service, config } = options;
  const apollo = newApollo(options);
  await apollo.start();
  const run = fastifyApolloHandler(apollo, {
    context: async (request: FastifyRequest, reply: FastifyReply) => ({
      service,
      caller: callerOf(request),
      requestId: request.id,
      budget: new RequestBudget(config.queryTime),
      request,
      reply,
    }),
  });
  const answerPage = playground();
  app.decorateReply('documentRefused', false);
  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    // The page is the same for everybody; what it then asks is not.
    config: { open: (request) => config.introspection && wantsPage(request) },
    handler: async (request, reply) => {
      if (config.introspection && wantsPage(request)) return answerPage(request, reply);
      if (request.method === 'POST') checkBody(request.body);
      const body = await run.call(app, request, reply);
      if (reply.documentRefused && !isGraphQLResponse(reply)) void reply.code(200);
      return body;
    },
  });
  return () => apollo.stop();
}

/** What Apollo would refuse in fewer words. */
function checkBody(body: unknown): void {
  if (Array.isArray(body)) throw new RequestError('BAD_USER_INPUT', 'A request holds one operation; send a list of them one by one.');
  if (typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string') return;
  throw new RequestError('BAD_USER_INPUT', 'The body must be a JSON object with a query, such as {"query": "{ __typename }"}.');
}

function newApollo({ schema, logger, limits, config }: GraphQLOptions): ApolloServer<HttpContext> {
  const origins = new WeakMap<GraphQLError, ErrorOrigin>();
  return new ApolloServer<HttpContext>({
    schema,
    logger,
    parseOptions,
    validationRules: documentRules(config.introspection),
    // Refused by our own rule, as over WebSocket.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    // Origin, Host and content type are checked before Apollo (protection.ts); its own check would refuse a plain GET.
    csrfPrevention: false,
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), note(origins), charge(limits)],
    formatError: (_formatted, error) => {
      const graphQLError = asGraphQLError(error);
      return publicError(graphQLError, origins.get(graphQLError) ?? { requestId: crypto.randomUUID() }, logger);
    },
  });
}

/**
 * Tells the reply what was asked for and which errors it has, for the log and the metrics; and remembers of each error which request it
 * belongs to, which formatError isn't told.
 */
function note(origins: WeakMap<GraphQLError, ErrorOrigin>): ApolloServerPlugin<HttpContext> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, contextValue, document }) => {
        for (const error of errors) origins.set(error, { requestId: contextValue.requestId, document });
        contextValue.reply.documentRefused = errors.every(({ extensions }) => DOCUMENT_CODES.has(String(extensions.code)));
      },
      didResolveOperation: async ({ operation, contextValue }) => {
        contextValue.reply.operation = operation === undefined ? null : operationOf(operation);
      },
      willSendResponse: async ({ response, contextValue }) => {
        if (response.body.kind !== 'single') return;
        const errors = response.body.singleResult.errors ?? [];
        contextValue.reply.errorCodes = errors.map(({ extensions }) => String(extensions?.code));
      },
    }),
  };
}

/** Takes what an operation costs from who asks, before it is run. */
function charge({ operations, keyOf }: RateLimits): ApolloServerPlugin<HttpContext> {
  if (operations === null) return {};
  return {
    requestDidStart: async ({ schema }) => ({
      didResolveOperation: async ({ document, request: { variables, operationName }, contextValue: { caller, request, reply } }) => {
        const refusal = await operations.take(keyOf(caller, request.raw), costOf(schema, { document, variables, operationName }));
        if (refusal === null) return;
        void reply.header('retry-after', retrySeconds(refusal.details));
        throw tooMuch(refusal);
      },
    }),
  };
}

/** Apollo takes the status of an answer from the extension `http`. */
function tooMuch(refusal: RequestError): GraphQLError {
  return new GraphQLError(refusal.message, { originalError: refusal, extensions: { http: { status: 429 } } });
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(cause.message, { originalError: cause });
}

function isGraphQLResponse(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type')).startsWith('application/graphql-response+json');
}
