import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from '../errors.ts';
import { ANYBODY, type Caller, isAtLeast, type Role } from '../resolvers/caller.ts';
import type { Tokens } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null where nobody has to say so. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Answers without a token: pages and files that are the same for everybody, and whether the server lives. */
    open?: boolean | ((request: FastifyRequest) => boolean);
    /** The least role that may ask; absent: every token. */
    least?: Role;
  }
}

/** Refuses who shows no known token, before anything of the request is read. A route is open only where it says so. */
export function authenticate(app: FastifyInstance, tokens: Tokens): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, reply, done) => {
    const { open = false, least = 'user' } = request.routeOptions.config;
    const isOpen = typeof open === 'function' ? open(request) : open;
    if (isOpen || request.is404 || request.method === 'OPTIONS') return done();
    request.caller = tokens.callerOf(secretIn(request.headers.authorization));
    if (request.caller === null) {
      void reply.header('www-authenticate', 'Bearer realm="tastegraph"');
      return done(unauthenticated(request.headers.authorization !== undefined));
    }
    if (isAtLeast(request.caller.role, least)) return done();
    done(new RequestError('FORBIDDEN', `This path needs a token of the role ${least}.`));
  });
}

/** @throws RequestError UNAUTHENTICATED where the route is open and nobody was asked for a token */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw unauthenticated(false);
  return caller;
}

/** How the log calls who asked. */
export function namedCaller(caller: Caller | null): string | null {
  return caller === null || caller === ANYBODY ? null : caller.name;
}

/** The secret of an Authorization header; null when it shows none. */
export function secretIn(header: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null;
}

export function unauthenticated(wasShown: boolean): RequestError {
  const message = wasShown
    ? 'This token is not known here: send Authorization: Bearer with a token of this server.'
    : 'This server needs a token: send the header Authorization: Bearer TOKEN.';
  return new RequestError('UNAUTHENTICATED', message);
}
