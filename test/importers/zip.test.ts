import { readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { zipFiles } from '../../src/importers/zipFiles.ts';
import { MOVIELENS, MOVIELENS_1M, MOVIELENS_CSV } from './files.ts';
import { read } from './reading.ts';
import { zipOf } from './zipped.ts';

const RATINGS = { 'ratings.csv': 'userId,movieId,rating\na,b,3\n' };

/** The same zip with a text in its directory replaced by one of the same length. */
function altered(path: string, from: string, to: string): string {
  writeFileSync(path, Buffer.from(readFileSync(path).toString('latin1').replaceAll(from, to), 'latin1'));
  return path;
}

describe('a zip', () => {
  it('is read like the folder that it holds', async () => {
    const [ml100k, ml1m, csv] = await Promise.all([
      zipOf(MOVIELENS, 'ml-100k/'),
      zipOf(MOVIELENS_1M, 'ml-1m/'),
      zipOf({ ...MOVIELENS_CSV, 'README.txt': 'hello' }),
    ]);
    expect((await read(ml100k)).movies[0]).toMatchObject({ title: 'Café des Ombres' });
    expect((await read(ml1m, 'ml-1m')).users[0]).toMatchObject({ occupation: 'K-12 student' });
    const { rows, movies } = await read(csv);
    expect(rows).toHaveLength(3);
    expect(movies).toHaveLength(3);
  });

  it('may hold what macOS adds', async () => {
    const path = await zipOf({ 'set/ratings.csv': RATINGS['ratings.csv'], '__MACOSX/set/ratings.csv': 'x' });
    expect((await read(path)).rows).toHaveLength(1);
  });

  it.each(['../', '/', 'a/../../'])('that climbs out of its folder by %s is refused', async (climb) => {
    const safe = 's'.repeat(climb.length);
    const path = altered(await zipOf({ [`${safe}ratings.csv`]: RATINGS['ratings.csv'] }), `${safe}ratings.csv`, `${climb}ratings.csv`);
    await expect(read(path)).rejects.toThrow(/^.*ratings\.zip can't be read as a zip \((invalid relative path|absolute path).*\)\.$/);
  });

  it('that would unpack to a hundred times its size is refused before it is unpacked', async () => {
    const bomb = await zipOf({ 'ratings.csv': new Uint8Array(64 * 2 ** 20) });
    expect(readFileSync(bomb).length).toBeLessThan(100_000);
    await expect(read(bomb)).rejects.toThrow(/would unpack to far more/);
  });

  it('that lies about its size is refused', async () => {
    const path = await zipOf({ 'ratings.csv': `${RATINGS['ratings.csv']}${'a,b,3\n'.repeat(10_000)}` });
    const bytes = readFileSync(path);
    const directory = bytes.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    bytes.writeUInt32LE(1_000, directory + 24);
    writeFileSync(path, bytes);
    await expect(read(path)).rejects.toThrow(/can't be read as a zip/);
  });

  it('may change while it is read, and nothing of it is taken', async () => {
    const path = await zipOf({ 'ratings.csv': `${RATINGS['ratings.csv']}${'a,b,3\n'.repeat(100_000)}` });
    const files = await zipFiles(path, () => true);
    const reading = (async () => {
      for await (const _ of files.read('ratings.csv')) utimesSync(path, 1, 1);
    })();
    await expect(reading).rejects.toThrow(/ratings.zip changed while it was read; nothing was stored/);
    files.close();
  });

  it('keeps to its limits on files and bytes', async () => {
    const path = await zipOf({ ...RATINGS, a: 'x', b: 'y' });
    const isKnown = () => true;
    await expect(zipFiles(path, isKnown, { entries: 2, size: 1e9, ratio: 200 })).rejects.toThrow(/more than 2 files/);
    await expect(zipFiles(path, isKnown, { entries: 9, size: 10, ratio: 200 })).rejects.toThrow(/far more/);
  });

  it('is refused in one line when it is cut off, empty, or holds nothing known or too much', async () => {
    const cut = await zipOf(MOVIELENS_CSV);
    truncateSync(cut, 200);
    await expect(read(cut)).rejects.toThrow(/^.*can't be read as a zip \(.*\)\.$/);
    await expect(read(await zipOf({}))).rejects.toThrow(/holds no set of ratings that is known/);
    await expect(read(await zipOf({ 'a.txt': 'x' }))).rejects.toThrow(/holds no set of ratings that is known/);
    const two = await zipOf({ 'a/ratings.csv': RATINGS['ratings.csv'], 'b/ratings.csv': RATINGS['ratings.csv'] });
    await expect(read(two)).rejects.toThrow(/several sets of ratings \(a, b\)/);
    await expect(read(await zipOf(RATINGS), 'csv')).rejects.toThrow(/is a zip; --format csv needs a file/);
  });
});
