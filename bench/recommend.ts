import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { compare, type Figure } from './measure.ts';
import type { BenchSize } from './size.ts';
import { defaultConfig, fill, inFolder } from './workplace.ts';

const CLIENTS = 8;
const QUERY = `query Recommendations($userId: ID!) {
  recommendations(userId: $userId, n: 10) { rank score variance movie { id title } }
}`;

/** A server in a process of its own, which tells how much processor time it has used. */
interface MeasuredServer {
  readonly url: string;
  /** Microseconds, user and system. */
  cpu(): Promise<number>;
  close(): Promise<void>;
}

/** "recommend": processor time of the server for ten recommendations, against that of an empty query on a bare stack. */
export function recommendFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const config = defaultConfig(`${folder}/recommend.db`);
    fill(config.db, table, table.r.length);
    const servers = await Promise.all([startServer('tastegraph', config.db), startServer('bareApollo')]);
    const [server, bare] = servers;
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const cost = async (of: MeasuredServer, bodyOf: (index: number) => unknown) => {
      const before = await of.cpu();
      await sendAll(of.url, agent, size.requests, bodyOf);
      return ((await of.cpu()) - before) / size.requests;
    };
    const userOf = (index: number) => table.users[(index * 7) % table.users.length]!.id;
    try {
      // Both compilers have seen the code often enough before anything counts.
      for (let turn = 0; turn < 3; turn += 1) {
        await cost(server, (index) => ({ query: QUERY, variables: { userId: userOf(index) } }));
        await cost(bare, () => ({ query: '{ __typename }' }));
      }
      const figure = await compare({
        name: 'recommend',
        what: `recommendations(n: 10) of ${table.movies.length} movies through HTTP`,
        unit: 'µs CPU a request',
        reference: 'bareApollo',
        rounds: size.rounds,
        bar: { atMost: 3 },
        measure: (round) => cost(server, (index) => ({ query: QUERY, variables: { userId: userOf(round * size.requests + index) } })),
        measureReference: () => cost(bare, () => ({ query: '{ __typename }' })),
      });
      return [figure];
    } finally {
      agent.destroy();
      await Promise.all(servers.map((each) => each.close()));
    }
  });
}

/** Sends requests over kept connections, each client its next one when the last is answered. */
async function sendAll(url: string, agent: Agent, count: number, bodyOf: (index: number) => unknown): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await send(url, agent, JSON.stringify(bodyOf(index)));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** @throws Error unless the answer is 200 without errors */
function send(url: string, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === 200 && !text.includes('"errors"')) resolve();
        else reject(new Error(`The server answered ${response.statusCode}: ${text.slice(0, 200)}`));
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

async function startServer(kind: 'tastegraph' | 'bareApollo', ...args: string[]): Promise<MeasuredServer> {
  const file = fileURLToPath(new URL('./serverProcess.ts', import.meta.url));
  const child = fork(file, [kind, ...args], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const url = await answerOf<string>(child);
  return {
    url,
    cpu() {
      child.send('cpu');
      return answerOf<number>(child);
    },
    async close() {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** The child's next message. */
function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The measured server ended with ${code}.`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}
