import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ask, connect } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
afterEach(() => server.close());

const LIMITED = { errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }] };
const TOKENS = 'a:admin:secret-of-a,b:read:secret-of-b';
const shown = (secret: string) => ({ authorization: `Bearer ${secret}` });

async function start(flags: Record<string, string>): Promise<void> {
  server = await startTestServer(flags);
}

function expectSoon({ errors }: { errors: readonly object[] }): void {
  const { retryAfterMs } = (errors[0] as { extensions: { retryAfterMs: number } }).extensions;
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
}

describe('an address', () => {
  it('may ask so often a minute, wrong tokens included, and is told when to come back', async () => {
    await start({ rateRequests: '3', tokens: TOKENS });
    expect((await ask(server, '{ __typename }')).status).toBe(401);
    expect((await ask(server, '{ __typename }', {}, shown('wrong'))).status).toBe(401);
    expect((await ask(server, '{ __typename }', {}, shown('secret-of-a'))).status).toBe(200);
    const refused = await ask(server, '{ __typename }', {}, shown('secret-of-a'));
    expect(refused).toMatchObject({ status: 429, ...LIMITED });
    expectSoon(refused);
    const elsewhere = await fetch(`${server.url}/nowhere`);
    expect(elsewhere.status).toBe(429);
    expect(Number(elsewhere.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await elsewhere.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  });

  it('may open so many WebSockets a minute', async () => {
    await start({ rateRequests: '2' });
    const open = () =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws');
        socket.once('open', () => resolve(socket.close()));
        socket.once('error', reject);
      });
    await open();
    await open();
    await expect(open()).rejects.toThrow('429');
  });

  it('is the one that a proxy names, where the proxy is known', async () => {
    await start({ rateRequests: '1', proxies: '127.0.0.1' });
    const from = (address: string) => ask(server, '{ __typename }', {}, { 'x-forwarded-for': address });
    expect((await from('192.0.2.1')).status).toBe(200);
    expect((await from('192.0.2.2')).status).toBe(200);
    expect((await from('192.0.2.1')).status).toBe(429);
    expect((await from('192.0.2.9, 192.0.2.2')).status).toBe(429);
  });

  it('is its own where no proxy is known, whatever it says', async () => {
    await start({ rateRequests: '1' });
    expect((await ask(server, '{ __typename }', {}, { 'x-forwarded-for': '192.0.2.1' })).status).toBe(200);
    expect((await ask(server, '{ __typename }', {}, { 'x-forwarded-for': '192.0.2.2' })).status).toBe(429);
  });

  it('may ask as often as it likes on this machine, unless a limit is set', async () => {
    await start({});
    for (let asked = 0; asked < 50; asked++)
      expect((await fetch(`${server.url}/health/live`)).headers.has('x-ratelimit-limit')).toBe(false);
    expect((await fetch(server.url)).headers.has('x-ratelimit-limit')).toBe(false);
  });
});

describe('a token', () => {
  const LIST = 'query ($n: Int) { recommendations(userId: "1", n: $n) { score } }';

  it('may ask for so much a minute, over HTTP and WebSocket together, and another token for as much again', async () => {
    await start({ rateCost: '300', tokens: TOKENS });
    expect((await ask(server, LIST, { n: 200 }, shown('secret-of-a'))).errors).toEqual([]);
    const refused = await ask(server, LIST, { n: 200 }, shown('secret-of-a'));
    expect(refused).toMatchObject({ status: 429, ...LIMITED });
    expectSoon(refused);
    expect((await ask(server, LIST, { n: 1 }, shown('secret-of-b'))).errors).toEqual([]);
    const client = connect(server, { token: 'secret-of-a' });
    const heard = client.iterate({ query: LIST, variables: { n: 1 } }).next();
    await expect(heard).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }]);
    await client.dispose();
    const predicted = await fetch(`${server.url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...shown('secret-of-a') },
      body: '{"user_id":1}',
    });
    expect(predicted.status).toBe(429);
  });

  it('may ask for more than a minute allows once a minute', async () => {
    await start({ rateCost: '50', tokens: TOKENS });
    expect((await ask(server, LIST, { n: 1_000 }, shown('secret-of-a'))).errors).toEqual([]);
    expect((await ask(server, LIST, { n: 1 }, shown('secret-of-a'))).status).toBe(429);
  });

  it('does not store what it may not ask for', async () => {
    await start({ rateCost: '25' });
    const rate = (movie: number) => ask(server, `mutation { rateMovie(userId: "1", movieId: "${movie}", rating: 1) { sequence } }`);
    const { sequence } = server.service.modelStatus();
    expect((await rate(1)).errors).toEqual([]);
    expect((await rate(2)).errors).toEqual([]);
    expect(await rate(3)).toMatchObject({ status: 429, ...LIMITED });
    expect(server.service.modelStatus().sequence).toBe(sequence + 2);
  });
});
