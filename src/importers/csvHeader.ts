import { splitCsvLine } from './csvLine.ts';

const DELIMITERS = [',', ';', '\t', '|'];

/** What columns are called elsewhere, in plain names, where a file has none of their own name. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  userid: ['user'],
  movieid: ['itemid', 'movie', 'item'],
  timestamp: ['time'],
};

/** The first line of a CSV file, understood. */
export interface CsvHeader {
  readonly delimiter: string;
  /** As the file writes them. */
  readonly names: readonly string[];
  /** The place of a column, whatever the case, spaces and underscores of its name, or of one that stands for it; -1: there is none. */
  find(column: string): number;
}

/** @param columns each must be there once. @returns null when the line is no such header under any delimiter */
export function readHeader(line: string, columns: readonly string[]): CsvHeader | null {
  for (const delimiter of DELIMITERS) {
    const names = fieldsOf(line, delimiter);
    const plain = names.map(plainName);
    if (columns.every((column) => placesOf(plain, column).length === 1)) {
      return { delimiter, names, find: (column) => placesOf(plain, column)[0] ?? -1 };
    }
  }
  return null;
}

/** Of all columns with the name that a column has here. */
function placesOf(plain: readonly string[], column: string): number[] {
  const own = plainName(column);
  const name = [own, ...(ALSO[own] ?? [])].find((candidate) => plain.includes(candidate));
  return plain.flatMap((candidate, place) => (candidate === name ? place : []));
}

function fieldsOf(line: string, delimiter: string): string[] {
  try {
    return splitCsvLine(line, delimiter);
  } catch {
    return []; // broken quotes: no header
  }
}

/** "Movie ID", "movie_id" and "movieId" are one. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
