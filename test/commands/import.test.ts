import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillStore } from '../../src/commands/fillStore.ts';
import { summary } from '../../src/commands/import.ts';
import { rejectText } from '../../src/commands/rejectText.ts';
import { demoSource, labSource } from '../../src/importers/demo.ts';
import { Rejects } from '../../src/importers/rejects.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { Store } from '../../src/store/store.ts';
import { folderOf, MOVIELENS, NOW } from '../importers/files.ts';
import { readCsv } from '../importers/reading.ts';
import { MAIN } from '../support/process.ts';

const clock = () => NOW;

/** `tastegraph import` in a process of its own. */
function runImport(path: string, db: string, ...flags: string[]): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, 'import', path, '--db', db, ...flags]);
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
    expect(out).toMatch(/^2 ratings, 1 movie, 2 users .* 12 rejected\.\n$/);
    expect(err).toBe('12 rejected: 1 field instead of 3 (userId, movieId, rating). (r.csv lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …)\n');
  });

  it('writes every rejected line to a file, but not over its source', async () => {
    const folder = folderOf({ 'r.csv': 'userId,movieId,rating\na,m,3\n,"x, y",3\n"a,m\na,m,x\n' });
    const rejects = join(folderOf({}), 'rejects.csv');
    expect(await runImport(join(folder, 'r.csv'), join(folder, 't.db'), '--rejects', rejects)).toMatchObject({ status: 0 });
    expect(readFileSync(rejects, 'utf8').split('\n')).toEqual([
      'file,line,reason,text',
      'r.csv,3,userId is empty; give an id of 1 to 200 characters.,",""x, y"",3"',
      'r.csv,4,A quote is never closed.,"""a,m"',
      'r.csv,5,rating is not a number.,"a,m,x"',
      '',
    ]);
    const { status, err } = await runImport(join(folder, 'r.csv'), join(folder, 't.db'), '--rejects', join(folder, 'r.csv'));
    expect(status).toBe(2);
    expect(err).toMatch(/^--rejects .* choose a file elsewhere\.\n$/);
    expect(readFileSync(join(folder, 'r.csv'), 'utf8')).toMatch(/^userId/);
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
      expect(store.counts()).toEqual({ ratings: source.ratings.u.length, users: source.users.length, movies: source.movies.length });
      store.close();
    }
  });

  it('finds a file with repeated ratings as it left it, whatever their times', async () => {
    const rows = ['a,m,3,', 'a,m,4,', 'a,n,1,100', 'a,n,2,100', 'a,o,5,200', 'a,o,4,', 'a,p,1,300', 'a,p,2,250'];
    const store = Store.open(join(folderOf({}), 't.db'), { clock });
    const fill = async () => fillStore(store, await readCsv(['userId,movieId,rating,timestamp', ...rows].join('\n')));
    expect(await fill()).toMatchObject({ ratings: { added: 4 }, replaced: 4 });
    expect((await fill()).ratings).toEqual({ added: 0, changed: 0, unchanged: 4 });
    expect(['m', 'n', 'o', 'p'].map((movie) => store.rating('a', movie)?.rating)).toEqual([4, 2, 4, 1]);
    store.close();
  });

  it('goes on after an interruption, and ends as an undisturbed run does', () => {
    const [undisturbed, store] = [0, 1].map(() => Store.open(join(folderOf({}), 't.db'), { clock })) as [Store, Store];
    fillStore(undisturbed, demoSource(0));
    const stop = (done: number) => {
      if (done === 0) throw new Error('stopped');
    };
    expect(() => fillStore(store, demoSource(0), stop)).toThrow('stopped');
    expect(store.counts()).toMatchObject({ ratings: 0, movies: 500 });
    fillStore(store, demoSource(0));
    expect(store.readSlice(0, 100_000)).toEqual(undisturbed.readSlice(0, 100_000));
    store.close();
    undisturbed.close();
  });
});

describe('the summary', () => {
  const counts = (added: number, changed = 0, unchanged = 0) => ({ added, changed, unchanged });
  const report = {
    scale: { min: 1, max: 5, step: 1 },
    movies: counts(1_682),
    users: counts(943),
    ratings: counts(100_000),
    replaced: 0,
    named: { movies: 1_682, users: 943 },
  };

  it('is one sentence with counts, time, speed and rejects', () => {
    expect(summary(report, 0, 1.92)).toBe('100,000 ratings, 1,682 movies, 943 users in 1.9 s (52,000 ratings/s); 0 rejected.');
  });

  it('tells new from changed ratings when some were there', () => {
    expect(summary({ ...report, ratings: counts(10, 2, 88), replaced: 1 }, 3, 1)).toBe(
      '100 ratings (10 new, 2 changed), 1,682 movies, 943 users in 1.0 s (100 ratings/s); 1 replaced by a later row of the file; 3 rejected.',
    );
  });

  it('counts the movies and users of a file of ratings alone', () => {
    const bare = { ...report, movies: counts(0), users: counts(0), ratings: counts(1), named: { movies: 1, users: 2 } };
    expect(summary(bare, 0, 1)).toBe('1 rating, 1 movie, 2 users in 1.0 s (1 ratings/s); 0 rejected.');
  });

  it('counts rejected lines by reason, with the places of the first ten', () => {
    const rejects = new Rejects();
    expect(rejectText(rejects)).toBe('');
    for (let line = 1; line <= 1_012; line += 1) rejects.add({ file: 'f', line, reason: 'Why.', text: '' });
    rejects.add({ file: 'g', line: 7, reason: 'Else.', text: '' });
    expect(rejectText(rejects)).toBe('1,012 rejected: Why. (f lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)\n1 rejected: Else. (g line 7)\n');
  });

  it('tells twenty reasons apart, and counts further ones together', () => {
    const rejects = new Rejects();
    for (let line = 1; line <= 100; line += 1) rejects.add({ file: 'f', line, reason: `Reason ${line}.`, text: '' });
    expect(rejects.groups).toHaveLength(21);
    expect(rejects.groups[20]).toMatchObject({ reason: 'Further reasons.', count: 80 });
  });
});
