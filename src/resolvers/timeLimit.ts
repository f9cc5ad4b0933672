import { defaultFieldResolver, type GraphQLSchema, getNamedType, isLeafType, isObjectType } from 'graphql';
import type { RequestContext } from './context.ts';

/**
 * Lets every field of a query that is more than a value look at the clock first. A mutation is left alone: it may have waited for the
 * disk, and what was done must be told.
 */
export function limitTime(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    if (type === schema.getMutationType() || type === schema.getSubscriptionType()) continue;
    for (const field of Object.values(type.getFields())) {
      if (isLeafType(getNamedType(field.type))) continue;
      const { resolve = defaultFieldResolver } = field;
      field.resolve = (source, args, context: RequestContext, info) => {
        if (info.operation.operation === 'query') context.budget.checkTime();
        return resolve(source, args, context, info);
      };
    }
  }
}
