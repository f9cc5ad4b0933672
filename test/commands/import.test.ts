import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillStore } from '../../src/commands/fillStore.ts';
import { rejectLines, summary } from '../../src/commands/import.ts';
import { readCsv } from '../../src/importers/csv.ts';
import { demoSource, labSource } from '../../src/importers/demo.ts';
import { Rejects } from '../../src/importers/source.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { Store } from '../../src/store/store.ts';
import { folderOf, MOVIELENS, NOW } from '../importers/files.ts';

const clock = () => NOW;

/** `tastegraph import` from source, in a process of its own. */
function runImport(path: string, db: string): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'import', path, '--db', db]);
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, err }));
  });
}

function readStore<T>(db: string, read: (store: Store) => T): T {
  const store = Store.open(db, { clock, readOnly: true });
  try {
    return read(store);
  } finally {
    store.close();
  }
}

describe.concurrent('tastegraph import', () => {
  it('imports a MovieLens folder, and a second run changes nothing', async () => {
    const folder = folderOf(MOVIELENS);
    const db = join(folder, 'sub', 't.db');
    const first = await runImport(folder, db);
    expect(first.status).toBe(0);
    expect(first.out).toMatch(/^4 ratings, 4 movies, 2 users in [\d.]+ s \([\d,]+ ratings\/s\); 0 rejected\.\n$/);
    const after = readStore(db, (store) => {
      expect(store.counts()).toEqual({ ratings: 4, users: 2, movies: 4 });
      expect(store.scale()).toEqual({ min: 1, max: 5, step: 1 });
      expect(store.movie('1')).toEqual({ id: '1', title: 'Café des Ombres', year: 1961, genres: ['Drama'] });
      const rated = store.readSlice(0, 1_000).flatMap(({ body }) => (body.kind === 'rated' ? [`${body.userId} ${body.movieId}`] : []));
      expect(rated).toEqual(['2 3', '2 1', '1 2', '1 1']); // by time, not as in the file
      return store.lastSequence();
    });
    const second = await runImport(folder, db);
    expect(second.status).toBe(0);
    expect(second.out).toMatch(/^Nothing changed: 4 ratings, 4 movies, 2 users are as they were/);
    expect(readStore(db, (store) => store.lastSequence())).toBe(after);
  });

  it('keeps the good lines of a broken file and names the others', async () => {
    const lines = ['userId,movieId,rating', 'a,m,3', ...Array.from({ length: 12 }, () => 'broken'), 'b,m,4'];
    const folder = folderOf({ 'r.csv': lines.join('\n') });
    const { status, out, err } = await runImport(join(folder, 'r.csv'), join(folder, 't.db'));
    expect(status).toBe(0);
    expect(out).toMatch(/^2 ratings, .* 12 rejected\.\n$/);
    expect(err).toContain('r.csv line 3: 1 fields instead of 3');
    expect(err).toContain('… and 2 more rejected lines.');
  });

  it.each([
    ['a missing file', 'nowhere', /^There is no file or folder .*\n$/],
    ['a folder that is not MovieLens', '.', /^.* is not a MovieLens 100K folder.*\n$/],
    ['a file of broken lines alone', 'bad.csv', /^bad.csv holds no ratings that can be used; bad.csv line 2: .*\n$/],
  ])('refuses %s with status 1 and one line', async (_, name, message) => {
    const folder = folderOf({ 'bad.csv': 'userId,movieId,rating\nx\n' });
    const { status, out, err } = await runImport(join(folder, name), join(folder, 't.db'));
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(message);
    expect(existsSync(join(folder, 't.db'))).toBe(false);
  });

  it('refuses a database in use, and says by whom', async () => {
    const folder = folderOf(MOVIELENS);
    const db = join(folder, 't.db');
    const lock = await acquireLock(db, { command: 'serve', clock });
    const { status, err } = await runImport(folder, db);
    lock.release();
    expect(status).toBe(1);
    expect(err).toMatch(/^.*in use by `tastegraph serve`.*\n$/);
    expect(existsSync(db)).toBe(false);
  });
});

