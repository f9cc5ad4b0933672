import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../src/engine/math/random.ts';
import { ask, connect } from '../../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../../support/process.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import { fillDatabase, inFolder } from '../place.ts';
import { trainFactorization, withRecommender } from '../states.ts';

const PLAN: Record<Size, { readonly minutes: number; readonly trainings: number }> = {
  short: { minutes: 0.3, trainings: 1 },
  long: { minutes: 20, trainings: 20 },
};
const PEOPLE = 6;
/** Pause between two calls of one of them; milliseconds. */
const PAUSE = 20;
/** Of the run, before memory is looked at. */
const WARM_UP = 1 / 3;
/** What memory may grow by from the second third to the last, MiB: the database keeps its size meanwhile, but its log grows. */
const FLAT_MIB = 40;

const RATE =
  'mutation ($user: ID!, $movie: ID!, $rating: Float!) { rateMovie(userId: $user, movieId: $movie, rating: $rating) { sequence after { score } } }';
const WITHDRAW = 'mutation ($user: ID!, $movie: ID!) { withdrawRating(userId: $user, movieId: $movie) { sequence } }';
const LIST =
  'query ($user: ID!) { recommendations(userId: $user) { score interval { low high } explanation { summary contributions { label value } becauseYouRated { weight } } } }';
const MOVIE = 'query ($movie: ID!) { similarMovies(movieId: $movie) { similarity reason } movie(id: $movie) { meanRating } }';
const ASK = 'query ($user: ID!) { onboarding(userId: $user) { title } user(id: $user) { ratingCount standardDeviation } }';
const FORGET = 'mutation ($user: ID!) { forgetUser(userId: $user) { sequence } }';

/** A day in the life of a server, in twenty minutes. */
export const soak: Fault = {
  name: 'soak',
  what: 'mixed load for 20 minutes with 20 retrainings, people who come and are forgotten, and subscriptions that come and go',
  run: (size, tell) => inFolder((folder) => soakIn(join(folder, 'taste.db'), size, tell)),
};

async function soakIn(db: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const { minutes, trainings } = PLAN[size];
  const films = fillDatabase(db, 1_500);
  await withRecommender(db, trainFactorization);
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error', TASTEGRAPH_CHECKPOINT_EVERY: '2000' });
  const run = new Soak(server, films, minutes * 60_000);
  const memory = run.watchMemory(tell);
  const [versions] = await Promise.all([
    run.trainings(trainings),
    run.subscriptions(),
    ...Array.from({ length: PEOPLE }, (_, person) => run.person(person)),
  ]);
  const seen = await memory;
  const status = await server.stop('SIGTERM');
  const { wrong, calls } = run;
  return [
    {
      what: 'calls, and those with an error',
      seen: [`${calls}, ${wrong.length}`, ...wrong.slice(0, 3)].join('; '),
      bar: '0',
      holds: wrong.length === 0 && calls > 100,
    },
    { what: 'retrainings', seen: `${versions}`, bar: `${trainings}`, holds: versions === trainings },
    {
      what: 'memory in the second third and the last',
      seen: `${seen.middle.toFixed(0)} and ${seen.end.toFixed(0)} MiB`,
      bar: `<= ${FLAT_MIB} MiB more`,
      holds: size === 'short' || seen.end - seen.middle <= FLAT_MIB,
    },
    { what: 'exit status at the end', seen: `${status}`, bar: '0', holds: status === 0 },
  ];
}

class Soak {
  readonly wrong: string[] = [];
  calls = 0;
  private newest = 0;
  private readonly server: ServerProcess;
  private readonly films: readonly string[];
  private readonly began = performance.now();
  private readonly length: number;

  constructor(server: ServerProcess, films: readonly string[], length: number) {
    this.server = server;
    this.films = films;
    this.length = length;
  }

  /** Rates, looks, changes its mind, takes everything back, and is now and then forgotten: the database keeps its size. */
  async person(number: number): Promise<void> {
    const random = new Random(number);
    for (let life = 0; this.goesOn(); life += 1) {
      const user = `person-${number}-${life % 50}`;
      const seen = this.films.filter(() => random.below(4) === 0).slice(0, 12);
      for (const movie of seen) await this.call(RATE, { user, movie, rating: 1 + random.below(9) / 2 });
      await this.call(LIST, { user });
      await this.call(ASK, { user });
      for (const movie of seen) {
        await this.call(RATE, { user, movie, rating: 1 + random.below(9) / 2 });
        await this.call(MOVIE, { movie });
      }
      if (life % 25 === 24 && seen.length > 0) await this.call(FORGET, { user });
      else for (const movie of seen) await this.call(WITHDRAW, { user, movie });
    }
  }

  /** @returns trainings that gave a version or were refused for its hold-out, and did not fail */
  async trainings(wanted: number): Promise<number> {
    let done = 0;
    for (let training = 0; training < wanted; training += 1) {
      while (performance.now() - this.began < (this.length * training) / wanted) await sleep(100);
      const before = await this.newestVersion();
      while ((await this.newestVersion()) === before) {
        await this.call('mutation { trainModel(models: [MF]) { id } }', {});
        for (let waited = 0; waited < 100 && (await this.newestVersion()) === before; waited += 1) await sleep(200);
      }
      done += 1;
    }
    return done;
  }

  /** Clients that listen for a while and go, politely or not. */
  async subscriptions(): Promise<void> {
    for (let turn = 0; this.goesOn(); turn += 1) {
      const client = connect(this.server);
      const updates = client.iterate({ query: 'subscription { modelUpdated { sequence kind runningRmse } }' });
      for (let heard = 0; heard < 20; heard += 1) {
        // When nobody rates any more nothing is heard.
        const next = await Promise.race([updates.next(), sleep(2_000)]);
        if (next?.value?.errors) this.wrong.push(JSON.stringify(next.value.errors));
        if (next === undefined || next.done || !this.goesOn()) break;
      }
      if (turn % 2 === 0) await client.dispose();
      else client.terminate();
      await sleep(500);
    }
  }

  /** Resident memory, looked at every two seconds; means of the second and the last third, MiB. */
  async watchMemory(tell: (line: string) => void): Promise<{ middle: number; end: number }> {
    const seen: number[] = [];
    for (let look = 0; this.goesOn(); look += 1) {
      const status = readFileSync(`/proc/${this.server.child.pid}/status`, 'utf8');
      seen.push(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024);
      if (look % 30 === 0)
        tell(
          `${((performance.now() - this.began) / 60_000).toFixed(1)} min: ${seen.at(-1)!.toFixed(0)} MiB, ${this.calls} calls, ${this.wrong.length} wrong`,
        );
      await sleep(2_000);
    }
    const third = Math.ceil(seen.length * WARM_UP);
    const mean = (part: readonly number[]) => part.reduce((sum, value) => sum + value, 0) / part.length;
    return { middle: mean(seen.slice(third, 2 * third)), end: mean(seen.slice(2 * third)) };
  }

  private goesOn(): boolean {
    return performance.now() - this.began < this.length;
  }

  private async newestVersion(): Promise<number> {
    const data = await this.call('{ modelVersions(first: 1) { version } }', {});
    this.newest = data?.modelVersions[0].version ?? this.newest;
    return this.newest;
  }

  /** @returns what was answered; a call that got an error is kept among the wrong ones */
  private async call(query: string, variables: Record<string, unknown>) {
    this.calls += 1;
    const { data, errors } = await ask(this.server, query, variables);
    if (errors.length > 0) this.wrong.push(`${query.slice(0, 40)}: ${errors[0]!.message}`);
    await sleep(PAUSE);
    return data;
  }
}
