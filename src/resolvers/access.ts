import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { RequestError } from '../errors.ts';
import { RULES, type Rule } from './accessRules.ts';
import { type Caller, isAtLeast } from './caller.ts';
import type { RequestContext } from './context.ts';

/** @param source the object that the field belongs to */
function permits({ least, owner, unowned }: Rule, { role, userId }: Caller, source: unknown, args: Record<string, unknown>): boolean {
  if (isAtLeast(role, least)) return true;
  if (owner === undefined) return false;
  const about = owner(args, source);
  if (about === null) return unowned !== undefined && isAtLeast(role, unowned);
  return userId !== null && about === userId;
}

/**
 * Puts the rule of every field before its resolver. It is done to the schema and not by a type-graphql middleware, which is asynchronous:
 * an answer is read from the model in one turn of the event loop, and a rating between two fields of it would make them disagree.
 * @throws Error for a field without a rule, so that nothing is ever served by accident
 */
export function authorize(schema: GraphQLSchema): void {
  const unruled: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = RULES[type.name]?.[field.name];
      if (rule === undefined) unruled.push(`${type.name}.${field.name}`);
      else if (rule.least !== 'user') guard(field, rule);
    }
  }
  if (unruled.length > 0) throw new Error(`${unruled.join(', ')}: without a rule; say in src/resolvers/accessRules.ts who may read that.`);
}

function guard(field: GraphQLField<unknown, RequestContext>, rule: Rule): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  if (subscribe) {
    field.subscribe = (source, args, context, info) => {
      if (!permits(rule, context.caller, source, args)) throw forbidden(field, rule);
      return subscribe(source, args, context, info);
    };
    return;
  }
  field.resolve = (source, args, context, info) => {
    if (permits(rule, context.caller, source, args)) return resolve(source, args, context, info);
    if (rule.hidden) return null;
    throw forbidden(field, rule);
  };
}

/** Says what is missing, and nothing of whether there is what was asked for. */
function forbidden({ name }: GraphQLField<unknown, RequestContext>, { least, owner }: Rule): RequestError {
  const own = owner === undefined ? '' : ', or the token of the user whom it is about';
  return new RequestError('FORBIDDEN', `${name} needs a token of the role ${least}${own}.`);
}
