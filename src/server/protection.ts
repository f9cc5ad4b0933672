import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NEEDS_JSON, refuse } from './answer.ts';
import type { WebSafety } from './webSafety.ts';

const JSON_TYPE = /^\s*application\/json\s*(;|$)/i;
const DAY_IN_SECONDS = '86400';

/** Refuses what another site's page could make a browser send, before anything of it is read. */
export function protect(app: FastifyInstance, safety: WebSafety): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { host, origin } = request.headers;
    if (!safety.allowsHost(host)) {
      refuse(request, reply, { status: 403, code: 'FORBIDDEN', message: FOREIGN_HOST });
    } else if (!safety.allowsOrigin(origin, host)) {
      refuse(request, reply, { status: 403, code: 'FORBIDDEN', message: FOREIGN_ORIGIN });
    } else if (request.method === 'POST' && !JSON_TYPE.test(request.headers['content-type'] ?? '')) {
      refuse(request, reply, { status: 415, code: 'BAD_USER_INPUT', message: NEEDS_JSON });
    } else {
      if (origin !== undefined) allowPage(request, reply, origin);
      done();
    }
  });
  app.options('/*', (_request, reply) => reply.code(204).send());
}

export const FOREIGN_HOST = 'This server is not called by that host name; use its own address, or list the name in TASTEGRAPH_ORIGINS.';
export const FOREIGN_ORIGIN = 'Pages of that origin may not call this server; list it in TASTEGRAPH_ORIGINS to allow it.';

/** Lets the browser hand our answer to a page of an allowed origin, and send it JSON in the first place. */
function allowPage(request: FastifyRequest, reply: FastifyReply, origin: string): void {
  void reply.header('access-control-allow-origin', origin).header('vary', 'Origin');
  if (request.method !== 'OPTIONS') return;
  void reply
    .header('access-control-allow-methods', 'GET, POST')
    .header('access-control-allow-headers', 'authorization, content-type')
    .header('access-control-max-age', DAY_IN_SECONDS);
}
