import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GRAPHQL_PATH } from './answer.ts';
import { PLAYGROUND_TABS } from './playgroundTabs.ts';

interface Page {
  /** gzip; the page itself is 9 MB. */
  readonly body: Buffer;
  readonly etag: string;
  readonly contentSecurityPolicy: string;
}

/** A browser that navigates here wants a page; a client of the API never asks for HTML. */
export function wantsPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}

/** GraphiQL as one page out of its package: nothing of it comes from another host. Made and compressed once, when first asked for. */
export function playground(): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  let page: Promise<Page> | undefined;
  return async (request, reply) => {
    page ??= makePage();
    return answerPage(await page, request, reply);
  };
}

async function answerPage(
  { body, etag, contentSecurityPolicy }: Page,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  void reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', contentSecurityPolicy)
    .header('cache-control', 'no-cache')
    .header('vary', 'Accept, Accept-Encoding')
    .header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(await promisify(gunzip)(body));
  return reply.header('content-encoding', 'gzip').send(body);
}

async function makePage(): Promise<Page> {
  // Nine megabytes of JavaScript text, loaded only for who opens the playground.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Tastegraph playground',
    endpoint: GRAPHQL_PATH,
    subscriptionsProtocol: 'WS',
    defaultQuery: PLAYGROUND_TABS[0]!.query,
    defaultTabs: [...PLAYGROUND_TABS],
  });
  const body = await promisify(gzip)(html);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"`, contentSecurityPolicy: policyFor(html) };
}

/** Lets the page run its own scripts, known by their hashes, and talk to this server alone. */
function policyFor(html: string): string {
  const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => `'${hashOf(script!)}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    // The editor measures its text by styles that it writes while it runs.
    "style-src 'unsafe-inline'",
    'font-src data:',
    "img-src 'self' data:",
    "connect-src 'self'",
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What a browser compares: the text between the tags, line ends as HTML reads them. */
function hashOf(script: string): string {
  return `sha256-${createHash('sha256').update(script.replace(/\r\n?/g, '\n')).digest('base64')}`;
}
