import { type GraphQLArgument, getNamedType, isCompositeType, isNonNullType, isRequiredArgument } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelUpdate } from '../../src/domain.ts';
import { ASKING, type Asking, type Cell, cellFor, type Row, rowsOf, type Step, waysOf } from '../../src/resolvers/accessTable.ts';
import { servedSchema } from '../../src/resolvers/schema.ts';
import { ask, connect, type GraphQLAnswer } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';
import { furnish } from './furnished.ts';

const schema = servedSchema();
const SECRETS = { user: 'secret-of-one', read: 'secret-to-read', write: 'secret-to-write', admin: 'secret-of-all' } as const;
const OWN = '1';
const OTHER = '2';

let server: TestServer;
let furnished: ReturnType<typeof furnish>;
beforeAll(async () => {
  const tokens = [`one:user:${OWN}:${SECRETS.user}`, `r:read:${SECRETS.read}`, `w:write:${SECRETS.write}`, `a:admin:${SECRETS.admin}`];
  server = await startTestServer({ tokens: tokens.join(',') });
  furnished = furnish(server.service);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
});

const userOf = ({ own }: Asking) => (own ? OWN : OTHER);

/** A value for each argument that must be there, and the user wherever one may be named. */
function argumentsOf({ field, type }: Step, asking: Asking, unowned: boolean): string {
  const user = JSON.stringify(userOf(asking));
  const values: Record<string, string> = {
    userId: user,
    id: type.name === 'Query' && field.name === 'user' ? user : '"5"',
    movieId: field.name === 'notSeen' ? '"60"' : '"5"',
    rating: '4',
    ratings: `[{ userId: ${user}, movieId: "5", rating: 99 }]`,
    input: field.name === 'putUser' ? `{ id: ${user} }` : '{ id: "5", title: "Film 5" }',
    version: '1',
    after: '0',
  };
  const wanted = (argument: GraphQLArgument) => isRequiredArgument(argument) || (argument.name === 'userId' && !unowned);
  const given = field.args.filter(wanted).map(({ name }) => `${name}: ${values[name]}`);
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}

/** The operation that asks for one field by the way to it. */
function operationFor(row: Row, way: readonly Step[], asking: Asking): string {
  const steps = [...way, row];
  const leaf = isCompositeType(getNamedType(row.field.type)) ? ' { __typename }' : '';
  const body = steps.reduceRight((inner, step, index) => {
    // On the way to another field, an update of everybody is as good as one.
    const args = argumentsOf(step, asking, index === steps.length - 1 ? row.unowned : asking.role !== 'admin' && !asking.own);
    return ` { ${step.field.name}${args}${inner} }`;
  }, leaf);
  return `${steps[0]!.type.name.toLowerCase()}${body}`;
}

async function answerTo(operation: string, { role }: Asking): Promise<Pick<GraphQLAnswer, 'data' | 'errors'>> {
  const authorization = `Bearer ${SECRETS[role]}`;
  if (!operation.startsWith('subscription')) return ask(server, operation, {}, { authorization });
  const client = connect(server, { authorization });
  try {
    for await (const { data, errors } of client.iterate({ query: operation })) {
      return { data, errors: (errors ?? []) as unknown as GraphQLAnswer['errors'] };
    }
    throw new Error('the subscription ended without a word');
  } catch (errors) {
    return { data: null, errors: errors as GraphQLAnswer['errors'] };
  } finally {
    await client.dispose();
  }
}

/** Every value at the end of a way through an answer. */
function valuesAt(data: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(data)) return data.flatMap((item) => valuesAt(item, path));
  const [name, ...rest] = path;
  if (name === undefined) return [data];
  return data === null || data === undefined ? [] : valuesAt(Reflect.get(data, name), rest);
}

