import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** Noon of 1 June 2025: the clock of these tests. */
export const NOW = Date.UTC(2025, 5, 1, 12);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A fresh folder, gone after the tests, with these files; text is written in the encoding that MovieLens has it in. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tastegraph-import-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const isLatin1 = /^u\d?\.|\.dat$/.test(name);
    writeFileSync(join(folder, name), typeof content === 'string' ? Buffer.from(content, isLatin1 ? 'latin1' : 'utf8') : content);
  }
  return folder;
}

const flags = (...set: number[]) => [0, 1, 2].map((genre) => (set.includes(genre) ? '1' : '0')).join('|');

/** A small folder in the layout of MovieLens 100K, with invented films. */
export const MOVIELENS: Readonly<Record<string, string>> = {
  'u.genre': 'unknown|0\nDrama|1\nSlapstick|2\n\n',
  'u.item': [
    `1|Café des Ombres (1961)|01-Jan-1962||http://x|${flags(1)}`,
    `2|Pies, The (1995)|01-Jan-1996||http://x|${flags(1, 2)}`,
    `3|No Year at All|07-Feb-1974||http://x|${flags(0)}`,
    `4|unknown||||${flags(0)}`,
    '',
  ].join('\n'),
  'u.user': '1|24|M|technician|85711\n2|53|F|other|94043\n',
  'u.data': '1\t2\t3\t881250949\n2\t1\t5\t881250940\n1\t1\t4\t881250949\n2\t3\t1\t881250000\n',
};

/** The layout of MovieLens 1M. */
export const MOVIELENS_1M: Readonly<Record<string, string>> = {
  'ratings.dat': '1::20::5::978300760\n1::10::3::978302109\n2::20::4::978299026\n',
  'movies.dat': "10::Café des Ombres (1961)::Drama|Children's\n20::Pies, The (1995)::Comedy\n",
  'users.dat': '1::F::1::10::48067\n2::M::56::16::70072\n',
};

/** The layout of ml-latest. */
export const MOVIELENS_CSV: Readonly<Record<string, string>> = {
  'ratings.csv': 'userId,movieId,rating,timestamp\n1,10,4.0,964982703\n1,20,0.5,964981247\n7,10,3.5,1445714835\n',
  'movies.csv': [
    'movieId,title,genres',
    '10,"Pies, The (1995)",Comedy|Drama',
    '20,"Say ""Hi"" (2001)",(no genres listed)',
    '30,Café (a.k.a. Coffee),Drama',
    '',
  ].join('\r\n'),
  'tags.csv': 'userId,movieId,tag,timestamp\n1,10,"pie, fights",1445714994\n',
  'links.csv': 'movieId,imdbId,tmdbId\n10,0114709,862\n',
};
