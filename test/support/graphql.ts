import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { TestServer } from './running.ts';

export interface GraphQLAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers whose shape their own query gives.
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly argument?: string; readonly requestId?: string };
  }[];
}

/** One operation over HTTP. */
export async function ask(
  server: Pick<TestServer, 'url'>,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<GraphQLAnswer> {
  return post(server, JSON.stringify({ query, variables }), headers);
}

/** Any body at all to /graphql. */
export async function post(server: Pick<TestServer, 'url'>, body: string, headers: Record<string, string> = {}): Promise<GraphQLAnswer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const { data, errors = [] } = (await response.json()) as { data?: unknown; errors?: GraphQLAnswer['errors'] };
  return { status: response.status, data, errors };
}

export function connect(server: Pick<TestServer, 'wsUrl'>, connectionParams: Record<string, unknown> = {}): Client {
  return createClient({ url: server.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams });
}
