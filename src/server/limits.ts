import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';

/** Bytes that a request's body, or a message on a WebSocket, may have. */
export const MOST_BODY_BYTES = 1_048_576;

/**
 * What a document may ask. Wide enough for GraphiQL's introspection and for a hundred predictions in one request,
 * each under a name of its own; far below what would keep the server busy.
 */
const LIMITS = {
  /** Words and signs; checked by graphql-js while it reads, so that a huge document is never read to its end. */
  tokens: 5_000,
  depth: 12,
  aliases: 100,
  directives: 50,
  /** One for a field, two for an object, times 1.5 a level, times a literal `first` or `last`. */
  cost: 500_000,
} as const;

export const parseOptions = { maxTokens: LIMITS.tokens };

const LIMITING = new ApolloArmor({
  maxDepth: { n: LIMITS.depth, ...reporting() },
  maxAliases: { n: LIMITS.aliases, allowList: [], ...reporting() },
  maxDirectives: { n: LIMITS.directives, ...reporting() },
  costLimit: { maxCost: LIMITS.cost, ...reporting() },
  // Armor would read each document a second time; parseOptions does it while it is read the first time.
  maxTokens: { enabled: false },
  // The schema is public: a hint at the right name helps people and tells nobody a secret.
  blockFieldSuggestion: { enabled: false },
}).protect().validationRules;

/** What a document must keep to beside the schema. @param introspection whether it may ask for the schema itself */
export function documentRules(introspection: boolean): ValidationRule[] {
  return introspection ? [...LIMITING] : [...LIMITING, NoSchemaIntrospectionCustomRule];
}

/**
 * Reads a document and checks it against the schema and the limits.
 * @returns the document, or the errors that refuse it
 */
export function readDocument(
  schema: GraphQLSchema,
  query: string,
  rules: readonly ValidationRule[],
): DocumentNode | readonly GraphQLError[] {
  let document: DocumentNode;
  try {
    document = parse(query, parseOptions);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    if (error instanceof RangeError) return [new GraphQLError('The document is nested too deeply.')];
    throw error;
  }
  const errors = validate(schema, document, [...specifiedRules, ...rules]);
  return errors.length > 0 ? errors : document;
}

/** Armor calls what it finds a syntax error; it isn't one. */
function reporting() {
  const report = (context: ValidationContext | null, error: GraphQLError) =>
    context?.reportError(new GraphQLError(error.message.replace(/^Syntax Error: /, '')));
  return { propagateOnRejection: false, onReject: [report] };
}
