import { pino } from 'pino';
import type { Model } from '../src/domain.ts';
import type { Recommender } from '../src/recommender.ts';
import { type RunningServer, startServer } from '../src/server.ts';
import type { Question } from './measuredServer.ts';
import { startBareApollo } from './reference/bareApollo.ts';
import { defaultConfig, openBench } from './workplace.ts';

/**
 * A server that is measured from outside: `serverProcess.ts tastegraph DB` or `serverProcess.ts bareApollo`. Sends its URL when it
 * listens, and the answer to each Question that it gets; ends when the channel closes.
 */
const [kind, db] = process.argv.slice(2);
const { server, recommender } = kind === 'tastegraph' ? await serve(db!) : { server: await startBareApollo(), recommender: null };

process.on('message', async (question: Question) => {
  process.send!(await answer(question));
});
process.once('disconnect', () => void server.close().then(() => process.exit(0)));
process.send!(server.url);

async function answer(question: Question): Promise<number> {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage();
    return user + system;
  }
  if (question === 'memory') return memoryInUse();
  return trainOnce(recommender!, question === 'train' ? null : ['MF']);
}

async function memoryInUse(): Promise<number> {
  // What the first collection sets free to be finished in another turn goes with the second.
  globalThis.gc!();
  await new Promise(setImmediate);
  globalThis.gc!();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function trainOnce(service: Recommender, models: readonly Model[] | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const stop = service.onTrainingProgress(({ finished, error }) => {
      if (!finished) return;
      stop();
      if (error === null) resolve(service.modelStatus().version);
      else reject(new Error(`The training failed: ${error}.`));
    });
    service.train(models);
  });
}

async function serve(path: string): Promise<{ server: RunningServer; recommender: Recommender }> {
  const config = defaultConfig(path);
  const { recommender: service, close } = openBench(config);
  const running = await startServer({ service, config, logger: pino({ level: 'silent' }) });
  const server = {
    url: running.url,
    async close() {
      await running.close();
      await close();
    },
  };
  return { server, recommender: service };
}
