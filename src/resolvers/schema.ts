import 'reflect-metadata';
import { createPubSub } from '@graphql-yoga/subscription';
import { GraphQLFloat, GraphQLList, GraphQLNonNull, type GraphQLObjectType, type GraphQLSchema, printSchema } from 'graphql';
import { buildSchemaSync, getMetadataStorage } from 'type-graphql';
import { authorize } from './access.ts';
import { DatasetResolver } from './dataset.resolver.ts';
import { DiscoveryResolver } from './discovery.resolver.ts';
import { FairnessResolver } from './fairness.resolver.ts';
import { LatentFactorResolver } from './latentFactor.resolver.ts';
import { ModelResolver } from './model.resolver.ts';
import { MovieResolver } from './movie.resolver.ts';
import { RatingResolver } from './rating.resolver.ts';
import { ExplanationResolver, PredictedResolver, RecommendationResolver } from './recommendation.resolver.ts';
import { limitTime } from './timeLimit.ts';
import { TrainingResolver } from './training.resolver.ts';
import { UpdateResolver } from './update.resolver.ts';
import { UserResolver } from './user.resolver.ts';

let built: GraphQLSchema | null = null;

/**
 * The schema of everything that is served, each field behind its rule. It holds no state and serves any number of servers, so it is
 * built once: type-graphql reads the parameters of every method a second time when it builds a second schema.
 */
export function servedSchema(): GraphQLSchema {
  built ??= createSchema();
  return built;
}

function createSchema(): GraphQLSchema {
  orderParameters();
  const schema = buildSchemaSync({
    resolvers: [
      RecommendationResolver,
      PredictedResolver,
      ExplanationResolver,
      DiscoveryResolver,
      LatentFactorResolver,
      MovieResolver,
      UserResolver,
      RatingResolver,
      DatasetResolver,
      FairnessResolver,
      ModelResolver,
      UpdateResolver,
      TrainingResolver,
    ],
    // Arguments are checked by GraphQL's own types, by guard.ts and by the service.
    validate: false,
    // Asked for as soon as there is a subscription; ours bring their own source (feed.ts), so nothing is published here.
    pubSub: createPubSub(),
  });
  readGettersPlainly(schema);
  makeHeatmapRowsNonNull(schema);
  limitTime(schema);
  authorize(schema);
  return schema;
}

/** The text of `schema.graphql`. */
export function schemaText(): string {
  return `${printSchema(servedSchema())}\n`;
}

/** A getter needs no more than to be read; type-graphql would wrap each reading, of which a list has hundreds, in four calls. */
function readGettersPlainly(schema: GraphQLSchema): void {
  const { fieldResolvers, objectTypes } = getMetadataStorage();
  const getters = fieldResolvers.filter(({ kind, params = [] }) => kind === 'internal' && params.length === 0);
  for (const { target, name } of objectTypes) {
    const fields = (schema.getType(name) as GraphQLObjectType).getFields();
    for (const { target: declared, methodName, schemaName } of getters) {
      const isOf = target === declared || target.prototype instanceof declared;
      if (isOf && methodName === schemaName) delete fields[schemaName]!.resolve;
    }
  }
}

/** `[[Float]!]!` can't be said in a decorator, where items are null on every level or on none. */
function makeHeatmapRowsNonNull(schema: GraphQLSchema): void {
  const { ratings } = (schema.getType('Heatmap') as GraphQLObjectType).getFields();
  ratings!.type = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(new GraphQLList(GraphQLFloat))));
}

/** Decorators of parameters run from the last to the first; people read arguments from the first to the last. */
function orderParameters(): void {
  getMetadataStorage().params.sort((one, other) => one.index - other.index);
}
