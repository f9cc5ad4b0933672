import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Sent {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** As the server sends it; fetch would decompress. */
function get(path: string, headers: Record<string, string> = {}): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: server.port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    sent.on('error', reject).end();
  });
}

const page = async () => (await get('/')).body.toString();
const assetsOf = (html: string) => [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);

describe('the dashboard', () => {
  it.each(['/', '/for-you', '/why', '/live', '/model', '/data', '/map', '/why?user=1&movie=2'])('has a page at %s', async (path) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body.toString()).toContain('<div id="app">');
  });

  it('names the files of the view in its page, so that they are asked for together', async () => {
    const [start, forYou, why] = await Promise.all(
      ['/', '/for-you', '/why'].map(async (path) => assetsOf((await get(path)).body.toString())),
    );
    expect(start).toEqual(forYou);
    expect(why!.some((path) => path.startsWith('/assets/why-'))).toBe(true);
    expect(forYou!.some((path) => path.startsWith('/assets/why-'))).toBe(false);
    expect(new Set(why).size).toBe(why!.length);
    for (const path of why!) expect((await get(path)).status).toBe(200);
  });

  it('may run its own files and ask this server, and nothing else', async () => {
    const { headers } = await get('/for-you');
    const policy = String(headers['content-security-policy']);
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
      expect(policy.split('; ')).toContain(part);
    }
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('names no other host and holds no script or style of its own', async () => {
    const html = await page();
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(html).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=/i);
    for (const path of assetsOf(html).filter((name) => name.endsWith('.css'))) {
      expect((await get(path)).body.toString()).not.toMatch(/@import|url\(\s*["']?(?:https?:)?\/\//);
    }
  });

  it('is kept by browsers: files for ever, the page until it changes', async () => {
    const [asset] = assetsOf(await page());
    expect((await get(asset!)).headers['cache-control']).toMatch(/immutable/);
    const { headers } = await get('/');
    expect(headers['cache-control']).toBe('no-cache');
    expect((await get('/', { 'if-none-match': String(headers.etag) })).status).toBe(304);
  });

  it('is sent compressed, and the same', async () => {
    const script = assetsOf(await page()).find((name) => name.endsWith('.js'))!;
    const plain = await get(script);
    const brotli = await get(script, { 'accept-encoding': 'gzip, deflate, br' });
    const gzip = await get(script, { 'accept-encoding': 'gzip' });
    expect([plain, brotli, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip']);
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  });

  it('sends nothing from outside its folder', async () => {
    for (const path of ['/assets/../index.html', '/assets/%2e%2e/%2e%2e/package.json', '/package.json', '/index.html.br']) {
      expect((await get(path)).status).toBe(404);
    }
  });
});
