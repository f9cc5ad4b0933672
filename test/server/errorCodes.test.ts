import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { RequestError } from '../../src/errors.ts';
import { ask, type GraphQLAnswer } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
let limited: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tokens: 'a:admin:secret-of-a,one:user:1:secret-of-one' });
  limited = await startTestServer({ rateRequests: '1' });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
  await limited.close();
});

const asAdmin = (query: string) => ask(server, query, {}, { authorization: 'Bearer secret-of-a' });

/** How each code is met by somebody who does what leads to it. */
const RAISED: Record<ErrorCode, () => Promise<GraphQLAnswer>> = {
  BAD_USER_INPUT: () => asAdmin('{ recommendations(userId: "1", n: 0) { rank } }'),
  NOT_FOUND: () => asAdmin('mutation { forgetUser(userId: "nobody") { sequence } }'),
  UNAUTHENTICATED: () => ask(server, '{ __typename }'),
  FORBIDDEN: () => ask(server, '{ user(id: "2") { id } }', {}, { authorization: 'Bearer secret-of-one' }),
  RATE_LIMITED: async () => {
    await ask(limited, '{ __typename }');
    return ask(limited, '{ __typename }');
  },
  OVERLOADED: () => {
    vi.spyOn(server.service, 'rate').mockRejectedValue(new RequestError('OVERLOADED', 'The queue is full.', { retryAfterMs: 1_000 }));
    return asAdmin('mutation { rateMovie(userId: "1", movieId: "1", rating: 4) { sequence } }');
  },
  INTERNAL_SERVER_ERROR: () => {
    vi.spyOn(server.service, 'liveCurve').mockImplementation(() => {
      throw new TypeError('secret of the house');
    });
    return asAdmin('{ liveCurve { rmse } }');
  },
};
const DETAILS: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: 'argument',
  BAD_USER_INPUT: 'argument',
  RATE_LIMITED: 'retryAfterMs',
  OVERLOADED: 'retryAfterMs',
  INTERNAL_SERVER_ERROR: 'requestId',
};

describe('every code of an error', () => {
  it.each(Object.entries(RAISED))('is raised, in one line: %s', async (code, raise) => {
    const { errors } = await raise();
    expect(errors).toHaveLength(1);
    const { message, extensions } = errors[0]!;
    const detail = DETAILS[code as ErrorCode];
    expect(Object.keys(extensions).sort()).toEqual(['code', ...(detail === undefined ? [] : [detail])].sort());
    expect(extensions.code).toBe(code);
    expect(message).toMatch(/^[^\n]{5,200}$/);
    expect(message).not.toContain('secret');
  });
});
