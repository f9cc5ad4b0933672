import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, type ErrorDetails, RequestError } from '../errors.ts';
import { oneLine } from './publicError.ts';

export const GRAPHQL_PATH = '/graphql';

const STATUS: Record<ErrorCode, number> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** A refusal outside GraphQL: as GraphQL's clients read it on its path, as the REST call's clients do elsewhere. */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: { status: number; code: ErrorCode; message: string; details?: ErrorDetails & { requestId?: string } },
): FastifyReply {
  const { status, code, message, details } = refusal;
  const body = isGraphQL(request) ? { errors: [{ message, extensions: { code, ...details } }] } : { error: { code, message, ...details } };
  reply.errorCodes = [code];
  if (details?.retryAfterMs !== undefined) void reply.header('retry-after', retrySeconds(details));
  return reply.code(status).type('application/json; charset=utf-8').send(body);
}

/** As the header Retry-After has it. */
export function retrySeconds({ retryAfterMs = 0 }: ErrorDetails): number {
  return Math.ceil(retryAfterMs / 1_000);
}

/** Fastify's error handler: whatever was thrown becomes one line, and what nobody expected goes to the log. */
export function answerError(
  error: Error & { statusCode?: number; code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // Fastify would close the connection of a refused body, and cut off a client that is still sending; Node reads the rest and drops it.
  reply.removeHeader('connection');
  if (error instanceof RequestError) {
    return refuse(request, reply, {
      status: STATUS[error.code],
      code: error.code,
      message: oneLine(error.message),
      details: error.details,
    });
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return refuse(request, reply, { status, code: 'BAD_USER_INPUT', message: refusalText(error, status) });
  request.log.error({ err: error, requestId: request.id }, 'a request failed');
  return refuse(request, reply, {
    status: 500,
    code: 'INTERNAL_SERVER_ERROR',
    message: 'Something went wrong inside the server; its log says what, under the requestId.',
    details: { requestId: request.id },
  });
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = oneLine(`There is nothing at ${request.method} ${request.url}; see /graphql.`);
  return refuse(request, reply, { status: 404, code: 'NOT_FOUND', message });
}

function refusalText(error: Error & { code?: string }, status: number): string {
  if (status === 413) return 'The body is larger than 1 MB; send less at a time.';
  if (status === 415) return NEEDS_JSON;
  if (error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'The body is empty; send JSON.';
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY') return 'The body is not valid JSON.';
  return oneLine(error.message);
}

export const NEEDS_JSON = 'POST needs the header Content-Type: application/json.';

function isGraphQL({ url }: FastifyRequest): boolean {
  return url === GRAPHQL_PATH || url.startsWith(`${GRAPHQL_PATH}?`);
}
