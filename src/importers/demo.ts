import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MovieRecord } from '../domain.ts';
import { demoData } from '../engine/data/demoData.ts';
import { labTable } from '../engine/data/lab.ts';
import { splitCsvLine } from './csvLine.ts';
import type { ImportSource } from './source.ts';
import { sourceOfTable } from './tableSource.ts';

/** From src/importers and from dist/importers alike. */
const FILMS = fileURLToPath(new URL('../../demo/films.csv', import.meta.url));

/** The demo's real films; an id is the title and the year: "toy-story-1995". */
export function demoFilms(): MovieRecord[] {
  const lines = readFileSync(FILMS, 'utf8').split(/\r?\n/).slice(1);
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [title, year, genres] = splitCsvLine(line) as [string, string, string];
      return { id: slugOf(`${title} ${year}`), title, year: Number(year), genres: genres.split('|') };
    });
}

/** About 600 invented users, 500 films, 40,000 ratings. */
export function demoSource(seed: number): ImportSource {
  return sourceOfTable('the demo', demoData(demoFilms(), seed).table);
}

/** The 20 ratings of the course's lab. */
export function labSource(): ImportSource {
  return sourceOfTable('the lab', labTable());
}

/** Lower-case letters and digits joined by hyphens, accents dropped. */
function slugOf(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .replace(/['’.]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
