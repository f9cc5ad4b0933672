import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { CommandError } from './errors.ts';
import { servedSchema } from './resolvers/schema.ts';
import { answerError, answerNotFound } from './server/answer.ts';
import { authenticate } from './server/authentication.ts';
import { serveDashboard } from './server/dashboard.ts';
import { checkExposure, warnOfExposure } from './server/exposure.ts';
import { serveGraphQL } from './server/graphql.ts';
import { setHeaders } from './server/headers.ts';
import { MOST_BODY_BYTES } from './server/limits.ts';
import { limitLoad } from './server/load.ts';
import { type Phase, serveHealth } from './server/metrics.ts';
import { servePredict } from './server/predict.ts';
import { protect } from './server/protection.ts';
import { limitRequests, rateLimits } from './server/rateLimits.ts';
import { watchRequests } from './server/requestTelemetry.ts';
import { Telemetry } from './server/telemetry.ts';
import { bracketed, webSafety } from './server/webSafety.ts';
import { serveWebSocket } from './server/webSocket.ts';
import type { RecommenderService } from './service.ts';

/** How often requests that are not whole in time are looked for. */
const CHECK_CONNECTIONS_MS = 1_000;
/** Open connections; what would be beyond is not taken. */
const MOST_CONNECTIONS = 20_000;
/** Connections that wait to be taken; a crowd's are refused in words, not by the system. */
const BACKLOG = 4_096;
/** What requests under way get to finish in when the server closes. */
const CLOSING_MS = 5_000;

export interface RunningServer {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  /** Takes no more connections, ends subscriptions with 1001, finishes the requests under way. */
  close(): Promise<void>;
}

/**
 * Serves a recommender over HTTP and WebSocket.
 * @throws CommandError when the port can't be listened on, or everybody could reach it unasked for
 */
export async function startServer(options: { service: RecommenderService; config: Config; logger: Logger }): Promise<RunningServer> {
  const { service, config, logger } = options;
  const tokens = checkExposure(config);
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: config.requestTimeout,
    http: { headersTimeout: config.requestTimeout, connectionsCheckingInterval: CHECK_CONNECTIONS_MS },
    trustProxy: config.proxies.length > 0 && [...config.proxies],
    genReqId: () => randomUUID(),
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  const safety = webSafety(config);
  const limits = rateLimits(config, tokens);
  warnOfExposure(tokens, config, logger);
  const schema = servedSchema();
  const telemetry = new Telemetry(logger);
  const phase: Phase = { stopping: false };
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (phase.stopping) void reply.header('connection', 'close');
    done(null, payload);
  });
  watchRequests(app, telemetry);
  await setHeaders(app);
  protect(app, safety);
  const load = await limitLoad(app, config, telemetry);
  await limitRequests(app, limits);
  authenticate(app, tokens);
  serveHealth(app, service, telemetry, phase);
  serveDashboard(app);
  servePredict(app, service, limits);
  const stopGraphQL = await serveGraphQL(app, { schema, service, logger, limits, config });
  const stopWebSocket = serveWebSocket(app.server, { schema, service, safety, tokens, limits, config, logger, load, telemetry });
  const stop = async () => {
    // A connection that answers a request now would otherwise stay open for the next one.
    phase.stopping = true;
    const cut = setTimeout(() => app.server.closeAllConnections(), CLOSING_MS).unref();
    await Promise.all([stopWebSocket(), app.close()]);
    await stopGraphQL();
    clearTimeout(cut);
  };
  try {
    await app.listen({ host: config.host, port: config.port, backlog: BACKLOG });
  } catch (error) {
    await stop();
    throw whyNotListening(error, config);
  }
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(app.server.address() as AddressInfo),
    close() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/**
 * Listens for a moment and lets go, so that a start which can't be fails before it has created anything.
 * @throws CommandError when the address can't be listened on, or may not be without tokens
 */
export async function checkAddress(config: Config): Promise<void> {
  checkExposure(config);
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen(config.port, config.host, resolve);
    });
  } catch (error) {
    throw whyNotListening(error, config);
  }
  await new Promise((resolve) => probe.close(resolve));
}

function whyNotListening(error: unknown, { host, port }: Config): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new CommandError(`Port ${port} is in use; choose another with --port.`);
  if (code === 'EACCES')
    return new CommandError(`Port ${port} needs more rights than this process has; choose one above 1023 with --port.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new CommandError(`${host} is no address of this machine; choose another with --host.`);
  return error;
}

/** An address that a browser can open: where a server listens on every address, the loopback one. */
function urlOf({ address, port }: AddressInfo): string {
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : bracketed(address);
  return `http://${host}:${port}`;
}
