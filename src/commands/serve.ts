import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';
import { demoSource, labSource } from '../importers/demo.ts';
import type { Recommender } from '../recommender.ts';
import { checkAddress, startServer } from '../server.ts';
import { acquireLock } from '../store/lock.ts';
import { Store } from '../store/store.ts';
import { fillStore } from './fillStore.ts';
import { openRecommender } from './openRecommender.ts';

/** How long the first start waits for the first model before it answers without one; milliseconds. */
const FIRST_MODEL_PATIENCE = 10_000;

/** `tastegraph serve`: the server, until SIGTERM or SIGINT. */
export async function runServe(_options: Record<string, never>, config: Config): Promise<void> {
  const logger = pino({ level: config.logLevel }, pino.destination(2));
  await checkAddress(config);
  const lock = await acquireLock(config.db, { command: 'serve', clock: Date.now });
  const store = Store.open(config.db, { clock: Date.now });
  fillEmpty(store, config);
  const recommender = openRecommender(store, config, logger, true);
  const server = await startServer({ service: recommender, config, logger });
  stopOnSignal(logger, async () => {
    lock.drain();
    await server.close();
    await recommender.close();
    store.close();
    lock.release();
  });
  await firstModel(recommender);
  say(`Dashboard   ${server.url}/`);
  say(`Playground  ${server.url}/graphql`);
}

function fillEmpty(store: Store, config: Config): void {
  if (config.demo === 'none' || store.lastSequence() > 0) return;
  const source = config.demo === 'lab' ? labSource() : demoSource(config.seed);
  // All or nothing: a half-filled database would not be filled at the next start.
  const { ratings, movies, users } = store.transaction(() => fillStore(store, source));
  say(`Filled ${config.db} with ${source.ratingsFile}: ${ratings.added} ratings of ${movies.added} movies by ${users.added} users.`);
}

/** A newcomer's first query should meet a model; a large database is served before it has one. */
async function firstModel(recommender: Recommender): Promise<void> {
  const { training, version } = recommender.modelStatus();
  if (!training || version > 0) return;
  say('Training the first model …');
  const began = performance.now();
  const trained = new Promise<void>((resolve) => {
    const stop = recommender.onModelUpdated(({ kind }) => {
      if (kind !== 'ACTIVATED') return;
      stop();
      say(`Trained in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
      resolve();
    });
  });
  await Promise.race([trained, sleep(FIRST_MODEL_PATIENCE, undefined, { ref: false })]);
}

/** One clean stop; a second signal ends at once. */
function stopOnSignal(logger: Logger, stop: () => Promise<void>): void {
  const onSignal = (signal: NodeJS.Signals) => {
    logger.info(`Stopping on ${signal}.`);
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.removeListener(name, onSignal);
      process.once(name, () => process.exit(1));
    }
    stop().then(
      () => process.exit(0),
      (error: Error) => {
        logger.error({ err: error }, `The stop was not clean: ${error.message}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
