import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { openRecommender } from '../../src/commands/openRecommender.ts';
import { type Flags, loadConfig } from '../../src/config.ts';
import type { Recommender } from '../../src/recommender.ts';
import { startServer } from '../../src/server.ts';
import { Store } from '../../src/store/store.ts';

export interface TestServer {
  readonly url: string;
  readonly wsUrl: string;
  /** The one that runs now. */
  readonly service: Recommender;
  readonly port: number;
  /** The database. */
  readonly path: string;
  /** Ends the server and starts it again at the same address. @param meanwhile done when nobody can reach it */
  restart(meanwhile?: (service: Recommender) => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

/** Films "1" to "60", each rated by some of the users "1" to "12"; nobody has rated film "60". */
const FILMS = 60;
const USERS = 12;

/** A real server on a free port, over a real database in a folder of its own; it trains only when told to. */
export async function startTestServer(flags: Flags = {}, logger: Logger = pino({ level: 'silent' })): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tastegraph-server-'));
  // A machine that runs other tests beside this one is slow, which is no crowd.
  const config = loadConfig({ db: join(folder, 'test.db'), port: '0', maxLag: '60000', ...flags }, {});
  const open = async (port: number) => {
    const store = Store.open(config.db, { clock: Date.now });
    const service = openRecommender(store, config, logger, false);
    if (port === config.port) await fill(service);
    const server = await startServer({ service, config: { ...config, port }, logger });
    const close = async (meanwhile?: (service: Recommender) => Promise<unknown>) => {
      await server.close();
      await meanwhile?.(service);
      await service.close();
      store.close();
    };
    return { service, url: server.url, close };
  };
  let running = await open(config.port);
  const { url } = running;
  const port = Number(new URL(url).port);
  return {
    url,
    wsUrl: `${url.replace('http', 'ws')}/graphql`,
    port,
    path: config.db,
    get service() {
      return running.service;
    },
    async restart(meanwhile) {
      await running.close(meanwhile);
      running = await open(port);
    },
    async close() {
      await running.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fill(service: Recommender): Promise<void> {
  const films = Array.from({ length: FILMS }, (_, index) => index + 1);
  await Promise.all(
    films.map((film) => service.putMovie({ id: String(film), title: `Film ${film}`, year: 1950 + film, genres: ['Drama'] })),
  );
  await Promise.all(films.slice(0, -1).flatMap((film) => someUsers(film).map((user) => service.rate(ratingOf(user, film)))));
}

function someUsers(film: number): number[] {
  return Array.from({ length: USERS }, (_, index) => index + 1).filter((user) => (user + film) % 3 === 0);
}

function ratingOf(user: number, film: number) {
  const rating = 1 + ((user * 7 + film * 3) % 9) / 2;
  return { userId: String(user), movieId: String(film), rating, ratedAt: null, requestId: null };
}
