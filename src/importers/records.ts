import { RequestError } from '../errors.ts';
import type { Decode } from './encoding.ts';
import { shown } from './encoding.ts';
import type { FileSet } from './files.ts';
import { linesOf } from './lines.ts';
import { textBlocks } from './ratingFile.ts';
import type { Rejects } from './rejects.ts';

/** How the lines of a file become records. */
export interface RecordReader<T> {
  readonly decode: Decode;
  /** Lines at the beginning that are no records. */
  readonly skip: number;
  /** @throws RequestError for a line that is none */
  read(text: string): T;
}

/** Reads each line that isn't blank; one that fails with a RequestError is rejected with its message. */
export async function readRecords<T>(files: FileSet, name: string, reader: RecordReader<T>, rejects: Rejects): Promise<T[]> {
  const records: T[] = [];
  let line = 0;
  const readLine = (bytes: Uint8Array) => {
    line += 1;
    if (line <= reader.skip) return;
    try {
      const text = reader.decode(bytes).replace(/\r$/, '');
      if (text.trim() !== '') records.push(reader.read(text));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      rejects.add({ file: name, line, reason: error.message, text: shown(bytes) });
    }
  };
  for await (const block of textBlocks(files, name)) {
    if (block === null) {
      line += 1;
      rejects.add({ file: name, line, reason: 'The line is longer than a million bytes.', text: '' });
    } else {
      for (const bytes of linesOf(block)) readLine(bytes);
    }
  }
  return records;
}
