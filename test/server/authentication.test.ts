import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { CommandError } from '../../src/errors.ts';
import { startServer } from '../../src/server.ts';
import { ask, connect } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
const logged: string[] = [];
beforeAll(async () => {
  const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(line) });
  server = await startTestServer({ tokens: 'one:user:1:secret-of-one,reader:read:secret-to-read,boss:admin:secret-of-all' }, logger);
});
afterAll(() => server.close());

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, { headers });
}

describe('a server with tokens', () => {
  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['a wrong token', bearer('secret-of-nobody')],
    ['half a token', bearer('secret-of-al')],
    ['another scheme', { authorization: 'Basic c2VjcmV0LW9mLWFsbA==' }],
    ['a token without a scheme', { authorization: 'secret-of-all' }],
    ['two tokens', { authorization: 'Bearer secret-of-all secret-of-all' }],
  ])('answers nothing to %s, the schema included', async (_what, headers) => {
    for (const query of ['{ __typename }', '{ __schema { types { name } } }', '{ nope }', '{', 'mutation { trainModel { id } }']) {
      const { status, data, errors } = await ask(server, query, {}, headers);
      expect(status).toBe(401);
      expect(data).toBeUndefined();
      expect(errors).toEqual([{ message: expect.stringContaining('Authorization: Bearer'), extensions: { code: 'UNAUTHENTICATED' } }]);
    }
    const response = await get('/graphql?query=%7B__typename%7D', headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="tastegraph"');
    expect((await get('/metrics', headers)).status).toBe(401);
    const predicted = await fetch(`${server.url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"user_id":1}',
    });
    expect(predicted.status).toBe(401);
    expect(await predicted.json()).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  });

  it('shows its pages and that it lives to everybody', async () => {
    for (const path of ['/', '/health/live', '/health/ready']) expect((await get(path)).status).toBe(200);
    const playground = await get('/graphql', { accept: 'text/html' });
    expect(playground.status).toBe(200);
    expect(playground.headers.get('content-type')).toContain('text/html');
    expect((await get('/nowhere')).status).toBe(404);
  });

  it('answers who asks for a page and sends a query as who asks for neither', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/html' },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(401);
  });

  it('takes the word Bearer in any case, and more than one blank', async () => {
    expect(await ask(server, '{ __typename }', {}, { authorization: 'bearer  secret-of-all' })).toMatchObject({ status: 200, errors: [] });
  });

  it('refuses what a role may not do with 200 and FORBIDDEN, and does none of it', async () => {
    const { sequence } = server.service.modelStatus();
    const mutation = 'mutation { rateMovie(userId: "1", movieId: "60", rating: 5) { sequence } }';
    const answer = await ask(server, mutation, {}, bearer('secret-to-read'));
    expect(answer).toMatchObject({ status: 200, data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(server.service.modelStatus().sequence).toBe(sequence);
    expect((await ask(server, mutation, {}, bearer('secret-of-one'))).errors).toEqual([]);
    expect(server.service.modelStatus().sequence).toBe(sequence + 1);
  });

  it('shows its figures to an admin, and a user the own predictions', async () => {
    expect((await get('/metrics', bearer('secret-of-all'))).status).toBe(200);
    expect((await get('/metrics', bearer('secret-to-read'))).status).toBe(403);
    const predict = async (secret: string, user: string) => {
      const headers = { 'content-type': 'application/json', ...bearer(secret) };
      const response = await fetch(`${server.url}/predict`, { method: 'POST', headers, body: JSON.stringify({ user_id: user }) });
      return response.status;
    };
    expect(await predict('secret-of-one', '1')).toBe(200);
    expect(await predict('secret-of-one', '2')).toBe(403);
    expect(await predict('secret-to-read', '2')).toBe(200);
  });

  it('names the token in the log, and never its secret', () => {
    expect(logged.some((line) => JSON.parse(line).caller === 'boss')).toBe(true);
    expect(logged.filter((line) => line.includes('secret-'))).toEqual([]);
  });
});

describe('a WebSocket to it', () => {
  async function run(payload: Record<string, unknown>, query = '{ __typename }'): Promise<unknown> {
    const client = connect(server, payload);
    try {
      for await (const result of client.iterate({ query })) return result;
    } catch (error) {
      return error;
    } finally {
      await client.dispose();
    }
    return null;
  }

  it.each([{ authorization: 'Bearer secret-of-all' }, { Authorization: 'Bearer secret-of-all' }, { token: 'secret-of-all' }])(
    'is answered after connection_init with %s',
    async (payload) => {
      expect(await run(payload)).toMatchObject({ data: { __typename: 'Query' } });
    },
  );

  it.each<Record<string, unknown>>([
    {},
    { token: 'wrong' },
    { token: 7 },
    { authorization: 'secret-of-all' },
    { authorization: ['Bearer secret-of-all'] },
  ])('is closed with 4401 after %s', async (payload) => {
    expect(await run(payload)).toMatchObject({ code: 4401, reason: expect.stringMatching(/^UNAUTHENTICATED: /) });
  });

  it('is refused what its role may not do', async () => {
    const forbidden = [{ extensions: { code: 'FORBIDDEN' } }];
    expect(await run({ token: 'secret-of-one' }, '{ users { totalCount } }')).toMatchObject({ errors: forbidden });
    expect(await run({ token: 'secret-of-one' }, 'subscription { trainingProgress { epoch } }')).toMatchObject({ errors: forbidden });
    expect(await run({ token: 'secret-to-read' }, 'subscription { modelUpdated(userId: "1") { sequence } }')).toMatchObject({
      errors: forbidden,
    });
  });
});

describe('beyond this machine', () => {
  const start = (flags: Record<string, string>) =>
    startServer({ service: server.service, config: loadConfig({ port: '0', ...flags }, {}), logger: pino({ level: 'silent' }) });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'shop.example'])('a server without tokens does not listen: %s', async (host) => {
    await expect(start({ host })).rejects.toThrow(CommandError);
    await expect(start({ host })).rejects.toThrow(/^[^\n]*TASTEGRAPH_TOKENS[^\n]*--insecure\.$/);
  });

  it.each<Record<string, string>>([
    { host: '0.0.0.0', tokens: 'boss:admin:secret-of-all' },
    { host: '0.0.0.0', insecure: 'true' },
    { host: '127.0.0.1' },
    { host: 'localhost' },
  ])('or with them, or on purpose, it does: %s', async (flags) => {
    const other = await start(flags);
    await other.close();
  });
});
