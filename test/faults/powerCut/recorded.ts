import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../../support/process.ts';
import { type Operation, readTrace } from './trace.ts';

/** Users of 24 characters who are forgotten during the run; nothing else is called like them. */
export const FORGOTTEN = ['goodbye1f1c9a7e2b6d80351', 'goodbye2a7e2b6d8035f1c92'] as const;
const WRITERS = 4;

/** One write as it was sent, by the name under which it is answered. Rating null: a withdrawal. */
export interface Sent {
  readonly user: string;
  readonly movie: string;
  readonly rating: number | null;
}

export interface Recording {
  readonly operations: readonly Operation[];
  readonly sent: ReadonlyMap<string, Sent>;
}

/** Compiles the shim. @returns the library */
function compileShim(folder: string): string {
  const library = join(folder, 'shim.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-w', '-o', library, join(import.meta.dirname, 'shim.c'), '-ldl', '-pthread']);
  return library;
}

/**
 * Runs a server on a database until it was told to stop, under writers that rate, change and withdraw, with checkpoints, a training
 * that is activated, and users who are forgotten; and writes down all that it does to the disk.
 * @param turns writes of each writer before and after each of these
 */
export async function record(folder: string, root: string, films: readonly string[], turns: number): Promise<Recording> {
  const trace = join(folder, 'trace');
  const server = await serveProcess(['--db', join(root, 'taste.db'), '--demo', 'none'], {
    LD_PRELOAD: compileShim(folder),
    TASTEGRAPH_TEST_ROOT: root,
    TASTEGRAPH_TEST_TRACE: trace,
    UV_USE_IO_URING: '0',
    TASTEGRAPH_CHECKPOINT_EVERY: '100',
    TASTEGRAPH_KEEP_VERSIONS: '100',
    LOG_LEVEL: 'warn',
  });
  const sent = new Map<string, Sent>();
  const write = (part: number) =>
    Promise.all(Array.from({ length: WRITERS }, (_, writer) => writeMany(server, `w${part}x${writer}`, films, turns, sent)));
  await write(0);
  for (const [index, user] of FORGOTTEN.entries()) {
    for (const movie of films.slice(0, 3)) await send(server, `g${index}x${films.indexOf(movie)}`, { user, movie, rating: 4 }, sent);
  }
  await Promise.all([train(server), write(1)]);
  await Promise.all([forget(server, 0), write(2)]);
  await forget(server, 1);
  await write(3);
  if ((await server.stop('SIGTERM')) !== 0) throw new Error(`The recorded server did not stop cleanly: ${server.output()}`);
  return { operations: readTrace(trace), sent };
}

async function writeMany(
  server: ServerProcess,
  name: string,
  films: readonly string[],
  turns: number,
  sent: Map<string, Sent>,
): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    const movie = films[turn % films.length]!;
    const before = { user: name, movie: films[(turn + films.length - 2) % films.length]! };
    // Every fifth write changes the rating of two turns before, every tenth takes it back.
    if (turn % 10 === 9) await send(server, `${name}x${turn}`, { ...before, rating: null }, sent);
    else if (turn % 5 === 4) await send(server, `${name}x${turn}`, { ...before, rating: 5 }, sent);
    else await send(server, `${name}x${turn}`, { user: name, movie, rating: 1 + (turn % 7) / 2 }, sent);
  }
}

/** The answer comes under the request's own name, by which it is found in what the server told. */
async function send(server: ServerProcess, name: string, write: Sent, sent: Map<string, Sent>): Promise<void> {
  sent.set(name, write);
  const common = `userId: "${write.user}", movieId: "${write.movie}", requestId: "${name}"`;
  const field = write.rating === null ? `withdrawRating(${common})` : `rateMovie(${common}, rating: ${write.rating})`;
  const { errors } = await ask(server, `mutation { a_${name}: ${field} { sequence } }`);
  if (errors.length > 0) throw new Error(`A write was refused: ${errors[0]!.message}`);
}

async function forget(server: ServerProcess, index: number): Promise<void> {
  const { errors } = await ask(server, `mutation { f_${index}: forgetUser(userId: "${FORGOTTEN[index]}") { sequence } }`);
  if (errors.length > 0) throw new Error(`A user was not forgotten: ${errors[0]!.message}`);
}

async function train(server: ServerProcess): Promise<void> {
  const versionOf = async () => (await ask(server, '{ model { version training } }')).data.model;
  const { version } = await versionOf();
  await ask(server, 'mutation { trainModel(models: [MF]) { id } }');
  for (;;) {
    const now = await versionOf();
    if (!now.training && now.version > version) return;
    await sleep(50);
  }
}