/** What a cell says of an answer. */
function cellIn(row: Row, way: readonly Step[], { data, errors }: Pick<GraphQLAnswer, 'data' | 'errors'>): Cell | string {
  if (errors.length > 0) {
    const codes = [...new Set(errors.map(({ extensions }) => extensions.code))].join(' ');
    return codes === 'FORBIDDEN' ? 'no' : codes;
  }
  const values = valuesAt(
    data,
    [...way, row].map(({ field }) => field.name),
  );
  if (values.length === 0) return 'nobody has been there';
  return values.every((value) => value === null) ? 'null' : 'yes';
}

describe.each(ASKING)('the role $title', (asking) => {
  const ways = waysOf(schema, asking);
  // A way that is closed to the role is tried as an admin would go it.
  const others = waysOf(schema, ASKING.at(-1)!);

  it('gets of every field what the table says', async () => {
    furnished.about(userOf(asking));
    const wrong: string[] = [];
    for (const row of rowsOf(schema)) {
      const way = ways.get(row.type.name) ?? others.get(row.type.name)!;
      const cell = cellIn(row, way, await answerTo(operationFor(row, way, asking), asking));
      const declared = cellFor(row, asking, ways);
      if (cell === declared || (declared === 'yes' && cell === 'null' && mayBeNull(row))) continue;
      wrong.push(`${row.type.name}.${row.field.name}: ${cell}, declared ${declared}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** What nobody has said, or what is not there; the users' words and ids are all there. */
function mayBeNull({ type, field }: Row): boolean {
  return !isNonNullType(field.type) && type.name !== 'ModelUpdate';
}

describe('what a user says of another', () => {
  const CANARY = 'canary';

  beforeAll(() => vi.mocked(server.service.updates).mockRestore());

  it('is in no answer and in no error that the token of a user gets, whatever it asks for', async () => {
    await server.service.putUser({ id: `${CANARY}-user`, occupation: `${CANARY}-work` });
    const asked = { userId: `${CANARY}-user`, movieId: '60', rating: 3.5, ratedAt: null, requestId: `${CANARY}-request` };
    await server.service.rate(asked);
    const told: string[] = [];
    for (const row of rowsOf(schema).filter(({ type }) => type.name === 'Query' || type.name === 'Mutation')) {
      const operation = `${row.type.name.toLowerCase()} { ${row.field.name}${argumentsOf(row, ASKING[0]!, false)}${everythingOf(row, 4)} }`;
      const answer = await answerTo(operation, ASKING[0]!);
      told.push(JSON.stringify(answer));
    }
    const foreign = `{ recommendations(userId: "${CANARY}-user") { score } }`;
    expect((await answerTo(foreign, ASKING[0]!)).errors).toEqual(
      (await answerTo('{ recommendations(userId: "nobody") { score } }', ASKING[0]!)).errors,
    );
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter((text) => text.includes('"errors":[]')).length).toBeGreaterThan(8);
    expect(told.filter((text) => text.includes(CANARY))).toEqual([]);
  });

  it('is not in the updates of a token that may read everything else, unless it is an admin', async () => {
    const updates = '{ updates(after: 0) { userId movieId sequence } }';
    for (const [role, names] of [
      ['read', false],
      ['write', false],
      ['admin', true],
    ] as const) {
      const { data } = await answerTo(updates, { title: role, role, own: false });
      expect(data.updates.length).toBeGreaterThan(10);
      expect(data.updates.some(({ userId, movieId }: ModelUpdate) => userId !== null || movieId !== null)).toBe(names);
    }
    const { data } = await answerTo(updates, ASKING[0]!);
    expect(new Set(data.updates.map(({ userId }: ModelUpdate) => userId))).toEqual(new Set([null, OWN]));
  });
});

/** Everything of a field that may be asked for without an argument, so many levels deep. */
function everythingOf({ field }: Pick<Step, 'field'>, depth: number): string {
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return '';
  if (!('getFields' in type) || depth === 0) return ' { __typename }';
  const inner = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument));
  return ` { ${inner.map((each) => `${each.name}${everythingOf({ field: each }, depth - 1)}`).join(' ')} }`;
}
