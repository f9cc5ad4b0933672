import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { type ServerProcess, serveProcess } from '../../support/process.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import { fillDatabase, inFolder } from '../place.ts';
import { trainFactorization, withRecommender } from '../states.ts';
import type { Outcome } from './crowd.ts';
import { sendCrowd } from './sendCrowd.ts';

const CLIENTS = 200;
/** A fast machine answers all that these clients can send at a time within the default, and would have nothing to refuse. */
const MAX_LAG_MS = '50';
const TIMES = 5;
const SECONDS: Record<Size, { readonly calm: number; readonly crowd: number }> = {
  short: { calm: 0.5, crowd: 1.5 },
  long: { calm: 10, crowd: 60 },
};
/** Memory that the server may take on under load, MiB. */
const MORE_MEMORY = 512;
/** Of the memory in the first half of the load: what the second may have on top. Ratings that are stored take room, too. */
const GROWTH = 1.25;
const RECOVERY_MS: Record<Size, number> = { short: 1_000, long: 5_000 };
/** Times the latency before the load that the latency after it may be, with this much for the noise of the machine, ms. */
const SLOWER = 2;
const NOISE_MS = 5;

/** A crowd that asks for more than there is. */
export const overload: Fault = {
  name: 'overload',
  what: `${CLIENTS} clients that begin ${TIMES} times the calls that the server can answer`,
  run: (size, tell) => inFolder((folder) => overrun(folder, size, tell)),
};

async function overrun(folder: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const db = join(folder, 'taste.db');
  const films = fillDatabase(db, 1_500);
  await withRecommender(db, trainFactorization);
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error', TASTEGRAPH_MAX_LAG: MAX_LAG_MS });
  const { calm, crowd } = SECONDS[size];
  const { url } = server;
  await sendCrowd({ url, clients: 8, seconds: calm, rate: null, name: 'warm', films });
  const before = await sendCrowd({ url, clients: 8, seconds: calm, rate: null, name: 'calm', films });
  const most = await sendCrowd({ url, clients: 64, seconds: calm, rate: null, name: 'most', films });
  const capacity = most.answered / most.seconds;
  tell(`it can answer ${capacity.toFixed(0)} calls a second, p50 ${ms(quantile(before, 0.5))}, p99 ${ms(quantile(before, 0.99))}`);
  const memory = new MemoryWatch(server);
  const during = await sendCrowd({ url, clients: CLIENTS, seconds: crowd, rate: TIMES * capacity, name: 'crowd', films });
  const used = memory.end();
  tell(`${JSON.stringify({ ...during, acknowledged: during.acknowledged.length, latencies: ms(quantile(during, 0.5)) })}`);
  await sleep(RECOVERY_MS[size]);
  const after = await sendCrowd({ url, clients: 8, seconds: calm, rate: null, name: 'after', films });
  await server.stop('SIGTERM');
  return findings({ size, before, during, after, used, lost: lostOf(db, [before, most, during, after]) });
}

interface Seen {
  readonly size: Size;
  readonly before: Outcome;
  readonly during: Outcome;
  readonly after: Outcome;
  readonly used: Memory;
  readonly lost: number;
}

function findings({ size, before, during, after, used, lost }: Seen): Finding[] {
  const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0);
  const begun = during.answered + total(during.refused) + total(during.failed);
  const unclear = Object.entries(during.refused).filter(([said]) => !/^(200|503) OVERLOADED$/.test(said));
  const limit = (quantileBefore: number) => SLOWER * quantileBefore + NOISE_MS;
  const isBack = [0.5, 0.99].every((q) => quantile(after, q) <= limit(quantile(before, q)));
  const more = used.highest - used.before;
  return [
    {
      what: 'calls begun, answered, refused',
      seen: `${begun} (${during.heldBack} held back by full connections), ${during.answered}, ${JSON.stringify(during.refused)}`,
      bar: 'some refused; each with OVERLOADED',
      // A few seconds need not be enough of a crowd on every machine.
      holds: (size === 'short' || total(during.refused) > 0) && unclear.length === 0,
    },
    { what: 'calls without an answer', seen: JSON.stringify(during.failed), bar: '{}', holds: total(during.failed) === 0 },
    {
      what: 'acknowledged ratings lost',
      seen: `${lost} of ${during.acknowledged.length}`,
      bar: '0',
      holds: lost === 0 && during.acknowledged.length > 0,
    },
    {
      what: 'memory, before, at most in the first and second half of the load',
      seen: `${used.before}, ${used.firstHalf}, ${used.highest} MiB`,
      bar: `<= ${MORE_MEMORY} MiB more, second <= ${GROWTH} × first`,
      // In a few seconds memory only begins to fill.
      holds: more <= MORE_MEMORY && (size === 'short' || used.highest <= GROWTH * used.firstHalf),
    },
    {
      what: `latency ${RECOVERY_MS[size] / 1_000} s after, p50 and p99, beside that before`,
      seen: `${ms(quantile(after, 0.5))} ${ms(quantile(after, 0.99))}, before ${ms(quantile(before, 0.5))} ${ms(quantile(before, 0.99))}`,
      bar: `<= ${SLOWER} × that before + ${NOISE_MS} ms`,
      // Short runs are part of the tests, on machines that do other things beside.
      holds: size === 'short' ? total(after.refused) + total(after.failed) === 0 : isBack,
    },
  ];
}

/** Acknowledged requests without an event. */
function lostOf(db: string, outcomes: readonly Outcome[]): number {
  const file = new Database(db, { readonly: true });
  const find = file
    .prepare('SELECT 1 FROM events WHERE request_id = ? UNION ALL SELECT 1 FROM repeated_requests WHERE request_id = ?')
    .pluck();
  const lost = outcomes.flatMap(({ acknowledged }) => acknowledged).filter((id) => find.get(id, id) === undefined);
  file.close();
  return lost.length;
}

interface Memory {
  readonly before: number;
  readonly firstHalf: number;
  readonly highest: number;
}

/** Looks at a process twice a second; MiB. */
class MemoryWatch {
  private readonly pid: number;
  private readonly seen: number[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor({ child }: ServerProcess) {
    this.pid = child.pid!;
    this.look();
    this.timer = setInterval(() => this.look(), 500);
  }

  end(): Memory {
    clearInterval(this.timer);
    this.look();
    const half = Math.ceil(this.seen.length / 2);
    return { before: this.seen[0]!, firstHalf: Math.max(...this.seen.slice(0, half)), highest: Math.max(...this.seen) };
  }

  private look(): void {
    const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))![1];
    this.seen.push(Math.round(Number(kibibytes) / 1024));
  }
}

function quantile({ latencies }: Outcome, q: number): number {
  return latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
