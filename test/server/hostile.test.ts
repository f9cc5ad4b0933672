import { connect as connectTo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, connect, type GraphQLAnswer, post } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ introspection: 'false', queryTime: '10', requestTimeout: '300' });
});
afterAll(async () => {
  // Whatever was tried above, it goes on.
  expect((await ask(server, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  await server.close();
});

function expectRefused(errors: GraphQLAnswer['errors']): void {
  expect(errors.length).toBeGreaterThan(0);
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
}
const RATE = 'mutation ($userId: ID!) { rateMovie(userId: $userId, movieId: "60", rating: 4) { sequence } }';

describe('an id that looks like another', () => {
  it.each([
    ['a zero-width space', 'a\u200bb'],
    ['a zero-width joiner', 'a\u200db'],
    ['a byte order mark', '\ufeffab'],
    ['a word joiner', 'a\u2060b'],
    ['a soft hyphen', 'a\u00adb'],
    ['a tag', 'a\u{e0041}b'],
    ['a filler', 'a\u3164b'],
    ['a mark of direction', 'a\u200eb'],
    ['an override of direction', 'a\u202eb'],
    ['an isolate', 'a\u2066b'],
    ['a line separator', 'a\u2028b'],
    ['a null', 'a\u0000b'],
  ])('is refused for %s, and nothing is stored', async (_what, userId) => {
    const { sequence } = server.service.modelStatus();
    expect(await ask(server, RATE, { userId })).toMatchObject({ data: null, errors: [{ extensions: { argument: 'userId' } }] });
    expect(server.service.modelStatus().sequence).toBe(sequence);
  });

  it.each(['José', '漢字', 'عمر', '😀', 'a b', '__proto__', 'constructor', "'; DROP TABLE events; --", '<script>'])(
    'is none where it is only unusual: %s',
    async (userId) => {
      expect((await ask(server, RATE, { userId })).errors).toEqual([]);
      expect(server.service.user(userId)).toMatchObject({ id: userId, ratingCount: 1 });
    },
  );

  it('is told from one whose letters are composed in another way', async () => {
    await ask(server, RATE, { userId: 'Zo\u00eb' });
    expect(server.service.user('Zoe\u0308')).toBeNull();
  });
});

describe('a document or a body made to be hard to read', () => {
  it.each([
    ['lists in lists', `{ movies(filter: { genresAny: ${'['.repeat(4_900)}`],
    ['lists in lists, closed', `{ movies(filter: { genresAny: ${'['.repeat(2_400)}${']'.repeat(2_400)} }) { totalCount } }`],
    ['fields in fields', '{ dataset '.repeat(2_400)],
    ['types in types', `query ($a: ${'['.repeat(2_400)}Int${']'.repeat(2_400)}) { __typename }`],
    ['spreads of a spread', `{ ${'...A '.repeat(900)} } fragment A on Query { ...B } fragment B on Query { ...A }`],
  ])('is refused: %s', async (_what, query) => {
    const { status, errors } = await ask(server, query);
    expect(status).toBe(200);
    expectRefused(errors);
  });

  it('is answered or refused where one field stands there as often as it may', async () => {
    expect((await ask(server, `{ ${'__typename '.repeat(4_900)} }`)).status).toBe(200);
  });

  it('is refused for variables of 10 MB', async () => {
    const answer = await ask(server, 'query ($t: String) { movies(filter: { title: $t }) { totalCount } }', { t: 'x'.repeat(10_000_000) });
    expect(answer.status).toBe(413);
    expectRefused(answer.errors);
  });

  it.each(['[', '{"a":'])('is refused, or not looked at, for variables nested %s 100,000 times', async (opening) => {
    const closing = opening === '[' ? ']' : '}';
    const nested = `${opening.repeat(100_000)}1${closing.repeat(100_000)}`;
    const query = 'query ($n: Int, $g: [String!]) { movies(first: $n, filter: { genresAny: $g }) { totalCount } }';
    for (const name of ['n', 'g', 'other']) {
      const { status, errors } = await post(server, JSON.stringify({ query, variables: { [name]: '?' } }).replace('"?"', nested));
      expect(status).toBeLessThan(500);
      expect(errors.every(({ extensions }) => extensions.code === 'BAD_USER_INPUT')).toBe(true);
    }
  });

  it('does not reach what objects inherit', async () => {
    const { status } = await post(
      server,
      '{"query":"{ __typename }","variables":{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}}',
    );
    expect(status).toBeLessThan(500);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });
});

describe('a query that takes too long', () => {
  it('is ended where it is', async () => {
    const one =
      'recommendations(userId: "1", n: 60, includeRated: true) { explanation { summary contributions { kind } } movie { title } }';
    const { data, errors } = await ask(server, `{ ${Array.from({ length: 100 }, (_, index) => `a${index}: ${one}`).join(' ')} }`);
    expect(data).toBeNull();
    expect(errors[0]).toMatchObject({ message: expect.stringContaining('more than 10 ms'), extensions: { code: 'BAD_USER_INPUT' } });
  });
});

describe('a server that does not show its schema', () => {
  it.each([
    '{ __schema { types { name } } }',
    '{ __type(name: "User") { fields { name } } }',
    'query { ...A } fragment A on Query { __schema { types { name } } }',
  ])('refuses %s over HTTP and over WebSocket', async (query) => {
    expectRefused((await ask(server, query)).errors);
    const client = connect(server);
    const refusal = client
      .iterate({ query })
      .next()
      .catch((errors: GraphQLAnswer['errors']) => errors);
    expectRefused((await refusal) as GraphQLAnswer['errors']);
    await client.dispose();
  });

  it('has no playground', async () => {
    const response = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await response.text()).not.toContain('playground');
    expect(response.status).toBe(406);
  });
});

describe('a connection that is only held', () => {
  /** What comes back until the server closes. */
  function heldOpen(...sent: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connectTo(server.port, '127.0.0.1', () => {
        for (const text of sent) socket.write(text);
      });
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk));
      socket.on('close', () => resolve(heard));
      socket.on('error', reject);
    });
  }

  const HEAD = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

  it.each([
    ['half a header', [HEAD]],
    ['half a body', [`${HEAD}Content-Length: 100\r\n\r\n`, '{"query":']],
    ['a chunk that never ends', [`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, 'ff\r\n{']],
  ])('is closed after its time: %s', async (_what, sent) => {
    expect(await heldOpen(...sent)).toContain('408');
  });

  it.each([
    ['headers of 64 KB', [HEAD, `X-Long: ${'x'.repeat(65_536)}\r\n\r\n`], '431'],
    ['a length that is none', [`${HEAD}Content-Length: many\r\n\r\n`], '400'],
    ['two lengths', [`${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`], '400'],
    ['a length and chunks', [`${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`], '400'],
    ['no HTTP', ['\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'], '400'],
  ])('is refused at once: %s', async (_what, sent, status) => {
    const heard = await heldOpen(...sent);
    expect(heard).toContain(` ${status} `);
    expect(heard).not.toMatch(/node_modules|\.ts:\d/);
  });
});

describe('every answer', () => {
  it.each(['/', '/graphql?query=%7B__typename%7D', '/health/live', '/nowhere'])(
    'tells a browser what it must not do with it, and nothing of what runs: %s',
    async (path) => {
      const { headers } = await fetch(`${server.url}${path}`);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      for (const name of ['server', 'x-powered-by', 'via']) expect(headers.has(name)).toBe(false);
    },
  );
});
