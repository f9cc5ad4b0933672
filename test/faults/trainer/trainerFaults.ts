import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../../support/process.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import { fillDatabase, inFolder } from '../place.ts';
import { trainFactorization, withRecommender } from '../states.ts';
import type { Sabotage } from './sabotage.ts';

const MEMORY = '400';
/** What is done to the trainer, and what the server says of it. */
const TROUBLES: Record<Sabotage | 'killed', { readonly done: string; readonly said: RegExp }> = {
  killed: { done: 'killed with -9', said: /ended by SIGKILL/ },
  nan: { done: 'given a rating that is NaN', said: /diverged|not (a number|finite)|NaN|refused/ },
  poison: { done: 'publishes a factor that is NaN, with a hash that fits', said: /holds a NaN/ },
  torn: { done: 'publishes a file that is cut off', said: /cut off/ },
  heap: { done: 'fills its heap', said: /ran out of its 400 MiB/ },
  memory: { done: 'fills its memory outside of the heap', said: /ran out of its 400 MiB/ },
};
const TRIED: Record<Size, readonly (keyof typeof TROUBLES)[]> = {
  short: ['killed', 'poison'],
  long: ['killed', 'nan', 'poison', 'torn', 'heap', 'memory'],
};

const QUERY = '{ recommendations(userId: "1", n: 5) { score variance } model { version } }';
const RATE =
  'mutation ($user: ID!, $movie: ID!, $rating: Float!) { rateMovie(userId: $user, movieId: $movie, rating: $rating) { sequence } }';
const STATUS = '{ model { version training stale lastTrainingError } }';

/** Everything that may befall a training, while queries and ratings go on. */
export const trainerFaults: Fault = {
  name: 'trainer',
  what: 'a trainer that is killed, out of memory, fed or publishing what is no number',
  run: (size, tell) => inFolder((folder) => spoilTrainings(folder, size, tell)),
};

async function spoilTrainings(folder: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const db = join(folder, 'taste.db');
  const sabotage = join(folder, 'sabotage');
  const films = fillDatabase(db, 600);
  await withRecommender(db, trainFactorization);
  const environment = { TASTEGRAPH_TEST_SABOTAGE: sabotage, TASTEGRAPH_TRAINER_MEMORY: MEMORY, LOG_LEVEL: 'error' };
  const preload = join(import.meta.dirname, 'sabotage.ts');
  const server = await serveProcess(['--db', db, '--demo', 'none'], environment, { preload });
  const traffic = new Traffic(server, films);
  const findings: Finding[] = [];
  for (const trouble of TRIED[size]) {
    findings.push(await troubled(server, trouble, sabotage));
    tell(`${findings.at(-1)!.what}: ${findings.at(-1)!.seen}`);
  }
  rmSync(sabotage, { force: true });
  findings.push(await recovered(server));
  const { answered, failed } = await traffic.end();
  await server.stop('SIGTERM');
  findings.push({
    what: 'requests meanwhile that failed',
    seen: `${failed} of ${answered}`,
    bar: '0',
    holds: failed === 0 && answered > 50,
  });
  return findings;
}

async function statusOf(
  server: ServerProcess,
): Promise<{ version: number; training: boolean; stale: boolean; lastTrainingError: string | null }> {
  return (await ask(server, STATUS)).data.model;
}

async function troubled(server: ServerProcess, trouble: keyof typeof TROUBLES, sabotage: string): Promise<Finding> {
  const { done, said } = TROUBLES[trouble];
  const { version } = await statusOf(server);
  if (trouble === 'killed') rmSync(sabotage, { force: true });
  else writeFileSync(sabotage, trouble);
  await ask(server, 'mutation { trainModel(models: [MF]) { id } }');
  if (trouble === 'killed') process.kill(await trainerOf(server.child.pid!), 'SIGKILL');
  const after = await ended(server);
  const holds = after.version === version && after.stale && said.test(after.lastTrainingError ?? '');
  return {
    what: `a trainer ${done}`,
    seen: `version ${after.version}, ${after.lastTrainingError}`,
    bar: `version ${version}, ${said}`,
    holds,
  };
}

/** A version comes of it; whether it serves is decided by its hold-out, which these odd ratings may speak against. */
async function recovered(server: ServerProcess): Promise<Finding> {
  const newest = async () => (await ask(server, '{ modelVersions(first: 1) { version refusedBecause } }')).data.modelVersions[0];
  const before = await newest();
  await ask(server, 'mutation { trainModel(models: [MF]) { id } }');
  const { stale, lastTrainingError } = await ended(server);
  const { version, refusedBecause } = await newest();
  return {
    what: 'the next training, left alone',
    seen: `makes version ${version} (${refusedBecause ?? 'it serves'}), ${lastTrainingError ?? 'not stale'}`,
    bar: `version > ${before.version}, not stale`,
    holds: version > before.version && !stale,
  };
}

async function ended(server: ServerProcess): ReturnType<typeof statusOf> {
  for (;;) {
    const status = await statusOf(server);
    if (!status.training) return status;
    await sleep(50);
  }
}

/** The child process of a server that runs `trainer.ts`. */
async function trainerOf(server: number): Promise<number> {
  for (;;) {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      if (isTrainer(name, server)) return Number(name);
    }
    await sleep(5);
  }
}

function isTrainer(pid: string, server: number): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[3] === String(server) &&
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('trainer')
    );
  } catch {
    return false; // it has just ended
  }
}

/**
 * Queries and ratings, one after the other, each of which must be answered. Each rating is somebody else's: the newest ratings judge a
 * version, and of one odd visitor the active version would have learned what a new one has not.
 */
class Traffic {
  private readonly server: ServerProcess;
  private readonly films: readonly string[];
  private readonly done: Promise<void>;
  private stopped = false;
  private answered = 0;
  private failed = 0;

  constructor(server: ServerProcess, films: readonly string[]) {
    this.server = server;
    this.films = films;
    this.done = this.goOn();
  }

  async end(): Promise<{ answered: number; failed: number }> {
    this.stopped = true;
    await this.done;
    return { answered: this.answered, failed: this.failed };
  }

  private async goOn(): Promise<void> {
    for (let turn = 0; !this.stopped; turn += 1) {
      const rates = turn % 5 === 0;
      const movie = this.films[turn % this.films.length]!;
      const answer = rates
        ? await ask(this.server, RATE, { user: `visitor ${turn}`, movie, rating: 1 + (turn % 9) / 2 })
        : await ask(this.server, QUERY);
      const isRight = rates
        ? answer.data?.rateMovie.sequence > 0
        : answer.data?.recommendations.every(isSound) && answer.data.model.version > 0;
      this.answered += 1;
      if (!isRight || answer.errors.length > 0) this.failed += 1;
      await sleep(10);
    }
  }
}

function isSound({ score, variance }: { score: number; variance: number }): boolean {
  return Number.isFinite(score) && variance > 0;
}
