import type { MoviePatch, RatingColumns, RatingScale, Timestamp, UserPatch } from '../domain.ts';
import type { Rejects } from './rejects.ts';

/** What a file or folder holds, whatever its format; who reads it doesn't know where it goes. */
export interface ImportSource {
  /** The file that the ratings come from, as a person would name it. */
  readonly ratingsFile: string;
  /** Null: decided from the ratings. */
  readonly scale: RatingScale | null;
  readonly movies: readonly MoviePatch[];
  readonly users: readonly UserPatch[];
  readonly ratings: RatingColumns;
}

/** How a source is read. */
export interface ReadOptions {
  /** Milliseconds since 1970; later times are rejected. */
  readonly now: Timestamp;
  /** The scale of the database that the ratings go to; null: they decide it. */
  readonly scale: RatingScale | null;
  readonly rejects: Rejects;
  /** Called after every part of the file of ratings; bytes of it read, of how many, and the ratings in them. */
  readonly onProgress?: (bytes: number, of: number, ratings: number) => void;
}