describe('fillStore', () => {
  it('gives the demo and the lab their scale, though the lab has whole stars alone', () => {
    for (const source of [labSource(), demoSource(0)]) {
      const store = Store.open(join(folderOf({}), 't.db'), { clock });
      const report = fillStore(store, source);
      expect(report.scale).toEqual({ min: 1, max: 5, step: 0.5 });
      expect(store.counts()).toEqual({ ratings: source.ratings.length, users: source.users.length, movies: source.movies.length });
      store.close();
    }
  });

  it('rejects rows off the scale of a database that has one', () => {
    const folder = folderOf({ 'a.csv': 'userId,movieId,rating\na,m,3\n', 'b.csv': 'userId,movieId,rating\nb,m,9\nc,m,2\nd,m,2.5\n' });
    const store = Store.open(join(folder, 't.db'), { clock });
    fillStore(store, readCsv(join(folder, 'a.csv'), NOW));
    const second = readCsv(join(folder, 'b.csv'), NOW);
    expect(fillStore(store, second).ratings).toEqual({ added: 1, changed: 0, unchanged: 0 });
    expect(second.rejects.shown.map(({ line }) => line)).toEqual([2, 4]);
    store.close();
  });

  it('finds a file with repeated ratings as it left it, whatever their times', () => {
    const rows = ['a,m,3,', 'a,m,4,', 'a,n,1,100', 'a,n,2,100', 'a,o,5,200', 'a,o,4,'];
    const folder = folderOf({ 'a.csv': ['userId,movieId,rating,timestamp', ...rows].join('\n') });
    const store = Store.open(join(folder, 't.db'), { clock });
    const fill = () => fillStore(store, readCsv(join(folder, 'a.csv'), NOW));
    expect(fill()).toMatchObject({ ratings: { added: 3 }, replaced: 3 });
    expect(fill().ratings).toEqual({ added: 0, changed: 0, unchanged: 3 });
    expect(store.rating('a', 'o')?.rating).toBe(4);
    store.close();
  });

  it('stores nothing of a source when it fails half-way', () => {
    const store = Store.open(join(folderOf({}), 't.db'), { clock });
    const stop = () => {
      throw new Error('stopped');
    };
    expect(() => fillStore(store, labSource(), stop)).toThrow('stopped');
    expect(store.counts()).toEqual({ ratings: 0, users: 0, movies: 0 });
    expect(store.scale()).toBeNull();
    store.close();
  });
});

describe('the summary', () => {
  const counts = (added: number, changed = 0, unchanged = 0) => ({ added, changed, unchanged });
  const report = { scale: { min: 1, max: 5, step: 1 }, movies: counts(1_682), users: counts(943), ratings: counts(100_000), replaced: 0 };

  it('is one sentence with counts, time, speed and rejects', () => {
    expect(summary(report, 0, 1.92)).toBe('100,000 ratings, 1,682 movies, 943 users in 1.9 s (52,000 ratings/s); 0 rejected.');
  });

  it('tells new from changed ratings when some were there', () => {
    expect(summary({ ...report, ratings: counts(10, 2, 88), replaced: 1 }, 3, 1)).toBe(
      '100 ratings (10 new, 2 changed), 1,682 movies, 943 users in 1.0 s (100 ratings/s); 1 replaced by a later row of the file; 3 rejected.',
    );
  });

  it('lists ten rejected lines and counts the rest', () => {
    const rejects = new Rejects();
    expect(rejectLines(rejects)).toBe('');
    for (let line = 1; line <= 1_012; line += 1) rejects.add('f', line, 'why.');
    expect(rejectLines(rejects).split('\n')).toHaveLength(12);
    expect(rejectLines(rejects)).toMatch(/^f line 1: why\.\n[\s\S]*f line 10: why\.\n… and 1,002 more rejected lines\.\n$/);
  });
});
