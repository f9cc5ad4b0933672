import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ask } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
afterEach(() => server.close());

/** A request of which the body does not come: it is under way until it is given up. @returns gives it up */
function halfARequest(): Promise<() => void> {
  const call = request(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': '100' },
  });
  call.on('error', () => undefined);
  call.write('{');
  return new Promise((resolve) => setTimeout(() => resolve(() => call.destroy()), 100));
}

describe('above the load that it may have', () => {
  it('a server refuses in words, says when to come back, and goes on as soon as there is room', async () => {
    server = await startTestServer({ maxRequests: '2' });
    const giveUp = await Promise.all([halfARequest(), halfARequest()]);
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ dataset { ratingCount } }' }),
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    const { errors } = (await response.json()) as { errors: unknown[] };
    expect(errors).toEqual([
      { message: '2 requests are under way already: try again later.', extensions: { code: 'OVERLOADED', retryAfterMs: 1_000 } },
    ]);
    const predicted = await fetch(`${server.url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"user_id":1}',
    });
    expect(predicted.status).toBe(503);
    expect(await predicted.json()).toMatchObject({ error: { code: 'OVERLOADED', retryAfterMs: 1_000 } });
    for (const give of giveUp) give();
    await expect.poll(async () => (await ask(server, '{ dataset { ratingCount } }')).status).toBe(200);
  });

  it('it still says that it lives, and how it fares', async () => {
    server = await startTestServer({ maxRequests: '1' });
    const giveUp = await Promise.all([halfARequest(), halfARequest()]);
    for (const path of ['/health/live', '/health/ready', '/metrics']) expect((await fetch(`${server.url}${path}`)).status).toBe(200);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/tastegraph_requests_under_way [12]/);
    for (const give of giveUp) give();
  });
});
