import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../../support/process.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import { copyDatabase, filesWith, fillDatabase, inFolder } from '../place.ts';
import { trainFactorization, withRecommender } from '../states.ts';

/** 24 characters; nothing else is called like this. */
const SOMEBODY = 'somebody4f1c9a7e2b6d8035';
const RATINGS = 5;
/** Steps that are tried; null: every one there is. */
const STEPS: Record<Size, readonly number[] | null> = { short: [6, 12, 16], long: null };
/** More steps than forgetting has. */
const MOST_STEPS = 200;

const FORGET = `mutation { forgetUser(userId: "${SOMEBODY}") { ratingsRemoved } }`;
const KNOWN = `{ user(id: "${SOMEBODY}") { ratingCount age } }`;

/** What became of one kill. */
interface Outcome {
  readonly step: string;
  /** Wholly there, wholly gone, or neither: what is wrong. */
  readonly fate: 'there' | 'gone' | string;
}

/** Forgets a user again and again, each time killed one step later, every second time with a training under way. */
export const forgetKill: Fault = {
  name: 'forget',
  what: 'kill -9 between any two steps of forgetUser, and a restart',
  run: (size, tell) => inFolder((folder) => forgetAndDie(folder, size, tell)),
};

async function forgetAndDie(folder: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const base = join(folder, 'base.db');
  await makeBase(base);
  const place = join(folder, 'place');
  const outcomes: Outcome[] = [];
  for (const step of STEPS[size] ?? Array.from({ length: MOST_STEPS }, (_, index) => index + 1)) {
    rmSync(place, { recursive: true, force: true });
    const outcome = await killedAt(step, base, place, step % 2 === 0);
    if (outcome === null) break;
    outcomes.push(outcome);
    tell(`step ${step}, ${outcome.step}: ${outcome.fate}`);
  }
  const wrong = outcomes.filter(({ fate }) => fate !== 'there' && fate !== 'gone');
  const there = outcomes.filter(({ fate }) => fate === 'there').length;
  return [
    {
      what: 'steps at which it was killed',
      seen: `${outcomes.length}: ${there} before, ${outcomes.length - there} after it was done`,
      bar: '> 0 of each',
      holds: there > 0 && there < outcomes.length,
    },
    {
      what: 'users half forgotten, or found in a file or a log',
      seen: [`${wrong.length}`, ...wrong.map(({ step, fate }) => `${step}: ${fate}`)].join('; '),
      bar: '0',
      holds: wrong.length === 0,
    },
  ];
}

/** A database whose version, checkpoint, rows and stored answers know somebody. */
async function makeBase(db: string): Promise<void> {
  const films = fillDatabase(db, 600);
  await withRecommender(db, async (recommender) => {
    await recommender.putUser({ id: SOMEBODY, age: 40, gender: 'F', occupation: 'nurse' });
    for (const [index, movieId] of films.slice(0, RATINGS).entries()) {
      await recommender.rate({ userId: SOMEBODY, movieId, rating: 1 + (index % 5), ratedAt: null, requestId: `of ${SOMEBODY} ${index}` });
    }
    await trainFactorization(recommender);
  });
}

/** @returns null when the server has outlived it: there is no such step */
async function killedAt(step: number, base: string, place: string, training: boolean): Promise<Outcome | null> {
  const db = join(place, 'taste.db');
  const stepFile = `${base}.step`;
  rmSync(stepFile, { force: true });
  mkdirSync(place);
  copyDatabase(base, db);
  const environment = { TASTEGRAPH_TEST_STEP: String(step), TASTEGRAPH_TEST_STEP_FILE: stepFile, LOG_LEVEL: 'info' };
  const victim = await serveProcess(['--db', db, '--demo', 'none'], environment, { preload: join(import.meta.dirname, 'steps.ts') });
  if (training) await ask(victim, 'mutation { trainModel { id } }');
  const answered = await ask(victim, FORGET).catch(() => null);
  await victim.stop('SIGKILL');
  if (!existsSync(stepFile)) {
    if (answered?.data?.forgetUser?.ratingsRemoved !== RATINGS)
      throw new Error(`forgetUser failed without a kill: ${answered?.errors[0]?.message}`);
    return null;
  }
  return { step: readFileSync(stepFile, 'utf8'), fate: await fateOf(db, place, victim) };
}

/** What a restart finds; somebody who is still there must be whole, and forgotten when it is asked again. */
async function fateOf(db: string, place: string, victim: ServerProcess): Promise<string> {
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'info' });
  const { user } = (await ask(server, KNOWN)).data;
  let fate = 'gone';
  if (user !== null) {
    fate = user.ratingCount === RATINGS && user.age === 40 ? 'there' : `half there: ${JSON.stringify(user)}`;
    const { data, errors } = await ask(server, FORGET);
    if (data?.forgetUser?.ratingsRemoved !== RATINGS) fate = `not forgotten the second time: ${errors[0]?.message}`;
  }
  const found = filesWith(place, SOMEBODY);
  if (found.length > 0) fate = `still in ${found.join(', ')}`;
  await server.stop('SIGKILL');
  if (`${victim.output()}${server.output()}`.includes(SOMEBODY)) fate = 'named in the log';
  return fate;
}
