import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** What keeps the machine busy for long, or leaves nothing to ask about. */
const LEFT_OUT = new Set(['trainModel', 'activateModel', 'forgetUser']);
const DEPTH = 3;

export interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly writes: boolean;
}

const HOSTILE_TEXT: fc.Arbitrary<string> = fc.oneof(
  { weight: 16, arbitrary: fc.constantFrom('1', '2', '5', '60', 'new', 'Drama', '2026-01-31T10:15:30.000Z') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', ' ', '__proto__', 'constructor', 'toString', 'null', '\u0000', '\u202e', '\u200b', '\ud800', '\u2028'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "' OR 1=1 --",
      '"; DROP TABLE events',
      '%',
      '../../etc/passwd',
      '<script>',
      '$(id)',
      '{{1}}',
      '1e999',
      '0'.repeat(300),
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.nat(5_000).map((length) => 'x'.repeat(length)) },
);
const HOSTILE_INT = fc.constantFrom(0, 1, 2, 5, 10, 1_000, 1_001, -1, 2_147_483_647, -2_147_483_648);
const HOSTILE_FLOAT = fc.constantFrom(0, 1, 3.5, 4, 5, -1, 0.1, 3.3, 99, 1e308, -1e308, 5e-324, 0.9, -0);

/** A value that a variable of the type may have, and now and then one that it may not. */
function inputOf(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type))
    return fc.oneof(
      { weight: 19, arbitrary: inputOf(type.ofType, depth) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(null, {}, [], true) },
    );
  return fc.oneof({ weight: 4, arbitrary: givenOf(type, depth) }, { weight: 1, arbitrary: fc.constant(null) });
}

function givenOf(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isListType(type)) return fc.array(inputOf(type.ofType, depth + 1), { maxLength: depth > 1 ? 2 : 20 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name), 'NONE');
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field): [string, fc.Arbitrary<unknown>] => [
      field.name,
      inputOf(field.type, depth + 1),
    ]);
    const needed = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return fc.record(Object.fromEntries(fields), { requiredKeys: needed.map(({ name }) => name) });
  }
  switch (getNamedType(type).name) {
    case 'Int':
      return HOSTILE_INT;
    case 'Float':
      return HOSTILE_FLOAT;
    case 'Boolean':
      return fc.boolean();
    default:
      return HOSTILE_TEXT;
  }
}

/** Which arguments of a field are given, and with what; each is a variable. */
function argumentsOf(args: readonly GraphQLArgument[]): fc.Arbitrary<Map<GraphQLArgument, unknown>> {
  const choices = args.map((argument) => {
    const given = inputOf(argument.type, 0).map((value) => [[argument, value]] as [GraphQLArgument, unknown][]);
    return isRequiredArgument(argument) ? given : fc.oneof(given, fc.constant<[GraphQLArgument, unknown][]>([]));
  });
  return fc.tuple(...choices).map((entries) => new Map(entries.flat()));
}

/** Some fields of what a field answers, under names of their own now and then. */
function selectionOf(type: GraphQLOutputType, depth: number): fc.Arbitrary<string> {
  const named = getNamedType(type);
  if (!isObjectType(named)) return fc.constant(isCompositeType(named) ? ' { __typename }' : '');
  const fields = Object.values(named.getFields()).filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
  const optional = fields.filter(({ args }) => !args.some(isRequiredArgument));
  if (optional.length === 0) return fc.constant(' { __typename }');
  return fc
    .subarray(optional, { minLength: 1, maxLength: Math.min(5, optional.length) })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((field) =>
          fc
            .tuple(
              fc.constantFrom('', 'a: ', ''),
              fc.constantFrom('', ' @include(if: true)', ' @skip(if: true)', ''),
              selectionOf(field.type, depth - 1),
            )
            .map(([alias, directive, inner]) => `${alias && `${alias.slice(0, 1)}_${field.name}: `}${field.name}${directive}${inner}`),
        ),
      ),
    )
    .map((parts) => ` { __typename ${parts.join(' ')} }`);
}

function operationOn(root: GraphQLObjectType, field: GraphQLField<unknown, unknown>): fc.Arbitrary<Operation> {
  const kind = root.name.toLowerCase();
  return fc.tuple(argumentsOf(field.args), selectionOf(field.type, DEPTH)).map(([given, selection]) => {
    const declared = [...given.keys()].map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
    const passed = [...given.keys()].map(({ name }) => `${name}: $${name}`).join(', ');
    const query = `${kind}${declared && ` (${declared})`} { ${field.name}${passed && `(${passed})`}${selection} }`;
    return { query, variables: Object.fromEntries([...given].map(([{ name }, value]) => [name, value])), writes: kind === 'mutation' };
  });
}

/** Operations that the schema allows, with values that nobody should send. */
export function operations(schema: GraphQLSchema): fc.Arbitrary<Operation> {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => type != null);
  const fields = roots.flatMap((root) => Object.values(root.getFields()).map((field) => ({ root, field })));
  return fc.oneof(...fields.filter(({ field }) => !LEFT_OUT.has(field.name)).map(({ root, field }) => operationOn(root, field)));
}
