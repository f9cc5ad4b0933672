import { createHash } from 'node:crypto';
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaText } from '../../src/resolvers/schema.ts';
import { PLAYGROUND_TABS } from '../../src/server/playgroundTabs.ts';
import { ask } from '../support/graphql.ts';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
let html: string;
let headers: Headers;
beforeAll(async () => {
  server = await startTestServer();
  const response = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  headers = response.headers;
  html = await response.text();
});
afterAll(() => server.close());

/** The page without what its scripts hold. */
const markup = () => html.replace(/<script>[\s\S]*?<\/script>/g, '<script></script>');

describe('the playground', () => {
  it('is one compressed page', () => {
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(html).toContain('Tastegraph playground');
  });

  it('is not sent again to a browser that has it', async () => {
    const again = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html', 'if-none-match': headers.get('etag')! } });
    expect(again.status).toBe(304);
  });

  it('loads nothing from another host', () => {
    expect(markup()).not.toMatch(/(?:src|href|action|poster|data)\s*=\s*["']?\s*(?:https?:)?\/\//i);
    expect(markup()).not.toMatch(/@import|url\(\s*["']?\s*(?:https?:)?\/\//i);
    expect(
      markup()
        .match(/<(?:link|script|img|iframe|object|embed)\b[^>]*>/g)
        ?.filter((tag) => !/href="data:/.test(tag)),
    ).toEqual(['<script>']);
  });

  it('may run its own scripts, known by their hashes, and ask this server alone', () => {
    const policy = headers.get('content-security-policy')!;
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text!);
    const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    expect(policy).toContain(`script-src ${hashes.join(' ')};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
  });

  it('opens with tabs that the schema answers', () => {
    const schema = buildSchema(schemaText());
    expect(PLAYGROUND_TABS.flatMap(({ query }) => validate(schema, parse(query)))).toEqual([]);
    for (const field of ['recommendations', 'interval', 'explanation', 'rateMovie', 'prediction', 'modelUpdated', 'dataset', 'model']) {
      expect(PLAYGROUND_TABS.some(({ query }) => query.includes(field))).toBe(true);
    }
  });

  it.each(PLAYGROUND_TABS.filter(({ query }) => !query.includes('subscription')))('gets answers in its tabs', async ({ query }) => {
    const { errors } = await ask(server, query);
    expect(errors).toEqual([]);
  });

  it('may ask for the schema, within the limits', async () => {
    const query = getIntrospectionQuery({
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
    });
    const { errors, data } = await ask(server, query);
    expect(errors).toEqual([]);
    expect(data.__schema.types.length).toBeGreaterThan(30);
  });

  it('is not what a client of the API gets', async () => {
    const response = await fetch(`${server.url}/graphql?query=%7B__typename%7D`, { headers: { accept: 'application/json' } });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});
