import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ModelUpdate } from '../../src/domain.ts';
import { ask, connect } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
const clients: Client[] = [];
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(async () => {
  vi.restoreAllMocks();
  for (const client of clients.splice(0)) await client.dispose();
});

/** What a subscription has received, as it arrives. */
interface Subscription {
  readonly updates: Record<string, unknown>[];
  /** Every result and error, in order. */
  readonly received: unknown[];
  readonly ended: Promise<void>;
  stop(): void;
}

/** Subscribes, and waits until the server listens. */
async function subscribe(query: string, listens: 'onModelUpdated' | 'onTrainingProgress' = 'onModelUpdated'): Promise<Subscription> {
  const listening = vi.spyOn(server.service, listens);
  const client = connect(server);
  clients.push(client);
  const updates: Record<string, unknown>[] = [];
  const received: unknown[] = [];
  let stop = () => {};
  const ended = new Promise<void>((resolve) => {
    stop = client.subscribe(
      { query },
      {
        next: (result) => {
          received.push(result);
          if (result.data) updates.push(Object.values(result.data)[0] as Record<string, unknown>);
        },
        error: (error) => {
          received.push(error);
          resolve();
        },
        complete: resolve,
      },
    );
  });
  await vi.waitFor(() => expect(listening).toHaveBeenCalled(), { timeout: 30_000 });
  return { updates, received, ended, stop };
}

async function rate(userId: string, movieId: string, rating: number): Promise<void> {
  const { errors } = await ask(
    server,
    `mutation { rateMovie(userId: "${userId}", movieId: "${movieId}", rating: ${rating}) { sequence } }`,
  );
  expect(errors).toEqual([]);
}

/** How many listeners of the service are left. */
function countListeners(): () => number {
  let count = 0;
  const listen = server.service.onModelUpdated.bind(server.service);
  vi.spyOn(server.service, 'onModelUpdated').mockImplementation((listener) => {
    count += 1;
    const stop = listen(listener);
    return () => {
      count -= 1;
      stop();
    };
  });
  return () => count;
}

