import { type ASTNode, type DocumentNode, GraphQLError, type GraphQLFormattedError, Kind, visit } from 'graphql';
import type { Logger } from 'pino';
import { type ErrorDetails, RequestError } from '../errors.ts';

/** Longest message that is sent; GraphQL quotes the caller's own value in its messages, however long. */
const LONGEST_MESSAGE = 500;

/** Where an error came from. */
export interface ErrorOrigin {
  readonly requestId: string;
  readonly document?: DocumentNode | undefined;
}

/**
 * What a caller gets to read of an error: its code, one line, and where. Only a RequestError speaks for itself; what GraphQL
 * refuses is the caller's mistake; everything else is ours, is logged with its cause, and says nothing but where to look it up.
 */
export function publicError(error: GraphQLError, origin: ErrorOrigin, logger: Logger): GraphQLFormattedError {
  const cause = causeOf(error);
  if (cause instanceof RequestError) return formatted(error, oneLine(cause.message), { code: cause.code, ...cause.details });
  if (isCallersMistake(error, cause))
    return formatted(error, oneLine(error.message), { code: 'BAD_USER_INPUT', ...argumentAt(error, origin) });
  if (isTooDeep(error, cause)) return formatted(error, 'The document is nested too deeply.', { code: 'BAD_USER_INPUT' });
  logger.error({ err: cause, requestId: origin.requestId, path: error.path }, 'a request failed');
  return formatted(error, 'Something went wrong inside the server; its log says what, under the requestId.', {
    code: 'INTERNAL_SERVER_ERROR',
    requestId: origin.requestId,
  });
}

export function oneLine(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE)}…`;
}

function formatted({ locations, path }: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLFormattedError {
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

/** The error that was thrown, under the wrapping that GraphQL and Apollo put around it. */
function causeOf(error: GraphQLError): Error {
  let cause: Error = error;
  while (cause instanceof GraphQLError && cause.originalError instanceof Error) cause = cause.originalError;
  return cause;
}

/**
 * GraphQL's own errors without a path refuse a document, its variables or the request. With a path, the error arose while fields
 * were resolved: an argument that didn't fit points at its place in the document, an answer of ours that didn't fit points nowhere.
 */
function isCallersMistake(error: GraphQLError, cause: Error): boolean {
  if (!(cause instanceof GraphQLError)) return false;
  return error.path === undefined || (cause !== error && (cause.nodes?.length ?? 0) > 0);
}

/** GraphQL reads and checks a document by calling itself for each level; what is nested beyond all measure ends that before any field is read. */
function isTooDeep({ path }: GraphQLError, cause: Error): boolean {
  return path === undefined && cause instanceof RangeError && cause.message.includes('call stack');
}

/** The argument that a refused value, or a refused variable, was meant for. */
function argumentAt({ nodes }: GraphQLError, { document }: ErrorOrigin): ErrorDetails {
  const [node] = nodes ?? [];
  if (node === undefined || document === undefined) return {};
  const isMeant =
    node.kind === Kind.VARIABLE_DEFINITION
      ? (other: ASTNode) => other.kind === Kind.VARIABLE && other.name.value === node.variable.name.value
      : (other: ASTNode) => other === node;
  let argument: string | undefined;
  visit(document, {
    Argument: (candidate) => {
      if (argument === undefined && (candidate === node || holds(candidate, isMeant))) argument = candidate.name.value;
    },
  });
  return argument === undefined ? {} : { argument };
}

function holds(tree: ASTNode, isMeant: (node: ASTNode) => boolean): boolean {
  let found = false;
  visit(tree, {
    enter: (node) => {
      found ||= isMeant(node);
    },
  });
  return found;
}
