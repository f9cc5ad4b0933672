import { splitCsvLine } from './csvLine.ts';

const DELIMITERS = [',', ';', '\t', '|'];

/** The first line of a CSV file, understood. */
export interface CsvHeader {
  readonly delimiter: string;
  /** As the file writes them. */
  readonly names: readonly string[];
  /** The place of a column, whatever the case, spaces and underscores of its name; -1: there is none. */
  find(column: string): number;
}

/** @param columns each must be there once. @returns null when the line is no such header under any delimiter */
export function readHeader(line: string, columns: readonly string[]): CsvHeader | null {
  for (const delimiter of DELIMITERS) {
    const names = fieldsOf(line, delimiter);
    const plain = names.map(plainName);
    const places = columns.map((column) => plain.filter((name) => name === plainName(column)).length);
    if (places.every((count) => count === 1)) return { delimiter, names, find: (column) => plain.indexOf(plainName(column)) };
  }
  return null;
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
