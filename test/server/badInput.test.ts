import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type GraphQLAnswer, post } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const DAY = 86_400_000;
const RATE =
  'mutation($userId: ID = "1", $movieId: ID = "1", $rating: Float!, $ratedAt: DateTime) { rateMovie(userId: $userId, movieId: $movieId, rating: $rating, ratedAt: $ratedAt) { sequence } }';

/** One line for people, the code that programs read, and the argument where there is one. */
function expectRefusal({ errors }: GraphQLAnswer, argument?: string): void {
  expect(errors.length).toBeGreaterThan(0);
  for (const { message, extensions } of errors) {
    expect(extensions.code).toBe('BAD_USER_INPUT');
    expect(extensions).not.toHaveProperty('stacktrace');
    expect(message).toMatch(/^[^\n]{5,520}$/);
    if (argument !== undefined) expect(extensions.argument).toBe(argument);
  }
}

/** The log has not grown. */
async function expectNothingStored(during: () => Promise<void>): Promise<void> {
  const { sequence } = server.service.modelStatus();
  await during();
  expect(server.service.modelStatus().sequence).toBe(sequence);
}

describe('a rating that is no rating', () => {
  it.each([
    ['above the scale', 5.5],
    ['below the scale', 0],
    ['negative', -1],
    ['off the step', 3.3],
    ['NaN as JSON has it', null],
    ['NaN as text', 'NaN'],
    ['no number at all', 'good'],
  ])('is refused and names its argument: %s', async (_what, rating) => {
    await expectNothingStored(async () => expectRefusal(await ask(server, RATE, { rating }), 'rating'));
  });

  it.each(['NaN', '1e999', '-1e999'])('is refused where it stands in the query itself: %s', async (literal) => {
    const query = `mutation { rateMovie(userId: "1", movieId: "1", rating: ${literal}) { sequence } }`;
    await expectNothingStored(async () => expectRefusal(await ask(server, query), 'rating'));
  });

  it.each([
    ['an empty user', { userId: '' }, 'userId'],
    ['an empty movie', { movieId: '' }, 'movieId'],
    ['a blank user', { userId: '  ' }, 'userId'],
    ['an id of 201 characters', { userId: 'x'.repeat(201) }, 'userId'],
    ['a control character', { movieId: 'a\u0007b' }, 'movieId'],
    ['a line break', { movieId: 'a\nb' }, 'movieId'],
    ['a time two days ahead', { ratedAt: new Date(Date.now() + 2 * DAY).toISOString() }, 'ratedAt'],
    ['a time that is none', { ratedAt: 'yesterday' }, 'ratedAt'],
  ])('is refused with %s', async (_what, variables, argument) => {
    await expectNothingStored(async () => expectRefusal(await ask(server, RATE, { rating: 4, ...variables }), argument));
  });

  it('is refused in a list of more than 1,000', async () => {
    const ratings = Array.from({ length: 1_001 }, (_, index) => ({ userId: 'u', movieId: String(index), rating: 4 }));
    const query = 'mutation($ratings: [RatingInput!]!) { rateMovies(ratings: $ratings) { accepted } }';
    await expectNothingStored(async () => expectRefusal(await ask(server, query, { ratings }), 'ratings'));
  });
});

describe('a count out of range', () => {
  it.each([
    ['recommendations(userId: "1", n: 0) { rank }', 'n'],
    ['recommendations(userId: "1", n: -3) { rank }', 'n'],
    ['recommendations(userId: "1", n: 1001) { rank }', 'n'],
    ['recommendations(userId: "1", n: 2.5) { rank }', 'n'],
    ['recommendations(userId: "1", n: 99999999999) { rank }', 'n'],
    ['movies(first: 0) { totalCount }', 'first'],
    ['users(first: 1001) { totalCount }', 'first'],
    ['user(id: "1") { ratings(first: 0) { totalCount } }', 'first'],
    ['liveCurve(last: 0) { rmse }', 'last'],
    ['updates(after: 0, first: 0) { sequence }', 'first'],
    ['updates(after: -1) { sequence }', 'after'],
    ['modelVersions(first: 1001) { version }', 'first'],
    ['dataset { mostRated(n: 0) { id } }', 'n'],
    ['dataset { heatmap(users: 0) { users } }', 'users'],
    ['dataset { heatmap(movies: 1001) { users } }', 'movies'],
  ])('is refused and names its argument: %s', async (field, argument) => {
    expectRefusal(await ask(server, `{ ${field} }`), argument);
  });

  it('is refused when the lists inside lists come to too much, numbers in variables included', async () => {
    const query = 'query($n: Int) { users(first: $n) { nodes { ratings(first: $n) { nodes { movie { title } } } } } }';
    for (let user = 0; user < 120; user++) await server.service.putUser({ id: `many-${user}` });
    expectRefusal(await ask(server, query, { n: 1_000 }), 'first');
  });
});

