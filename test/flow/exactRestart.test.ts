import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { syntheticRatings } from '../../src/engine/data/syntheticRatings.ts';
import { sourceOfTable } from '../../src/importers/tableSource.ts';
import { Store } from '../../src/store/store.ts';
import { ask } from '../support/graphql.ts';
import { runScript, type ServerProcess, serveProcess } from '../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tastegraph-restart-'));
const db = join(folder, 'taste.db');
const WRITERS = 8;
const NO_CHECKPOINTS = { TASTEGRAPH_CHECKPOINT_EVERY: '100000000' };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RATE = `mutation ($user: ID!, $movie: ID!, $rating: Float!, $request: ID, $onboarding: Boolean) {
  rateMovie(userId: $user, movieId: $movie, rating: $rating, requestId: $request, onboarding: $onboarding) { sequence modelVersion }
}`;
const NOT_SEEN = 'mutation ($user: ID!, $movie: ID!) { notSeen(userId: $user, movieId: $movie) }';

interface Acknowledged {
  readonly user: string;
  readonly movie: string;
  readonly rating: number;
}

/** One writer that rates film after film until the server is gone; keeps what was acknowledged. */
async function write(server: ServerProcess, films: readonly string[], writer: number, kept: Acknowledged[]): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const user = `writer-${writer}-${Math.floor(turn / films.length)}`;
    const movie = films[turn % films.length]!;
    const rating = 1 + ((turn * 7 + writer) % 9) / 2;
    try {
      const { data } = await ask(server, RATE, { user, movie, rating, request: `request-${writer}-${turn}` });
      if (data?.rateMovie) kept.push({ user, movie, rating });
    } catch {
      return;
    }
  }
}

/** Ratings enough for every model. @returns the ids of its films */
function fillDatabase(): readonly string[] {
  const { table } = syntheticRatings({ users: 40, movies: 60, ratings: 800 }, 1);
  const store = Store.open(db, { clock: Date.now });
  const { ratings } = sourceOfTable('synthetic ratings', table);
  store.startImport(ratings).add(Uint32Array.from(ratings.u, (_, row) => row));
  // Answers of somebody who is asked what to recommend by.
  const [seen, ...others] = table.movies.slice(0, 4).map(({ id }) => id);
  store.rate({ userId: 'asked', movieId: seen!, rating: 4, ratedAt: null, requestId: null, onboarding: true });
  for (const movieId of others) store.notSeen('asked', movieId);
  store.close();
  return table.movies.map(({ id }) => id);
}

/** What lies on the disk, without the memory that processes share. @returns its database file */
function copyOfDisk(): string {
  const copy = join(folder, 'copy.db');
  for (const part of ['', '-wal', '.models']) cpSync(`${db}${part}`, `${copy}${part}`, { recursive: true });
  return copy;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50);
}

function checkpoints(): string[] {
  return readdirSync(`${db}.models`).filter((file) => file.startsWith('checkpoint') && file.endsWith('.safetensors'));
}

async function versionOf(server: ServerProcess): Promise<number> {
  const { data } = await ask(server, '{ model { version } }');
  return data.model.version;
}

describe('a process killed with -9 under load', () => {
  it('keeps every acknowledged rating, and restarts to the state that the log alone gives, bit for bit', async () => {
    const films = fillDatabase();
    // A clean stop writes a checkpoint, and after the restart no other follows however long the training takes.
    const first = await serveProcess(['--db', db], NO_CHECKPOINTS);
    await ask(first, RATE, { user: 'early', movie: films[0], rating: 4, request: null });
    await until(async () => (await versionOf(first)) > 0);
    await first.stop('SIGTERM');
    const oldCheckpoints = checkpoints();
    expect(oldCheckpoints.length).toBeGreaterThan(0);

    const server = await serveProcess(['--db', db], NO_CHECKPOINTS);
    const kept: Acknowledged[] = [];
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(server, films, writer, kept));
    await until(() => kept.length > 0);
    const changed = { ...kept[0]!, rating: kept[0]!.rating === 5 ? 1 : 5 };
    await ask(server, RATE, { user: changed.user, movie: changed.movie, rating: changed.rating, request: null });
    // Answers after the checkpoint, of somebody whom it knows and of somebody whom it doesn't.
    for (const user of ['asked', 'asked later']) {
      expect((await ask(server, NOT_SEEN, { user, movie: films[10] })).data).toEqual({ notSeen: true });
      await ask(server, RATE, { user, movie: films[11], rating: 2, request: null, onboarding: true });
    }
    const before = await versionOf(server);
    await ask(server, 'mutation { trainModel { id } }');
    await until(async () => (await versionOf(server)) > before);
    const reached = kept.length;
    await until(() => kept.length > reached + 50);
    expect(checkpoints(), 'the kill comes before the next checkpoint').toEqual(oldCheckpoints);
    await server.stop('SIGKILL');
    await Promise.all(writers);

    // On a copy: while the orphaned trainer still shares the index of the write-ahead log, nobody recovers a last commit
    // that the kill cut off before it was acknowledged.
    const copy = copyOfDisk();
    const ways = ['model', 'checkpoint', 'nothing', 'restart'];
    const states: string[] = [];
    for (const way of ways) states.push(await runScript('flow/stateHash.ts', [way, copy]));
    expect(new Set(states).size, ways.map((way, index) => `${way}: ${states[index]}`).join('\n')).toBe(1);

    const store = Store.open(copy, { clock: Date.now, readOnly: true });
    const stored = (of: Acknowledged) => store.rating(of.user, of.movie)?.rating;
    expect(stored(changed)).toBe(changed.rating);
    const others = kept.filter(({ user, movie }) => user !== changed.user || movie !== changed.movie);
    const lost = others.filter((rating) => stored(rating) !== rating.rating);
    store.close();
    expect(lost).toEqual([]);
    expect(kept.length).toBeGreaterThan(100);
  }, 120_000);
});
