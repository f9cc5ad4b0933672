import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('GraphQL over HTTP, by the audits of graphql-http', () => {
  const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetch });

  it('are those of the specification', () => expect(audits.length).toBeGreaterThan(50));

  it.each(audits.map((audit) => ({ name: `${audit.id} ${audit.name}`, audit })))('neither error nor warning: $name', async ({ audit }) => {
    const result = await audit.fn();
    expect(['ok', 'notice'], 'reason' in result ? result.reason : '').toContain(result.status);
  });
});
