import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExport } from '../../src/commands/export.ts';
import { fillStore } from '../../src/commands/fillStore.ts';
import { loadConfig } from '../../src/config.ts';
import { syntheticRatings } from '../../src/engine/data/syntheticRatings.ts';
import { decodeTensors, type TensorFile } from '../../src/engine/training/tensorFile.ts';
import { writeMovies, writeRatings, writeUsers } from '../../src/exporters/tables.ts';
import { readSource } from '../../src/importers/format.ts';
import { Rejects } from '../../src/importers/rejects.ts';
import { sourceOfTable } from '../../src/importers/tableSource.ts';
import { Store } from '../../src/store/store.ts';
import { checkId } from '../../src/validation.ts';
import { folderOf } from '../importers/files.ts';
import { read } from '../importers/reading.ts';
import { openTestRecommender, rating, type TestRecommender, trained } from '../support/recommender.ts';

/** The clock of the recommenders of these tests. */
const NOW = Date.UTC(2026, 0, 1);
const clock = () => NOW;
const page = { first: 10_000, after: null };

async function exported(db: string): Promise<string> {
  const folder = join(folderOf({}), 'deep', 'out');
  await runExport({ folder }, loadConfig({ db }, {}));
  return folder;
}

/** What `export` promises to bring back. */
function stateOf(store: Store) {
  const times = new Map(store.readSlice(0, 1e6).map(({ sequence, body }) => [sequence, body.kind === 'rated' ? body.ratedAt : null]));
  return {
    scale: store.scale(),
    movies: store.movies(page).nodes,
    users: store.users(page, '').nodes,
    ratings: store.currentRatings(0, 1e6).map(({ sequence, ...rest }) => ({ ...rest, inLog: times.get(sequence) })),
  };
}

/** A new database with what was exported. */
async function imported(folder: string): Promise<TestRecommender> {
  const rejects = new Rejects();
  const source = await readSource(folder, 'auto', { now: NOW, scale: null, rejects });
  expect(rejects.groups).toEqual([]);
  const path = join(folderOf({}), 't.db');
  const store = Store.open(path, { clock });
  fillStore(store, source);
  store.close();
  return openTestRecommender({}, path);
}

function tensorsOf(folder: string): TensorFile {
  return decodeTensors(readFileSync(join(folder, 'model.safetensors')));
}

describe('export', () => {
  let original: TestRecommender;
  let copy: TestRecommender;
  let folder: string;

  beforeAll(async () => {
    const path = join(folderOf({}), 't.db');
    const store = Store.open(path, { clock });
    fillStore(store, sourceOfTable('synthetic ratings', syntheticRatings({ users: 40, movies: 30, ratings: 450 }, 1).table));
    store.close();
    original = openTestRecommender({}, path);
    await live(original);
    folder = await exported(path);
    copy = await imported(folder);
  }, 240_000);

  afterAll(async () => {
    await original?.remove();
    await copy?.remove();
  });

  /** What may happen to a database while it serves. */
  async function live({ recommender, store }: TestRecommender): Promise<void> {
    const [one, another, third] = store.currentRatings(0, 3);
    await recommender.putMovie({ id: 'a, "b"', title: ' Title, "quoted" (1999) ', year: null, genres: ['Sci|Fi', 'Drama\\'] });
    await recommender.putUser({ id: ' spaced ', age: 33, gender: null, occupation: 'x, y' });
    await recommender.rate(rating(' spaced ', 'a, "b"', 4.5));
    await recommender.rate(rating(one!.userId, one!.movieId, one!.rating === 1 ? 2 : 1));
    await recommender.withdraw({ userId: another!.userId, movieId: another!.movieId, requestId: null });
    await recommender.forget(third!.userId);
  }

  it('writes files that import reads back to the same state', async () => {
    expect(stateOf(copy.store)).toEqual(stateOf(original.store));
    expect(stateOf(copy.store).movies.at(-1)).toMatchObject({
      title: ' Title, "quoted" (1999) ',
      year: null,
      genres: ['Sci|Fi', 'Drama\\'],
    });
  });

  it('has nothing of a forgotten user, and says where no model is', () => {
    expect(existsSync(join(folder, 'model.safetensors'))).toBe(false);
    expect(readFileSync(join(folder, 'users.csv'), 'utf8').split('\n')).toHaveLength(original.store.counts().users + 2);
  });

  describe('after a fit with the same seed', () => {
    let folders: [original: string, copy: string];

    beforeAll(async () => {
      for (const { recommender } of [original, copy]) {
        recommender.train(['MF']);
        expect(await trained(recommender)).toBeNull();
      }
      folders = [await exported(original.path), await exported(copy.path)];
    }, 120_000);

    it('gives the same model', () => {
      const [first, second] = folders.map(tensorsOf) as [TensorFile, TensorFile];
      expect([...second.tensors.keys()]).toEqual([...first.tensors.keys()]);
      for (const [name, tensor] of first.tensors) {
        // What tells of the past, which the files don't hold: numbers of events, moods, how well earlier models predicted.
        if (/\.sequence$|\.mood(Variance)?$|etrics\.|^withdrawnPairs$/.test(name)) continue;
        expect(second.tensors.get(name), name).toEqual(tensor);
      }
    });

    it('reads from Python as the manual says, and predicts the same', async ({ skip }) => {
      if (spawnSync('python3', ['--version']).status !== 0) skip('there is no python3');
      const [code] = /(?<=```python\n)[\s\S]*?(?=```)/.exec(readFileSync('docs/export.md', 'utf8'))!;
      const { recommender, store } = original;
      await recommender.rate(rating('newcomer', 'm3', 5));
      const model = join(await exported(original.path), 'model.safetensors');
      for (const { userId, movieId } of [
        ...store.currentRatings(0, 5),
        { userId: ' spaced ', movieId: 'm1' },
        { userId: 'newcomer', movieId: 'm4' },
      ]) {
        const { stdout, stderr } = spawnSync('python3', ['-c', code, model, userId, movieId], { encoding: 'utf8' });
        expect(stderr).toBe('');
        expect(Math.abs(Number(stdout) - recommender.predict(userId, movieId, 'MF').score)).toBeLessThan(1e-9);
      }
    }, 240_000);
  });
});

