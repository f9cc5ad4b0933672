import { pino } from 'pino';
import { type RunningServer, startServer } from '../src/server.ts';
import { startBareApollo } from './reference/bareApollo.ts';
import { defaultConfig, openBench } from './workplace.ts';

/**
 * A server that is measured from outside: `serverProcess.ts tastegraph DB` or `serverProcess.ts bareApollo`. Sends its URL when it
 * answers, and its processor time so far, microseconds, whenever it gets a message; ends when the channel closes.
 */
const [kind, db] = process.argv.slice(2);
const server = kind === 'tastegraph' ? await serve(db!) : await startBareApollo();

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send!(user + system);
});
process.once('disconnect', () => void server.close().then(() => process.exit(0)));
process.send!(server.url);

async function serve(path: string): Promise<RunningServer> {
  const config = defaultConfig(path);
  const { recommender, close } = openBench(config);
  const running = await startServer({ service: recommender, config, logger: pino({ level: 'silent' }) });
  return {
    url: running.url,
    async close() {
      await running.close();
      await close();
    },
  };
}
