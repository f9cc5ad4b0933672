import type { Config } from '../src/config.ts';
import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { Clients } from './clients.ts';
import { benchData } from './data.ts';
import { type Figure, figureOf } from './measure.ts';
import { type MeasuredServer, startServer } from './measuredServer.ts';
import { EMPTY, recommendation } from './recommend.ts';
import type { BenchSize } from './size.ts';
import { slopeOf } from './slope.ts';
import { defaultConfig, fill, inFolder } from './workplace.ts';

/** Points at which memory is measured in the second half of the requests. */
const POINTS = 10;
const MIB = 2 ** 20;

/**
 * "memory": heap and array buffers that a request leaves behind, as the slope over the second half of the requests.
 * @param config of a database with a hybrid
 */
export async function requestMemoryFigure(table: RatingTable, size: BenchSize, config: Config): Promise<Figure> {
  const servers = await Promise.all([startServer('tastegraph', config.db), startServer('bareApollo')]);
  const [server, bare] = servers;
  const clients = new Clients();
  try {
    const value = await growth(clients, server, size.memoryRequests, (index) => recommendation(table, index));
    const reference = await growth(clients, bare, size.memoryRequests, () => EMPTY);
    return figureOf(
      {
        name: 'memory',
        what: `left behind by recommendations(n: 10, model: HYBRID): slope over the last half of ${size.memoryRequests}`,
        unit: 'bytes a request',
        reference: 'bareApollo',
        bar: { atMost: 1_000, of: 'value' },
      },
      [value],
      [reference],
    );
  } finally {
    clients.close();
    await Promise.all(servers.map((each) => each.close()));
  }
}

/**
 * "retraining": memory of the server after many trainings in a row, each of which puts a new model in the place of the last. Every
 * fourth part of them ends with the hybrid, which takes longer; the others train the factorization alone.
 */
export function retrainingFigures(_table: RatingTable, { retrainings, retrained }: BenchSize): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const config = defaultConfig(`${folder}/memory.db`);
    const small = benchData(retrained);
    fill(config.db, small, small.r.length);
    const server = await startServer('tastegraph', config.db);
    const part = Math.ceil(retrainings / 4);
    const memory: number[] = [];
    try {
      for (let before = 0; memory.length < retrainings; ) {
        const version = await server.train((memory.length + 1) % part === 0 ? 'all' : 'MF');
        if (version === before) throw new Error(`Training ${memory.length + 1} gave no version that serves.`);
        before = version;
        memory.push((await server.memory()) / MIB);
      }
    } finally {
      await server.close();
    }
    const row = {
      name: 'retraining',
      what: `heap and array buffers after ${retrainings} trainings in a row`,
      unit: 'MiB',
      reference: `after ${part} of them`,
      bar: { atMost: 1.1 },
    };
    return [figureOf(row, [memory.at(-1)!], [memory[part - 1]!])];
  });
}

/** @returns bytes a request */
async function growth(clients: Clients, server: MeasuredServer, requests: number, bodyOf: (index: number) => unknown): Promise<number> {
  const half = Math.floor(requests / 2);
  await clients.send(server.url, half, bodyOf);
  const sent = [0];
  const memory = [await server.memory()];
  while (sent.at(-1)! < half) {
    const start = sent.at(-1)!;
    const count = Math.min(Math.ceil(half / POINTS), half - start);
    await clients.send(server.url, count, (index) => bodyOf(half + start + index));
    sent.push(start + count);
    memory.push(await server.memory());
  }
  return slopeOf(sent, memory);
}
