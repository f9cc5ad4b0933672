import { join } from 'node:path';
import { serveProcess } from '../../support/process.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import type { Outcome } from '../overload/crowd.ts';
import { sendCrowd } from '../overload/sendCrowd.ts';
import { fillDatabase, inFolder } from '../place.ts';
import { trainFactorization, withRecommender } from '../states.ts';
import { Held } from './held.ts';

const SLOW_BODIES = 200;
const IDLE: Record<Size, number> = { short: 300, long: 2_000 };
const SECONDS: Record<Size, number> = { short: 1, long: 20 };
const CLIENTS = 8;
const TIMES = 3;
/** For the noise of the machine. */
const NOISE_MS = 5;
const HEAD = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{';

/** Connections that are held to keep others out. */
export const slow: Fault = {
  name: 'slow',
  what: `${SLOW_BODIES} bodies of a byte a second and up to ${IDLE.long} connections that say nothing, beside ${CLIENTS} clients`,
  run: (size, tell) => inFolder((folder) => hold(folder, size, tell)),
};

async function hold(folder: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const db = join(folder, 'taste.db');
  const films = fillDatabase(db, 1_500);
  // No training of its own beside the clients, before or during.
  await withRecommender(db, trainFactorization);
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error', TASTEGRAPH_COMPUTE: 'cpu' });
  const crowd = (name: string) => sendCrowd({ url: server.url, clients: CLIENTS, seconds: SECONDS[size], rate: null, name, films });
  await crowd('warm');
  const before = await crowd('before');
  const held = new Held(server.url);
  await held.open(SLOW_BODIES, HEAD);
  await held.open(IDLE[size], '');
  tell(`${held.opened} connections are held`);
  const during = await crowd('during');
  const { opened, closed } = held;
  held.end();
  await server.stop('SIGTERM');
  return findings({ size, before, during, opened, closed });
}

interface Seen {
  readonly size: Size;
  readonly before: Outcome;
  readonly during: Outcome;
  readonly opened: number;
  readonly closed: number;
}

function findings({ size, before, during, opened, closed }: Seen): Finding[] {
  const [was, is] = [p99(before), p99(during)];
  const lost = { ...during.refused, ...during.failed };
  // A short run is part of the tests, on machines that do other things beside, and a busy one may say so.
  const isRight = (said: string) => size === 'short' && said === '503 OVERLOADED';
  return [
    {
      what: 'connections opened to be held, closed by the server meanwhile and opened again',
      seen: `${opened}, ${closed}`,
      bar: `>= ${SLOW_BODIES + IDLE[size]}`,
      holds: opened >= SLOW_BODIES + IDLE[size],
    },
    {
      what: 'calls of the others answered, not answered',
      seen: `${during.answered}, ${JSON.stringify(lost)}`,
      bar: 'all answered',
      holds: during.answered > 0 && Object.keys(lost).every(isRight),
    },
    {
      what: 'p99 of the others, beside that before',
      seen: `${is.toFixed(1)} ms, before ${was.toFixed(1)} ms`,
      bar: `<= ${TIMES} × that before + ${NOISE_MS} ms`,
      holds: size === 'short' || is <= TIMES * was + NOISE_MS,
    },
  ];
}

function p99({ latencies }: Outcome): number {
  return latencies[Math.min(latencies.length - 1, Math.floor(0.99 * latencies.length))] ?? Number.NaN;
}