/** A socket that speaks the protocol by hand. */
async function rawSocket(options: { headers?: Record<string, string>; path?: string } = {}): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${options.path ?? '/graphql'}`, 'graphql-transport-ws', {
    headers: options.headers ?? {},
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve).once('error', reject);
  });
  return socket;
}

function closing(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })));
}

describe('modelUpdated', () => {
  it('delivers five updates for five ratings', async () => {
    const { updates } = await subscribe('subscription { modelUpdated { kind sequence userId movieId rating before after at } }');
    for (const movie of [1, 2, 3, 4, 5]) await rate('zoe', String(movie), 1);
    await vi.waitFor(() => expect(updates).toHaveLength(5), { timeout: 30_000 });
    expect(updates.map(({ kind, userId, movieId, rating }) => [kind, userId, movieId, rating])).toEqual(
      ['1', '2', '3', '4', '5'].map((movieId) => ['RATING', 'zoe', movieId, 1]),
    );
    for (const { before, after } of updates) expect(after as number).toBeLessThan(before as number);
  });

  it('delivers the ratings of one user to who asks for that user', async () => {
    const { updates } = await subscribe('subscription { modelUpdated(userId: "zoe") { userId movieId } }');
    await rate('ann', '1', 3);
    await rate('zoe', '2', 3);
    await rate('bob', '3', 3);
    await rate('zoe', '4', 3);
    await vi.waitFor(() => expect(updates).toHaveLength(2), { timeout: 30_000 });
    expect(updates.map(({ movieId }) => movieId)).toEqual(['2', '4']);
  });

  it('stops listening when a client unsubscribes and when it is gone', async () => {
    const listeners = countListeners();
    const first = await subscribe('subscription { modelUpdated { sequence } }');
    await subscribe('subscription { modelUpdated { sequence } }');
    await vi.waitFor(() => expect(listeners()).toBe(2), { timeout: 30_000 });
    first.stop();
    await vi.waitFor(() => expect(listeners()).toBe(1), { timeout: 30_000 });
    clients[1]!.terminate();
    await vi.waitFor(() => expect(listeners()).toBe(0), { timeout: 30_000 });
  });

  it('ends with OVERLOADED for a client that does not read, and holds no more than its buffer', async () => {
    const heard: ((update: ModelUpdate) => void)[] = [];
    let stopped = 0;
    vi.spyOn(server.service, 'onModelUpdated').mockImplementation((listener) => {
      heard.push(listener);
      return () => {
        stopped += 1;
      };
    });
    const { ended, received } = await subscribe('subscription { modelUpdated { sequence } }');
    const update = { ...server.service.updates(0, 1_000)[0], sequence: 1 } as ModelUpdate;
    // More in one turn than anybody could read.
    for (let index = 0; index < 2_000; index++) heard[0]!(update);
    await ended;
    expect(stopped).toBe(1);
    expect(received.length).toBeLessThan(1_100);
    expect(received.at(-1)).toMatchObject([{ extensions: { code: 'OVERLOADED', retryAfterMs: expect.any(Number) } }]);
  });
});

describe('trainingProgress', () => {
  it('tells how a training goes, to its end', async () => {
    const { updates } = await subscribe(
      'subscription { trainingProgress { model epoch epochs loss done finished error } }',
      'onTrainingProgress',
    );
    const { data } = await ask(server, 'mutation { trainModel(models: [MF]) { id models alreadyRunning } }');
    expect(data.trainModel).toMatchObject({ models: ['MF'], alreadyRunning: false });
    await vi.waitFor(() => expect(updates.at(-1)).toMatchObject({ finished: true, error: null, done: 1 }), { timeout: 30_000 });
  });
});

describe('an operation over WebSocket', () => {
  async function run(query: string, variables: Record<string, unknown> = {}): Promise<{ result?: unknown; error?: unknown }> {
    const client = connect(server);
    clients.push(client);
    try {
      for await (const result of client.iterate({ query, variables })) return { result };
    } catch (error) {
      return { error };
    }
    return {};
  }

  it('may also be a query', async () => {
    expect(await run('{ __typename }')).toEqual({ result: { data: { __typename: 'Query' } } });
  });

  it.each([
    ['a syntax error', 'subscription {'],
    ['an unknown field', 'subscription { nope }'],
    ['2,000 aliases', `{ ${Array.from({ length: 2_000 }, (_, index) => `a${index}: __typename`).join(' ')} }`],
    ['50 levels', `${'{ dataset '.repeat(50)}{ mean }${' }'.repeat(50)}`],
  ])('is refused by the same rules: %s', async (_what, query) => {
    const { error } = (await run(query)) as { error: { extensions: { code: string } }[] };
    expect(error.length).toBeGreaterThan(0);
    expect(error.every(({ extensions }) => extensions.code === 'BAD_USER_INPUT')).toBe(true);
  });

  it('fails with the same codes', async () => {
    expect(await run('{ recommendations(userId: "1", n: 0) { rank } }')).toMatchObject({
      result: { errors: [{ extensions: { code: 'BAD_USER_INPUT', argument: 'n' } }] },
    });
    expect(await run('query($n: Int) { recommendations(userId: "1", n: $n) { rank } }', { n: 'x' })).toMatchObject({
      result: { errors: [{ extensions: { code: 'BAD_USER_INPUT', argument: 'n' } }] },
    });
  });

  it('says nothing of a fault of ours but a requestId', async () => {
    vi.spyOn(server.service, 'recommend').mockImplementation(() => {
      throw new TypeError('secret of the house');
    });
    const answer = await run('{ recommendations(userId: "1") { rank } }');
    expect(answer).toMatchObject({
      result: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) } }] },
    });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('is refused when the connection has too many under way', async () => {
    const socket = await rawSocket();
    const messages: { type: string; payload?: unknown }[] = [];
    socket.on('message', (text) => messages.push(JSON.parse(String(text))));
    socket.send('{"type":"connection_init"}');
    await vi.waitFor(() => expect(messages).toHaveLength(1), { timeout: 30_000 });
    const payload = { query: 'subscription { modelUpdated { sequence } }' };
    for (let index = 0; index <= 100; index++) socket.send(JSON.stringify({ id: `s${index}`, type: 'subscribe', payload }));
    await vi.waitFor(() => expect(messages.at(-1)).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'OVERLOADED' } }] }), {
      timeout: 30_000,
    });
    socket.close();
  });
});

describe('a WebSocket', () => {
  it.each([
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['a foreign Host', { host: 'evil.example' }],
  ])('is refused with %s', async (_what, headers) => {
    await expect(rawSocket({ headers })).rejects.toThrow('403');
  });

  it('is refused on another path', async () => {
    await expect(rawSocket({ path: '/elsewhere' })).rejects.toThrow('404');
  });

  it('is taken from an own page', async () => {
    const socket = await rawSocket({ headers: { origin: server.url } });
    socket.close();
  });

  it('is closed by a message of more than 1 MB, and the server goes on', async () => {
    const socket = await rawSocket();
    const closed = closing(socket);
    socket.send('x'.repeat(2_000_000));
    expect((await closed).code).toBe(1009);
    await expect(ask(server, '{ __typename }')).resolves.toMatchObject({ status: 200 });
  });

  it('is closed by a message that is none', async () => {
    const socket = await rawSocket();
    const closed = closing(socket);
    socket.send('hello');
    expect((await closed).code).toBe(4400);
  });
});

describe('closing', () => {
  it('ends subscriptions with 1001 and finishes the requests under way', async () => {
    const other = await startTestServer();
    const socket = new WebSocket(other.wsUrl, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = closing(socket);
    const slow = vi.spyOn(other.service, 'putUser').mockImplementation(async ({ id }) => {
      await sleep(300);
      return { id, age: null, gender: null, occupation: null, ratingCount: 0, meanRating: null, populationMean: 3 };
    });
    const answer = ask(other, 'mutation { putUser(input: { id: "slow" }) { id } }');
    await vi.waitFor(() => expect(slow).toHaveBeenCalled(), { timeout: 30_000 });
    const stopped = other.close();
    expect(await closed).toEqual({ code: 1001, reason: 'The server is going away' });
    expect(await answer).toMatchObject({ status: 200, data: { putUser: { id: 'slow' } } });
    await stopped;
    await expect(fetch(other.url)).rejects.toThrow();
  });

  it('does not wait for a client that never says goodbye', async () => {
    const other = await startTestServer();
    const socket = new WebSocket(other.wsUrl, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.pause();
    const began = performance.now();
    await other.close();
    expect(performance.now() - began).toBeLessThan(5_000);
    socket.terminate();
  });
});
