import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { CommandError } from '../../src/errors.ts';
import { startServer } from '../../src/server.ts';
import { ask, post } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
const logged: string[] = [];
beforeAll(async () => {
  server = await startTestServer(
    { origins: 'https://shop.example' },
    pino({ level: 'error' }, { write: (line: string) => logged.push(line) }),
  );
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

/** fetch sets Host itself; this doesn't. */
function get(path: string, headers: Record<string, string>): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: server.port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString(), headers: response.headers }),
      );
    });
    sent.on('error', reject).end();
  });
}

const QUERY = '/graphql?query=%7B__typename%7D';

describe('GET /graphql', () => {
  it('answers a query', async () => {
    expect(await (await fetch(`${server.url}${QUERY}`)).json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('does not run a mutation', async () => {
    const before = server.service.modelStatus().sequence;
    const query = encodeURIComponent('mutation { rateMovie(userId: "1", movieId: "1", rating: 5) { sequence } }');
    const response = await fetch(`${server.url}/graphql?query=${query}`);
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(server.service.modelStatus().sequence).toBe(before);
  });
});

describe('the README', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const bodies = [...readme.matchAll(/-d '(\{[\s\S]*?\})'/g)].map(([, body]) => body!);

  it('has queries to paste', () => expect(bodies.length).toBeGreaterThan(0));

  it.each(bodies)('gets an answer to %s', async (body) => {
    expect(await post(server, body)).toMatchObject({ status: 200, errors: [] });
  });
});

describe('another site', () => {
  it.each(['evil.example', 'evil.example:4000', '127.0.0.1.evil.example', '192.0.2.1'])('is refused with its Host: %s', async (host) => {
    const { status, body } = await get(QUERY, { host });
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ message: expect.stringMatching(/^[^\n]+$/), extensions: { code: 'FORBIDDEN' } }] });
  });

  it.each(['https://evil.example', 'http://localhost.evil.example', 'null', 'file://'])(
    'is refused with its Origin: %s',
    async (origin) => {
      for (const path of [QUERY, '/', '/metrics']) expect((await get(path, { origin })).status).toBe(403);
    },
  );

  it('may ask when it is listed, and its browser is told so', async () => {
    const allowed = await get(QUERY, { origin: 'https://shop.example' });
    expect(allowed).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'https://shop.example', vary: 'Origin' } });
    const preflight = await fetch(`${server.url}/graphql`, { method: 'OPTIONS', headers: { origin: 'https://shop.example' } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, content-type');
  });

  it.each(['localhost:4000', '127.0.0.1', '[::1]:4000', 'shop.example'])('is not what asks by the Host %s', async (host) => {
    expect((await get(QUERY, { host })).status).toBe(200);
  });

  it.each(['http://localhost:5173', 'http://127.0.0.1:4000', 'http://[::1]:4000'])(
    'is not what asks from the Origin %s',
    async (origin) => {
      expect((await get(QUERY, { origin })).status).toBe(200);
    },
  );
});

describe('POST /predict', () => {
  const predict = (body: string) =>
    fetch(`${server.url}/predict`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  it('answers the best three by rating, rated movies included', async () => {
    const response = await predict('{"user_id": 1}');
    const { recommendations } = (await response.json()) as { recommendations: { movie_id: string; rating: number; variance: number }[] };
    expect(response.status).toBe(200);
    expect(recommendations).toHaveLength(3);
    for (const row of recommendations) {
      expect(Object.keys(row)).toEqual(['movie_id', 'rating', 'variance']);
      expect(typeof row.movie_id).toBe('string');
      expect(row.variance).toBeGreaterThan(0);
    }
    const ratings = recommendations.map(({ rating }) => rating);
    expect(ratings).toEqual([...ratings].sort((a, b) => b - a));
  });

  it('takes the id as text and another count', async () => {
    const { recommendations } = (await (await predict('{"user_id": "1", "n": 60}')).json()) as { recommendations: unknown[] };
    expect(recommendations).toHaveLength(60);
  });

  it.each([
    '{}',
    '[]',
    'null',
    '{"user_id": null}',
    '{"user_id": {}}',
    '{"user_id": 1.5}',
    '{"user_id": ""}',
    '{"user_id": 1, "n": 0}',
    '{"user_id": 1, "n": "3"}',
    '{"user_id": 1, "n": 1001}',
    'user_id=1',
  ])('refuses %s in one line', async (body) => {
    const response = await predict(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'BAD_USER_INPUT', message: expect.stringMatching(/^[^\n]+$/) } });
  });
});

describe('the other paths', () => {
  it('say that the server lives and is ready', async () => {
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    vi.spyOn(server.service, 'ready', 'get').mockReturnValue(false);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
  });

  it('give figures of the process, the model and the requests', async () => {
    await ask(server, '{ __typename }');
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text).toContain(`tastegraph_model_sequence ${server.service.modelStatus().sequence}`);
    expect(text).toContain('tastegraph_model_info{serving="MF",compute="cpu"} 1');
    expect(text).toMatch(/tastegraph_running_rmse \d/);
    expect(text).toMatch(/^tastegraph_write_queue 0$/m);
    const { applied } = server.service.operations();
    expect(applied).toBeGreaterThan(100);
    expect(text).toContain(`tastegraph_applied_events ${applied}\n`);
    expect(text).toMatch(/^tastegraph_apply_seconds 0?\.\d+/m);
    expect(text).toMatch(/^tastegraph_events_since_checkpoint \d+$/m);
    expect(text).toMatch(/tastegraph_http_request_seconds_count\{method="POST",route="\/graphql",status="200"\} [1-9]/);
  });

  it('are not found in one line of JSON', async () => {
    const response = await fetch(`${server.url}/nothing\u00e9?x=1`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND', message: expect.stringMatching(/^[^\n]+$/) } });
  });
});

describe('a fault of ours', () => {
  it('says nothing of what went wrong but a requestId, which the log has beside the cause', async () => {
    vi.spyOn(server.service, 'recommend').mockImplementation(() => {
      throw new TypeError('secret of the house');
    });
    const { errors, data } = await ask(server, '{ recommendations(userId: "1") { rank } }');
    expect(data).toBeNull();
    const { message, extensions } = errors[0]!;
    expect(extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) });
    expect(message).not.toContain('secret');
    const entries = logged.filter((line) => line.includes(extensions.requestId!));
    expect(entries).toHaveLength(1);
    expect(entries[0]).toContain('secret of the house');
  });

  it('is told in the same way outside of GraphQL', async () => {
    vi.spyOn(server.service, 'recommend').mockImplementation(() => {
      throw new TypeError('secret of the house');
    });
    const response = await fetch(`${server.url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"user_id": 1}',
    });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('secret');
    expect(JSON.parse(text).error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) });
  });

  it('is also an answer of ours that does not fit the schema', async () => {
    vi.spyOn(server.service, 'modelStatus').mockReturnValue({ ...server.service.modelStatus(), version: 1.5 });
    const { errors } = await ask(server, '{ model { version } }');
    expect(errors[0]!.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  });
});

it('refuses to start on a port in use, in one line that says what to do', async () => {
  const config = loadConfig({ port: String(server.port) }, {});
  const started = startServer({ service: server.service, config, logger: pino({ level: 'silent' }) });
  await expect(started).rejects.toThrow(new CommandError(`Port ${server.port} is in use; choose another with --port.`));
});
