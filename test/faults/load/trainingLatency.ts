import { join } from 'node:path';
import { ask } from '../../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../../support/process.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import type { Outcome } from '../overload/crowd.ts';
import { sendCrowd } from '../overload/sendCrowd.ts';
import { fillDatabase, inFolder } from '../place.ts';
import { trainFactorization, withRecommender } from '../states.ts';

const SHAPES: Record<Size, { readonly ratings: number; readonly users: number; readonly movies: number }> = {
  short: { ratings: 1_500, users: 60, movies: 60 },
  long: { ratings: 100_000, users: 1_000, movies: 1_700 },
};
/** Calls a second, and seconds of each look at them. */
const RATE = 40;
const SECONDS: Record<Size, number> = { short: 1, long: 10 };
const SLOWER = 3;
/** Which models are trained; without a list all are. */
const MODELS: Record<Size, string> = { short: '(models: [MF])', long: '' };

/** Lists are asked for at a steady pace, before, during and after a whole training with its hand-over. */
export const trainingLatency: Fault = {
  name: 'latency',
  what: 'recommendations while a training runs, beside those without, in the same run',
  run: (size, tell) => inFolder((folder) => besideTraining(join(folder, 'taste.db'), size, tell)),
};

async function besideTraining(db: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const films = fillDatabase(db, SHAPES[size].ratings, SHAPES[size]);
  await withRecommender(db, trainFactorization);
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error' });
  const look = (name: string) =>
    sendCrowd({ url: server.url, clients: 4, seconds: SECONDS[size], rate: RATE, name, films, readsOnly: true });
  await look('warm');
  const calm = [await look('before')];
  await ask(server, `mutation { trainModel${MODELS[size]} { id } }`);
  const busy: Outcome[] = [];
  while ((await statusOf(server)).training || busy.length === 0) busy.push(await look(`during${busy.length}`));
  const { version, lastTrainingError } = await statusOf(server);
  calm.push(await look('after'));
  await server.stop('SIGTERM');
  tell(`training took about ${busy.length * SECONDS[size]} s`);
  return findings(size, calm, busy, { version, lastTrainingError });
}

function findings(
  size: Size,
  calm: readonly Outcome[],
  busy: readonly Outcome[],
  after: { version: number; lastTrainingError: string | null },
): Finding[] {
  const without = percentile99(calm);
  const during = percentile99(busy);
  const failed = [...calm, ...busy].filter(({ refused, failed: broken }) => Object.keys(refused).length + Object.keys(broken).length > 0);
  const answered = busy.reduce((sum, outcome) => sum + outcome.answered, 0);
  return [
    {
      what: 'p99 of recommendations during a training, beside that without',
      seen: `${during.toFixed(1)} ms of ${answered} calls, ${without.toFixed(1)} ms: ${(during / without).toFixed(2)} ×`,
      bar: `<= ${SLOWER} ×`,
      // Short runs are part of the tests, on machines that do other things beside.
      holds: size === 'short' || during <= SLOWER * without,
    },
    {
      what: 'calls that failed meanwhile',
      seen: JSON.stringify(failed.map(({ refused, failed: broken }) => ({ refused, broken }))),
      bar: '[]',
      holds: failed.length === 0 && answered > 0,
    },
    {
      what: 'what the training made',
      seen: `version ${after.version}, ${after.lastTrainingError ?? 'no error'}`,
      bar: 'version > 1, no error',
      holds: after.version > 1 && after.lastTrainingError === null,
    },
  ];
}

async function statusOf(server: ServerProcess): Promise<{ version: number; training: boolean; lastTrainingError: string | null }> {
  return (await ask(server, '{ model { version training lastTrainingError } }')).data.model;
}

function percentile99(outcomes: readonly Outcome[]): number {
  const all = outcomes.flatMap(({ latencies }) => latencies).sort((left, right) => left - right);
  return all[Math.floor(0.99 * all.length)] ?? Number.NaN;
}
