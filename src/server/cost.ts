import { type DocumentNode, type GraphQLSchema, getNamedType, isLeafType } from 'graphql';
import { type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity';
import { MOST_ROWS } from '../resolvers/guard.ts';

/** What asking for a root field costs by itself, where it is more than reading one object: about the microseconds that it takes, by ten. */
const WEIGHTS: Readonly<Record<string, number>> = {
  recommendations: 20,
  similarMovies: 20,
  onboarding: 20,
  movies: 20,
  dataset: 10,
  heatmap: 50,
  rateMovie: 10,
  rateMovies: 10,
  withdrawRating: 50,
  notSeen: 10,
  putMovie: 10,
  putUser: 10,
  forgetUser: 10_000,
  trainModel: 10_000,
  activateModel: 10_000,
  modelUpdated: 10,
  trainingProgress: 10,
};
/** Of the lab's REST call: a list of predictions. */
export const PREDICT_COST = 30;
/** Of an operation whose cost can't be told: it will be refused for what is wrong with it. */
const LEAST = 1;

/** What an operation costs: its objects, those in lists as often as the arguments ask for, numbers in variables included. */
export function costOf(
  schema: GraphQLSchema,
  operation: { document: DocumentNode; variables?: Record<string, unknown> | null | undefined; operationName?: string | null | undefined },
): number {
  const { document, variables, operationName } = operation;
  try {
    const cost = getComplexity({
      schema,
      query: document,
      ...(variables && { variables }),
      ...(operationName && { operationName }),
      estimators: [costOfField],
    });
    return Number.isFinite(cost) ? Math.max(LEAST, Math.ceil(cost)) : LEAST;
  } catch {
    return LEAST;
  }
}

function costOfField({ field, args, childComplexity }: ComplexityEstimatorArgs): number {
  const own = WEIGHTS[field.name] ?? (isLeafType(getNamedType(field.type)) ? 0 : 1);
  const rows = rowsIn(args);
  return field.name === 'rateMovies' ? own * rows + childComplexity : own + rows * (childComplexity + 1) - 1;
}

/** How many rows the arguments ask for; what is out of range is refused later. */
function rowsIn({ n, first, last, ratings, users }: Record<string, unknown>): number {
  if (Array.isArray(ratings)) return Math.min(ratings.length, MOST_ROWS);
  const wanted = [n, first, last, users].find((value) => typeof value === 'number');
  return typeof wanted === 'number' ? Math.min(Math.max(1, wanted), MOST_ROWS) : 1;
}
