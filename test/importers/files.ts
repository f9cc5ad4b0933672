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

/** A fresh folder, gone after the tests, with these files; text is written in the encoding that the importers expect of it. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tastegraph-import-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, name.startsWith('u') && !name.endsWith('.csv') ? 'latin1' : 'utf8');
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
