import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { ask } from '../../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../../support/process.ts';
import type { Finding, Size } from '../fault.ts';
import { fillDatabase } from '../place.ts';
import { stateAfterRestart, stateFromLog } from '../states.ts';
import { reads, Visitor } from './visitor.ts';

/** Bytes by which each attempt may write more than the one before: a frame of the write-ahead log has 4,120. */
const STEP = 1_024;
const STEPS: Record<Size, number> = { short: 5, long: 120 };
/** Too few for the hybrid, whose training is not what is tried here. */
const RATINGS = 150;
const CLEAR = /^INTERNAL_SERVER_ERROR: The disk (is full|failed), nothing was stored\.$/;

/**
 * A server that may write no file beyond a size: the limit lies a little further in the write-ahead log each time, which begins anew
 * before, so that every write of a commit is the one that fails. Checkpoints and version files fail, too. Then there is room again.
 */
export async function full(folder: string, size: Size): Promise<readonly Finding[]> {
  const db = join(folder, 'full.db');
  const films = fillDatabase(db, RATINGS);
  const server = await serveProcess(['--db', db, '--demo', 'none'], { TASTEGRAPH_CHECKPOINT_EVERY: '100', LOG_LEVEL: 'error' });
  await trained(server);
  const visitor = new Visitor(films);
  const seen = { refused: 0, deaf: 0, unhealed: 0 };
  for (let step = 0; step < STEPS[size]; step += 1) {
    emptyLog(db);
    limitFiles(server, (step + 1) * STEP);
    for (let tries = 0; tries < 60 && (await visitor.rate(server)); tries += 1);
    if (!(await reads(server))) seen.deaf += 1;
    limitFiles(server, null);
    if (!(await visitor.again(server))) seen.unhealed += 1;
  }
  const trainings = [await trainingWithoutRoom(server), await roomEndsMeanwhile(server, db)];
  const unclear = visitor.refusals.filter((refusal) => !CLEAR.test(refusal));
  const lost = await visitor.lost(server);
  await server.stop('SIGKILL');
  const exact = stateAfterRestart(db) === stateFromLog(db);
  return [
    {
      what: 'full disk: ratings refused',
      seen: `${visitor.refusals.length}, ${visitor.count} acknowledged`,
      bar: `>= ${STEPS[size] / 2}`,
      holds: visitor.refusals.length >= STEPS[size] / 2,
    },
    {
      what: 'full disk: refusals that are not clear',
      seen: [`${unclear.length}`, ...unclear.slice(0, 2)].join('; '),
      bar: '0',
      holds: unclear.length === 0,
    },
    { what: 'full disk: queries not answered', seen: `${seen.deaf}`, bar: '0', holds: seen.deaf === 0 },
    { what: 'full disk: ratings refused once there was room again', seen: `${seen.unhealed}`, bar: '0', holds: seen.unhealed === 0 },
    { what: 'full disk: acknowledged ratings lost', seen: `${lost}`, bar: '0', holds: lost === 0 },
    ...trainings,
    { what: 'full disk: state after a restart', seen: exact ? 'that of the log' : 'another', bar: 'that of the log', holds: exact },
  ];
}

/** A version file that can't be written, and the next one that can. */
async function trainingWithoutRoom(server: ServerProcess): Promise<Finding> {
  await trained(server); // one that began by itself knows of no limit
  limitFiles(server, 20_000);
  await train(server);
  const failed = await trained(server);
  return healing(server, 'full disk: a training without room, and the next', failed, /can't be written: it is larger/);
}

/** A version file for which there was room, and a log in which there is none. */
async function roomEndsMeanwhile(server: ServerProcess, db: string): Promise<Finding> {
  emptyLog(db);
  await train(server);
  limitFiles(server, STEP);
  const failed = await trained(server);
  return healing(server, 'full disk: room ends during a training, and the next', failed, /^Version \d+ can't be recorded: the disk/);
}

async function healing(server: ServerProcess, what: string, failed: Trained, said: RegExp): Promise<Finding> {
  limitFiles(server, null);
  await train(server);
  const healed = await trained(server);
  return {
    what,
    seen: `${failed.lastTrainingError}; then ${healed.lastTrainingError ?? 'not stale'}`,
    bar: 'stale and said why, then not',
    holds: failed.stale && said.test(failed.lastTrainingError ?? '') && !healed.stale && healed.version > failed.version,
  };
}

interface Trained {
  readonly version: number;
  readonly stale: boolean;
  readonly lastTrainingError: string | null;
}

async function train(server: ServerProcess): Promise<void> {
  await ask(server, 'mutation { trainModel(models: [MF]) { id } }');
}

/** Once no training is under way. */
async function trained(server: ServerProcess): Promise<Trained> {
  for (;;) {
    const { model } = (await ask(server, '{ model { version training stale lastTrainingError } }')).data;
    if (!model.training) return model;
    await sleep(50);
  }
}

/** @param bytes the largest file that the process, and those that it starts, may write; null: any */
function limitFiles({ child }: ServerProcess, bytes: number | null): void {
  execFileSync('prlimit', [`--pid=${child.pid}`, `--fsize=${bytes ?? 'unlimited'}:unlimited`]);
}

/** Copies the write-ahead log to the database, and leaves no byte of it. */
function emptyLog(db: string): void {
  const file = new Database(db);
  file.pragma('wal_checkpoint(TRUNCATE)');
  file.close();
}