describe('an argument of the wrong kind', () => {
  it.each([
    ['an unknown model', '{ recommendations(userId: "1", model: BEST) { rank } }', 'model'],
    ['an unknown strategy', '{ recommendations(userId: "1", strategy: LUCK) { rank } }', 'strategy'],
    ['an interval of 0', '{ prediction(userId: "1", movieId: "1") { interval(level: 0) { low } } }', 'level'],
    ['an interval of 1', '{ prediction(userId: "1", movieId: "1") { interval(level: 1) { low } } }', 'level'],
    ['a cursor that is none', '{ movies(after: "nowhere") { totalCount } }', 'after'],
    ['an empty user', '{ recommendations(userId: "") { rank } }', 'userId'],
    ['a movie without title', 'mutation { putMovie(input: { id: "1" }) { id } }', 'input'],
  ])('is refused: %s', async (_what, query, argument) => {
    expectRefusal(await ask(server, query), argument);
  });

  it('is refused in a variable, which names the argument that it was meant for', async () => {
    const query = 'query($which: Model) { recommendations(userId: "1", model: $which) { rank } }';
    expectRefusal(await ask(server, query, { which: 'BEST' }), 'model');
  });

  it('does not come back in full when it is long', async () => {
    const answer = await ask(server, 'query($n: Int) { recommendations(userId: "1", n: $n) { rank } }', { n: 'x'.repeat(100_000) });
    expectRefusal(answer, 'n');
  });
});

describe('a model asked for by name', () => {
  it.each(['MF', 'GNN', 'BNN'])('is not found before it is trained: %s', async (model) => {
    const { errors } = await ask(server, `{ prediction(userId: "1", movieId: "1", model: ${model}) { score } }`);
    expect(errors[0]).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    expect(errors[0]!.message).toContain('not trained yet');
  });
});

describe('a document that asks too much', () => {
  const aliases = (count: number, field: string) => `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')} }`;

  it.each([
    ['2,000 aliases', aliases(2_000, 'dataset { mean }')],
    ['2,000 aliases of __typename', aliases(2_000, '__typename')],
    ['150 aliases', aliases(150, '__typename')],
    ['50 levels', `${'{ dataset '.repeat(50)}{ mean }${' }'.repeat(50)}`],
    ['50 levels of introspection', `{ __schema { types ${'{ fields { type '.repeat(24)}{ name }${' } }'.repeat(24)} } }`],
    ['a fragment within itself', '{ dataset { ...A } } fragment A on Dataset { mean ...A }'],
    ['60 directives', `{ __typename ${'@include(if: true) '.repeat(60)} }`],
    ['a million rows', '{ users(first: 1000) { nodes { ratings(first: 1000) { nodes { movie { title genres } } } } } }'],
    ['6,000 words', `{ ${'__typename '.repeat(6_000)} }`],
  ])('is refused: %s', async (_what, query) => {
    expectRefusal(await ask(server, query));
  });

  it('lets a hundred predictions through, each under a name of its own', async () => {
    const { errors, data } = await ask(
      server,
      aliases(
        100,
        'prediction(userId: "1", movieId: "1") { score epistemicVariance explanation { summary contributions { kind label value } } }',
      ),
    );
    expect(errors).toEqual([]);
    expect(Object.keys(data)).toHaveLength(100);
  });
});

describe('a body that is no request', () => {
  it.each([
    ['malformed JSON', '{"query": "{ __typename }"', 400],
    ['no JSON at all', 'hello', 400],
    ['nothing', '', 400],
    ['a batch of 1,000', JSON.stringify(Array.from({ length: 1_000 }, () => ({ query: '{ __typename }' }))), 400],
    ['no query', '{}', 400],
    ['a number', '7', 400],
    ['a query that is a number', '{"query": 7}', 400],
    ['variables that are a list', '{"query": "{ __typename }", "variables": [1]}', 400],
    ['20 MB', JSON.stringify({ query: `{ __typename } #${'x'.repeat(20_000_000)}` }), 413],
  ])('is refused: %s', async (_what, body, status) => {
    const answer = await post(server, body);
    expect(answer.status).toBe(status);
    expectRefusal(answer);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    'is refused with 415 when it says that it is %s',
    async (type) => {
      const answer = await post(server, '{"query": "{ __typename }"}', { 'content-type': type });
      expect(answer.status).toBe(415);
      expectRefusal(answer);
    },
  );

  it('is refused with 415 when it does not say what it is', async () => {
    const response = await fetch(`${server.url}/graphql`, { method: 'POST' });
    expect(response.status).toBe(415);
  });

  it('leaves the server answering', async () => {
    expect((await ask(server, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  });
});

describe('the status of a refused document', () => {
  const variants = [
    ['a syntax error', '{'],
    ['an unknown field', '{ nope }'],
    ['a wrong variable', 'query($n: Int!) { recommendations(userId: "1", n: $n) { rank } }'],
    ['an operation that is not there', 'query A { __typename } query B { __typename }'],
  ] as const;

  it.each(variants)('is 200 for a client of application/json: %s', async (_what, query) => {
    for (const accept of ['application/json', '*/*']) {
      const answer = await ask(server, query, {}, { accept });
      expect(answer.status).toBe(200);
      expectRefusal(answer);
    }
  });

  it.each(variants)('is 400 under application/graphql-response+json: %s', async (_what, query) => {
    const answer = await ask(server, query, {}, { accept: 'application/graphql-response+json' });
    expect(answer.status).toBe(400);
    expectRefusal(answer);
  });
});