describe('export of no database', () => {
  it('fails in one line, and makes no folder', async () => {
    const folder = join(folderOf({}), 'out');
    await expect(runExport({ folder }, loadConfig({ db: join(folder, 'nowhere.db') }, {}))).rejects.toThrow(
      /^There is no database [^\n]*$/,
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe('an import that is exported, imported and trained', () => {
  it('gives every tensor bit for bit, the hold-out included', async () => {
    const path = join(folderOf({}), 't.db');
    const store = Store.open(path, { clock });
    fillStore(store, sourceOfTable('synthetic ratings', syntheticRatings({ users: 40, movies: 30, ratings: 600 }, 2).table));
    store.close();
    const both = [openTestRecommender({}, path), await imported(await exported(path))] as const;
    for (const { recommender } of both) {
      recommender.train(['MF']);
      expect(await trained(recommender)).toBeNull();
    }
    const [first, second] = [tensorsOf(await exported(both[0].path)), tensorsOf(await exported(both[1].path))];
    expect(second.tensors).toEqual(first.tensors);
    for (const one of both) await one.remove();
  }, 120_000);
});

function isAllowed(id: string): boolean {
  try {
    checkId('id', id);
    return true;
  } catch {
    return false;
  }
}

describe('the tables', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isAllowed);
  const genres = fc.array(text, { maxLength: 4 });

  it('read back whatever texts the service allows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(text, { minLength: 1, maxLength: 5 }),
        text,
        genres,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        async (ids, title, words, value) => {
          const folder = folderOf({});
          const movies = ids.map((id) => ({ id, title, year: null, genres: words }));
          const users = ids.map((id) => ({ id, age: 7, gender: title, occupation: null }));
          const ratings = ids.map((id, k) => ({
            userId: id,
            movieId: ids[0]!,
            rating: value,
            ratedAt: k === 0 ? null : 1_700_000_000_001 + k,
          }));
          writeMovies(join(folder, 'movies.csv'), movies);
          writeUsers(join(folder, 'users.csv'), users);
          writeRatings(join(folder, 'ratings.csv'), ratings);
          const source = await read(folder);
          expect(source.rejects.groups).toEqual([]);
          expect(source.movies).toEqual(movies);
          expect(source.users).toEqual(users);
          expect(source.rows).toEqual(ratings.map((row) => ({ ...row, rating: row.rating + 0 })));
        },
      ),
      { numRuns: 60 },
    );
  });
});
