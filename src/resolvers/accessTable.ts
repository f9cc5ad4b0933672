import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import { RULES, type Rule } from './accessRules.ts';
import { isAtLeast, type Role } from './caller.ts';

/** Who may ask about whom: the columns of the table. */
export interface Asking {
  readonly title: string;
  readonly role: Role;
  /** Whether the user named is the one whose token it is. */
  readonly own: boolean;
}

export const ASKING: readonly Asking[] = [
  { title: 'user, own', role: 'user', own: true },
  { title: 'user, others', role: 'user', own: false },
  { title: 'read', role: 'read', own: false },
  { title: 'write', role: 'write', own: false },
  { title: 'admin', role: 'admin', own: false },
];

/** `null`: it may be asked for, and is null. */
export type Cell = 'yes' | 'no' | 'null';

/** One field on the way to another. */
export interface Step {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
}

/** A field of the schema, and what it takes to get there. */
export interface Row extends Step {
  /** Called about nobody in particular, where that is another matter. */
  readonly unowned: boolean;
}

export function rowsOf(schema: GraphQLSchema): Row[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  ) as GraphQLObjectType[];
  return types.flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) => {
      const row = { type, field, unowned: false };
      return ruleOf(row).unowned === undefined ? [row] : [row, { ...row, unowned: true }];
    }),
  );
}

/** The fields that lead from a root to a type, for each type that can be reached. */
export function waysOf(schema: GraphQLSchema, asking: Asking): Map<string, readonly Step[]> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((type) => type != null);
  const ways = new Map<string, readonly Step[]>(roots.map((type) => [type.name, []]));
  const queue = [...roots];
  for (const type of queue) {
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type);
      const step = { type, field };
      const rule = ruleOf(step);
      const isOpen = cellOf(rule, asking, false) === 'yes' || (rule.unowned !== undefined && cellOf(rule, asking, true) === 'yes');
      if (!isOpen || !isObjectType(target) || ways.has(target.name)) continue;
      ways.set(target.name, [...ways.get(type.name)!, step]);
      queue.push(target);
    }
  }
  return ways;
}

export function cellFor(row: Row, asking: Asking, ways: ReadonlyMap<string, unknown>): Cell {
  return ways.has(row.type.name) ? cellOf(ruleOf(row), asking, row.unowned) : 'no';
}

/** The text of docs/access.md. */
export function accessText(schema: GraphQLSchema): string {
  const ways = ASKING.map((asking) => waysOf(schema, asking));
  const lines = rowsOf(schema).map((row) => {
    const name = `${row.type.name}.${row.field.name}${row.unowned ? ', about nobody' : ''}`;
    return [name, ...ASKING.map((asking, index) => cellFor(row, asking, ways[index]!))];
  });
  const table = [['field', ...ASKING.map(({ title }) => title)], ['---', ...ASKING.map(() => '---')], ...lines];
  return `${HEAD}${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

const HEAD = `# Who may read what

Printed from the schema and its rules (\`src/resolvers/accessRules.ts\`) by \`npm run schema\`; a test asks a running server for every cell.

Without a token nothing is answered where tokens are set. \`user, own\`: the token of role \`user:ID\` asks about that user;
\`user, others\`: it asks about another. yes: answered; null: answered with null; no: \`FORBIDDEN\`, or behind a field that is.

`;

function ruleOf({ type, field }: Step): Rule {
  return RULES[type.name]![field.name]!;
}

function cellOf({ least, owner, unowned, hidden }: Rule, { role, own }: Asking, aboutNobody: boolean): Cell {
  const needed = aboutNobody && unowned !== undefined ? unowned : least;
  if (isAtLeast(role, needed) || (role === 'user' && own && owner !== undefined && !aboutNobody)) return 'yes';
  return hidden ? 'null' : 'no';
}
