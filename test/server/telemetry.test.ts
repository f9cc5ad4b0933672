import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, connect, post } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
let lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  const write = (line: string) => {
    lines.push(JSON.parse(line));
  };
  server = await startTestServer({}, pino({ level: 'info' }, { write }));
});
afterAll(() => server.close());

/** What the log says of requests while something is asked. */
async function loggedOf(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  lines = [];
  await work();
  await new Promise((resolve) => setTimeout(resolve, 50));
  return lines.filter(({ msg }) => msg === 'request');
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

const SECRET = 'somebody-secret';
const RATE = `mutation { rateMovie(userId: "${SECRET}", movieId: "1", rating: 4) { sequence } }`;

describe('the log', () => {
  it('has one line a request: what was asked in the words of the schema, the time, and the id that the caller got', async () => {
    let id: string | null = null;
    const logged = await loggedOf(async () => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: RATE }),
      });
      id = response.headers.get('x-request-id');
      await response.text();
    });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ requestId: id, method: 'POST', route: '/graphql', status: 200, mutation: 'rateMovie' });
    expect(logged[0]!.ms).toBeGreaterThan(0);
  });

  it('says nothing of whom it was about', async () => {
    await ask(server, RATE);
    await ask(server, 'query ($user: ID!) { user(id: $user) { id } recommendations(userId: $user) { score } }', { user: SECRET });
    await ask(server, `{ mine: user(id: "${SECRET}") { nonsense } }`);
    await fetch(`${server.url}/predict?who=${SECRET}`, {
      method: 'POST',
      body: JSON.stringify({ user_id: SECRET }),
      headers: { 'content-type': 'application/json' },
    });
    await fetch(`${server.url}/users/${SECRET}`);
    const client = connect(server);
    for await (const _ of client.iterate({ query: `{ user(id: "${SECRET}") { id } }` })) break;
    await client.dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it('names the codes of errors', async () => {
    const logged = await loggedOf(() => ask(server, 'mutation { rateMovie(userId: "u", movieId: "1", rating: 99) { sequence } }'));
    expect(logged).toMatchObject([{ errors: ['BAD_USER_INPUT'], mutation: 'rateMovie' }]);
    expect(await loggedOf(() => post(server, 'nonsense'))).toMatchObject([{ status: 400, errors: ['BAD_USER_INPUT'] }]);
  });

  it('has a line for an operation over WebSocket, once it has ended', async () => {
    const client = connect(server);
    const logged = await loggedOf(async () => {
      for await (const _ of client.iterate({ query: '{ dataset { ratingCount } model { version } }' })) break;
      await client.dispose();
    });
    expect(logged).toMatchObject([{ route: 'websocket', query: 'dataset model' }]);
  });
});

describe('/metrics', () => {
  it('counts errors by code and times operations by field', async () => {
    const errors = 'tastegraph_errors_total{code="BAD_USER_INPUT"}';
    const before = await metric(errors);
    await ask(server, 'mutation { rateMovie(userId: "u", movieId: "1", rating: 99) { sequence } }');
    expect(await metric(errors)).toBe(before + 1);
    const times = 'tastegraph_operation_seconds_count{type="query",field="dataset"}';
    const asked = (await metric(times)) || 0;
    await ask(server, '{ dataset { ratingCount } }');
    expect(await metric(times)).toBe(asked + 1);
  });

  it('knows the open subscriptions, and the age of the checkpoint', async () => {
    const client = connect(server);
    const updates = client.iterate({ query: 'subscription { modelUpdated { sequence } }' });
    const first = updates.next();
    await expect.poll(() => metric('tastegraph_subscriptions')).toBe(1);
    expect(await metric('tastegraph_websockets')).toBe(1);
    await ask(server, RATE.replace('4', '5'));
    await first;
    await client.dispose();
    await expect.poll(() => metric('tastegraph_subscriptions')).toBe(0);
    expect(await metric('tastegraph_checkpoint_age_seconds')).toBeGreaterThan(0);
  });

  it.each([
    'nodejs_eventloop_lag_p99_seconds',
    'process_resident_memory_bytes',
    'tastegraph_write_queue',
    'tastegraph_apply_seconds',
    'tastegraph_requests_under_way',
    'tastegraph_refused_requests_total',
    'tastegraph_dropped_subscriptions_total',
    'tastegraph_training',
    'tastegraph_model_sequence',
  ])('has %s', async (name) => {
    expect(await metric(name)).toBeGreaterThanOrEqual(0);
  });
});
