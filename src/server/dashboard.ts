import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What the build made; the same folder seen from src/server and from dist/server. */
const FOLDER = fileURLToPath(new URL('../../dist/web', import.meta.url));
/** Addresses of views, which a browser may open, keep and load again; web/src/views.ts draws them, the first at `/`, too. */
const VIEW_PATHS = ['/for-you', '/why', '/live', '/model', '/data', '/map'] as const;
const NOT_BUILT = 'The dashboard is not built yet: run npm run build, then start again.\n';

/** Pages and their files are the same for everybody; what they then ask the server is not. */
const OPEN = { config: { open: true } } as const;

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/** The page runs its own files and talks to where it came from; browsers count its WebSocket as 'self'. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Asset {
  readonly type: string;
  readonly etag: string;
  /** By encoding; 'identity' as it is. */
  readonly bodies: ReadonlyMap<string, Buffer>;
  /** Its name changes with its content. */
  readonly immutable: boolean;
}

/** The address of each view answers the page of the dashboard that names the view's files. All are read once, at the start. */
export function serveDashboard(app: FastifyInstance): void {
  const assets = readAssets();
  for (const path of VIEW_PATHS) {
    const page = assets.get(`${path}.html`);
    for (const address of path === VIEW_PATHS[0] ? ['/', path] : [path]) {
      app.get(address, OPEN, (request, reply) => {
        if (page === undefined) return reply.type('text/plain; charset=utf-8').send(NOT_BUILT);
        return answer(page, request, reply.header('content-security-policy', POLICY));
      });
    }
  }
  for (const [path, asset] of assets) {
    if (extname(path) !== '.html') app.get(path, OPEN, (request, reply) => answer(asset, request, reply));
  }
}

function answer({ type, etag, bodies, immutable }: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply
    .type(type)
    .header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('etag', etag)
    .header('vary', 'Accept-Encoding');
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding = ENCODINGS.find(({ name }) => bodies.has(name) && new RegExp(`\\b${name}\\b`).test(accepted));
  if (encoding === undefined) return reply.send(bodies.get('identity'));
  return reply.header('content-encoding', encoding.name).send(bodies.get(encoding.name));
}

/** By the path of their URL. Empty before the build. */
function readAssets(): ReadonlyMap<string, Asset> {
  const files = new Map(filesIn(FOLDER).map((path) => [`/${relative(FOLDER, path).replaceAll(sep, '/')}`, readFileSync(path)]));
  const assets = new Map<string, Asset>();
  for (const [path, body] of files) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const bodies = new Map([['identity', body]]);
    for (const { name, suffix } of ENCODINGS) {
      const compressed = files.get(path + suffix);
      if (compressed !== undefined) bodies.set(name, compressed);
    }
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    assets.set(path, { type, etag, bodies, immutable: path.startsWith('/assets/') });
  }
  return assets;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
