import { join } from 'node:path';
import type { RatingColumns, RatingScale } from '../../src/domain.ts';
import { type ImportFormat, readSource } from '../../src/importers/format.ts';
import { Rejects } from '../../src/importers/rejects.ts';
import type { ImportSource } from '../../src/importers/source.ts';
import { folderOf, NOW } from './files.ts';

/** A rating as a person would write it down. */
export interface Row {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number;
  readonly ratedAt: number | null;
}

/** What was read, its ratings also as rows. */
export interface Read extends ImportSource {
  readonly rows: Row[];
  readonly rejects: Rejects;
}

export async function read(path: string, format: ImportFormat | 'auto' = 'auto', scale: RatingScale | null = null): Promise<Read> {
  const rejects = new Rejects();
  const source = await readSource(path, format, { now: NOW, scale, rejects });
  return { ...source, rows: rowsOf(source.ratings), rejects };
}

/** A CSV file of this text, or of these bytes. */
export function readCsv(text: string | Uint8Array, scale: RatingScale | null = null): Promise<Read> {
  return read(join(folderOf({ 'ratings.csv': text }), 'ratings.csv'), 'csv', scale);
}

export function rowsOf({ users, movies, levels, u, i, level, time }: RatingColumns): Row[] {
  return Array.from(u, (user, row) => {
    const [movieId, rating, at] = [movies[i[row]!]!, levels[level[row]!]!, time[row]!];
    return { userId: users[user]!, movieId, rating, ratedAt: Number.isNaN(at) ? null : at };
  });
}

/** "file:line" of every rejected line that is kept. */
export function rejectedLines({ groups }: Rejects): string[] {
  return groups.flatMap(({ first }) => first.map(({ file, line }) => `${file}:${line}`));
}

export function reasons({ groups }: Rejects): string[] {
  return groups.map(({ reason }) => reason);
}
