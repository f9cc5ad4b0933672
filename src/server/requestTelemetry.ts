import type { FastifyInstance } from 'fastify';
import { namedCaller } from './authentication.ts';
import type { Operation } from './operation.ts';
import type { Telemetry } from './telemetry.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Codes of the errors in the answer; null: none. */
    errorCodes: readonly string[] | null;
    /** What GraphQL was asked for, once that is known. */
    operation: Operation | null;
  }
}

/** Tells the telemetry of every request, whoever answers it, and the caller its id. A caller's own id is not taken: it may be anything. */
export function watchRequests(app: FastifyInstance, telemetry: Telemetry): void {
  app.decorateReply('errorCodes', null);
  app.decorateReply('operation', null);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { operation, errorCodes, statusCode: status } = reply;
    const route = request.routeOptions.url ?? 'unknown';
    telemetry.answered({
      requestId: request.id,
      caller: namedCaller(request.caller),
      method: request.method,
      route,
      status,
      seconds: reply.elapsedTime / 1_000,
      operation,
      errorCodes: errorCodes ?? [],
    });
    done();
  });
}
