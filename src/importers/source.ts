import type { MoviePatch, RatingScale, Timestamp, UserPatch } from '../domain.ts';
import { RequestError } from '../errors.ts';

/** One good line of a file of ratings. */
export interface RatingRow {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number;
  /** Null: the file doesn't say. */
  readonly ratedAt: Timestamp | null;
  /** Where it stands, from 1. */
  readonly line: number;
}

/** What a file or folder holds, whatever its format; who reads it doesn't know where it goes. */
export interface ImportSource {
  /** The file that the lines of `ratings` count in, as a person would name it. */
  readonly ratingsFile: string;
  /** Null: decided from the ratings. */
  readonly scale: RatingScale | null;
  readonly movies: readonly MoviePatch[];
  readonly users: readonly UserPatch[];
  /** In the order of the file. */
  readonly ratings: readonly RatingRow[];
  readonly rejects: Rejects;
}

export interface Reject {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** Lines that couldn't be used: all counted, the first ten kept. */
export class Rejects {
  static readonly SHOWN = 10;
  readonly shown: Reject[] = [];
  count = 0;

  add(file: string, line: number, reason: string): void {
    this.count += 1;
    if (this.shown.length < Rejects.SHOWN) this.shown.push({ file, line, reason });
  }
}

/** Reads each line that isn't blank; one that fails with a RequestError is rejected with its message. @param first number of the first line */
export function readLines<T>(
  file: string,
  lines: readonly string[],
  first: number,
  rejects: Rejects,
  read: (text: string, line: number) => T,
): T[] {
  const rows: T[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const text = lines[at]!;
    if (text.trim() === '') continue;
    try {
      rows.push(read(text, first + at));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      rejects.add(file, first + at, error.message);
    }
  }
  return rows;
}
