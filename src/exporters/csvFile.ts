import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { CommandError } from '../errors.ts';
import { csvField } from './csvField.ts';

const BUFFERED = 2 ** 18; // characters

/** A CSV file that is written line by line, and there only when it is whole. */
export class CsvFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: number;
  #waiting: string;

  /** @throws CommandError when the file can't be written */
  constructor(path: string, columns: readonly string[]) {
    this.#path = path;
    this.#temporary = `${path}.tmp`;
    this.#waiting = `${columns.join(',')}\n`;
    try {
      this.#file = openSync(this.#temporary, 'w');
    } catch (error) {
      throw new CommandError(`Can't write ${path} (${(error as NodeJS.ErrnoException).code}): choose another place.`);
    }
  }

  add(fields: readonly (string | number | null)[]): void {
    this.#waiting += `${fields.map(csvField).join(',')}\n`;
    if (this.#waiting.length > BUFFERED) this.#flush();
  }

  finish(): void {
    this.#flush();
    fsyncSync(this.#file);
    closeSync(this.#file);
    renameSync(this.#temporary, this.#path);
  }

  /** Leaves what stood at the path before. */
  discard(): void {
    closeSync(this.#file);
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    this.#waiting = '';
  }
}
