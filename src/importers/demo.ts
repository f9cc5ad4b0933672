import { fileURLToPath } from 'node:url';
import type { MovieRecord } from '../domain.ts';
import { demoData } from '../engine/data/demoData.ts';
import { labTable } from '../engine/data/lab.ts';
import type { RatingTable } from '../engine/data/ratingTable.ts';
import { splitCsvLine } from './csvLine.ts';
import { type ImportSource, Rejects } from './source.ts';
import { readTextLines } from './textFile.ts';

/** From src/importers and from dist/importers alike. */
const FILMS = fileURLToPath(new URL('../../demo/films.csv', import.meta.url));

/** The demo's real films; an id is the title and the year: "toy-story-1995". */
export function demoFilms(): MovieRecord[] {
  const lines = readTextLines(FILMS, 'utf8').slice(1);
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [title, year, genres] = splitCsvLine(line) as [string, string, string];
      return { id: slugOf(`${title} ${year}`), title, year: Number(year), genres: genres.split('|') };
    });
}

/** About 600 invented users, 500 films, 40,000 ratings. */
export function demoSource(seed: number): ImportSource {
  return sourceOf('the demo', demoData(demoFilms(), seed).table);
}

/** The 20 ratings of the course's lab. */
export function labSource(): ImportSource {
  return sourceOf('the lab', labTable());
}

/** A table as if it had been read from a file. */
function sourceOf(name: string, table: RatingTable): ImportSource {
  return {
    ratingsFile: name,
    scale: table.scale,
    movies: table.movies,
    users: table.users,
    ratings: Array.from(table.r, (rating, row) => ({
      userId: table.users[table.u[row]!]!.id,
      movieId: table.movies[table.i[row]!]!.id,
      rating,
      ratedAt: Number.isNaN(table.time[row]!) ? null : table.time[row]! * 1000,
      line: row + 1,
    })),
    rejects: new Rejects(),
  };
}

/** Lower-case letters and digits joined by hyphens, accents dropped. */
function slugOf(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .replace(/['’.]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
