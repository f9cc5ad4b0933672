import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { GRAPHQL_PATH } from './answer.ts';
import { MOST_BODY_BYTES } from './limits.ts';
import { FOREIGN_HOST, FOREIGN_ORIGIN } from './protection.ts';
import type { Telemetry } from './telemetry.ts';
import type { WebSafety } from './webSafety.ts';
import { type Connection, endConnection, type OperationOptions, webSocketOperations } from './webSocketOperations.ts';

/** Between two pings; a socket that doesn't answer one is gone. */
const PING_EVERY_MS = 12_000;
/** Answers that may wait in a socket that its client doesn't read. */
const MOST_WAITING_BYTES = 8 * MOST_BODY_BYTES;
/** What a client gets to close its side before its socket is cut. */
const CLOSING_MS = 1_000;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** The server's end of the protocol, as graphql-ws makes it. */
type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Connection>>;

interface Options extends OperationOptions {
  readonly safety: WebSafety;
}

/**
 * Serves GraphQL over WebSocket (graphql-transport-ws) on the path of HTTP.
 * @returns ends every subscription with 1001 and takes no more
 */
export function serveWebSocket(server: Server, options: Options): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BODY_BYTES, handleProtocols });
  const protocol = makeServer<Record<string, unknown>, Connection>(webSocketOperations(options));
  const connections = new Set<Connection>();
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const connection: Connection = {
      running: new Map(),
      caller: null,
      request,
      refuse: (reason) => socket.close(CloseCode.Unauthorized, reason),
    };
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
    connect(protocol, socket, connection, options);
  });
  countConnections(connections, options.telemetry);
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, options.safety);
    if (refusal !== null) return refuseUpgrade(socket, refusal);
    const accept = () => sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit('connection', accepted, request));
    if (options.limits.connections === null) return accept();
    const toll = options.limits.connections.take(options.limits.addressOf(request), 1);
    toll.then(
      (limited) => (limited === null ? accept() : refuseUpgrade(socket, { status: '429 Too Many Requests', message: limited.message })),
      () => socket.destroy(),
    );
  };
  server.on('upgrade', upgrade);
  return () => {
    server.off('upgrade', upgrade);
    return endAll(sockets);
  };
}

function countConnections(connections: ReadonlySet<Connection>, telemetry: Telemetry): void {
  telemetry.gauge('tastegraph_websockets', 'Open WebSocket connections.', () => connections.size);
  telemetry.gauge('tastegraph_subscriptions', 'Operations under way on them: subscriptions, but for the moment of a query.', () =>
    [...connections].reduce((sum, { running }) => sum + running.size, 0),
  );
}

/** Joins one socket to the protocol. */
function connect(protocol: Protocol, socket: WebSocket, connection: Connection, { logger, telemetry }: Options): void {
  // A message that is too large, or no WebSocket frame at all: ws closes the socket by itself with the code that says so.
  socket.on('error', (error) => logger.debug({ err: error }, 'a WebSocket ended with an error'));
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => send(socket, data, () => telemetry.dropped.inc()),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (listener) =>
        socket.on('message', (message) => {
          listener(String(message)).catch((error: unknown) => {
            logger.error({ err: error }, 'a WebSocket message failed');
            socket.close(CloseCode.InternalServerError, 'Internal server error');
          });
        }),
    },
    connection,
  );
  const stopPinging = ping(socket);
  socket.once('close', (code, reason) => {
    stopPinging();
    endConnection(telemetry, connection);
    closed(code, String(reason)).catch((error: unknown) => logger.error({ err: error }, 'a WebSocket did not close cleanly'));
  });
}

/** Answers once the bytes have left, which is what holds a subscription back while its client doesn't read. */
function send(socket: WebSocket, data: string, onDropped: () => void): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  if (socket.bufferedAmount > MOST_WAITING_BYTES) {
    onDropped();
    socket.close(TRY_AGAIN_LATER, 'Answers are not being read');
    setTimeout(() => socket.terminate(), CLOSING_MS).unref();
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    socket.send(data, (error) => (error && socket.readyState === socket.OPEN ? reject(error) : resolve()));
  });
}

/** @returns stops it */
function ping(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, PING_EVERY_MS);
  return () => clearInterval(timer);
}

function refusalOf({ url, headers: { host, origin } }: IncomingMessage, safety: WebSafety): { status: string; message: string } | null {
  if (url?.split('?', 1)[0] !== GRAPHQL_PATH) return { status: '404 Not Found', message: `WebSockets are served at ${GRAPHQL_PATH}.` };
  if (!safety.allowsHost(host)) return { status: '403 Forbidden', message: FOREIGN_HOST };
  if (!safety.allowsOrigin(origin, host)) return { status: '403 Forbidden', message: FOREIGN_ORIGIN };
  return null;
}

function refuseUpgrade(socket: Duplex, { status, message }: { status: string; message: string }): void {
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(message)}\r\nConnection: close\r\n\r\n${message}`,
  );
}

async function endAll(sockets: WebSocketServer): Promise<void> {
  const open = [...sockets.clients];
  const allClosed = Promise.all(open.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  for (const socket of open) socket.close(GOING_AWAY, 'The server is going away');
  const cut = setTimeout(() => {
    for (const socket of open) socket.terminate();
  }, CLOSING_MS);
  await allClosed;
  clearTimeout(cut);
}
