import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvLayout } from '../../src/importers/csv.ts';
import type { FileSet } from '../../src/importers/files.ts';
import { folderFiles } from '../../src/importers/files.ts';
import { LONGEST_LINE, lineBlocks } from '../../src/importers/lines.ts';
import { readRatings } from '../../src/importers/ratingFile.ts';
import { Rejects } from '../../src/importers/rejects.ts';
import { folderOf, MOVIELENS_CSV, NOW } from './files.ts';
import { read, readCsv, reasons, rejectedLines, rowsOf } from './reading.ts';

const HEADER = 'userId,movieId,rating\n';

/** A file that exists only as the chunks that are read of it. */
function streamed(chunks: () => Iterable<Uint8Array>): FileSet {
  return {
    path: 'stream',
    names: ['r.csv'],
    size: () => 2 ** 31,
    async *read() {
      yield* chunks();
    },
    close: () => {},
  };
}

async function readStream(chunks: () => Iterable<Uint8Array>) {
  const rejects = new Rejects();
  const options = { now: NOW, scale: null, rejects };
  const ratings = await readRatings(streamed(chunks), 'r.csv', (line) => csvLayout('r.csv', line), options);
  return { rows: rowsOf(ratings), rejects };
}

describe('bad input', () => {
  it('may be an empty file, which is said', async () => {
    await expect(readCsv('')).rejects.toThrow(/^ratings.csv is empty\.$/);
    await expect(read(join(folderOf({ 'r.csv': '' }), 'r.csv'))).rejects.toThrow(/^r.csv is empty\.$/);
    await expect(read(folderOf({ ...MOVIELENS_CSV, 'ratings.csv': '' }))).rejects.toThrow(/^ratings.csv is empty\.$/);
  });

  it('may be a header alone, or blank lines: no ratings, nothing rejected', async () => {
    for (const text of [HEADER, HEADER.trim(), `${HEADER}\n  \r\n\n`]) {
      const { rows, rejects } = await readCsv(text);
      expect(rows).toEqual([]);
      expect(rejects.count).toBe(0);
    }
  });

  it('may be one row without a line end', async () => {
    expect((await readCsv(`${HEADER}a,b,3`)).rows).toHaveLength(1);
  });

  it('may be a binary file, or UTF-16', async () => {
    const bytes = Uint8Array.from({ length: 5_000 }, (_, at) => (at * 7919) % 256);
    await expect(readCsv(bytes)).rejects.toThrow(/not a text file in UTF-8/);
    await expect(readCsv(Buffer.from(`\uFEFF${HEADER}a,b,3\n`, 'utf16le'))).rejects.toThrow(/not a text file in UTF-8/);
  });

  it('may hold ids in another encoding, which are rejected, not changed', async () => {
    const { rows, rejects } = await readCsv(Buffer.from(`${HEADER}Zo\xeb,b,3\n"Zo\xeb",b,3\nann,b,3\n`, 'latin1'));
    expect(rows.map(({ userId }) => userId)).toEqual(['ann']);
    expect(rejectedLines(rejects)).toEqual(['ratings.csv:2', 'ratings.csv:3']);
    expect(reasons(rejects)[0]).toMatch(/not in UTF-8/);
  });

  it('may have zero bytes and other control characters in its middle', async () => {
    const { rows, rejects } = await readCsv(`${HEADER}${'a,b,3\n'.repeat(200_000)}a\0b,c,3\n\u001bx,c,3\nz,c,3\n`);
    expect(rows.at(-1)?.userId).toBe('z');
    expect(rejectedLines(rejects)).toEqual(['ratings.csv:200002', 'ratings.csv:200003']);
  });

  it('may have a line of 2 GB, which is never held in memory', async () => {
    const chunk = new Uint8Array(2 ** 20).fill('x'.charCodeAt(0));
    let most = 0;
    function* chunks(): Generator<Uint8Array> {
      yield Buffer.from(`${HEADER}a,b,3\n`);
      for (let sent = 0; sent < 2 ** 31; sent += chunk.length) {
        yield chunk;
        if (sent % 2 ** 28 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
      yield Buffer.from('\nc,d,4\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    const { rows, rejects } = await readStream(chunks);
    expect(rows.map(({ userId }) => userId)).toEqual(['a', 'c']);
    expect(rejectedLines(rejects)).toEqual(['r.csv:3']);
    expect(most - before).toBeLessThan(100e6);
  });

  it('may have such a line for a header', async () => {
    const chunk = new Uint8Array(2 ** 20).fill('x'.charCodeAt(0));
    let sent = 0;
    await expect(
      readStream(function* () {
        for (; sent < 2 ** 11; sent += 1) yield chunk;
      }),
    ).rejects.toThrow(/not a CSV of ratings/);
    expect(sent).toBeLessThan(5);
  });

  it('may have lines that end anywhere in a chunk', async () => {
    const text = `${HEADER}a,m1,1\r\n"b","m,2",2\nc,m3,3\n\nd,m4,4`;
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size += 1) {
      const { rows, rejects } = await readStream(function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      });
      expect(rows.map(({ userId, movieId, rating }) => `${userId} ${movieId} ${rating}`)).toEqual([
        'a m1 1',
        'b m,2 2',
        'c m3 3',
        'd m4 4',
      ]);
      expect(rejects.count).toBe(0);
    }
  });

  it('may change while it is read, and nothing of it is taken', async () => {
    const folder = folderOf({ 'r.csv': `${HEADER}${'a,b,3\n'.repeat(1_000_000)}` });
    const path = join(folder, 'r.csv');
    const files = folderFiles(folder);
    let chunks = 0;
    const reading = (async () => {
      for await (const _ of files.read('r.csv')) {
        chunks += 1;
        if (chunks === 2) appendFileSync(path, 'c,d,4\n');
      }
    })();
    await expect(reading).rejects.toThrow(/r.csv changed while it was read; nothing was stored/);
    expect(statSync(path).size).toBeGreaterThan(6_000_000);
  });

  it('may have ids with commas, quotes and line breaks; the last are no ids', async () => {
    const { rows, rejects } = await readCsv(`${HEADER}"a,""b""","c, d",3\n"two\nlines",m,3\n`);
    expect(rows).toMatchObject([{ userId: 'a,"b"', movieId: 'c, d' }]);
    expect(rejectedLines(rejects).sort()).toEqual(['ratings.csv:3', 'ratings.csv:4']);
  });

  it('may have ids longer than any', async () => {
    const { rows, rejects } = await readCsv(`${HEADER}${'x'.repeat(201)},m,3\n${'x'.repeat(200)},m,3\n ,m,3\n`);
    expect(rows).toHaveLength(1);
    expect(rejectedLines(rejects)).toEqual(['ratings.csv:2', 'ratings.csv:4']);
  });
});

describe('lineBlocks', () => {
  it('gives null for each line that is too long, wherever the others lie', async () => {
    const long = 'y'.repeat(LONGEST_LINE + 1);
    const blocks: (string | null)[] = [];
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a\nb');
      yield Buffer.from(`${long}`);
      yield Buffer.from('\nc\nd\n');
      yield Buffer.from(long);
      yield Buffer.from(`${long}`);
    }
    for await (const block of lineBlocks(chunks())) blocks.push(block === null ? null : Buffer.from(block).toString());
    expect(blocks).toEqual(['a\n', null, 'c\nd\n', null]);
  });
});
