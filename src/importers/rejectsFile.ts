import { closeSync, openSync, writeSync } from 'node:fs';
import { CommandError } from '../errors.ts';
import type { Reject } from './rejects.ts';

const BUFFERED = 2 ** 16; // characters

/** Every rejected line, written as it is met: a CSV with the columns file, line, reason, text. */
export class RejectsFile {
  readonly #file: number;
  #waiting = 'file,line,reason,text\n';

  /** @throws CommandError when the file can't be written */
  constructor(path: string) {
    try {
      this.#file = openSync(path, 'w');
    } catch (error) {
      throw new CommandError(`Can't write ${path} (${(error as NodeJS.ErrnoException).code}): choose another file with --rejects.`);
    }
  }

  add({ file, line, reason, text }: Reject): void {
    this.#waiting += `${[file, line, reason, text].map(quoted).join(',')}\n`;
    if (this.#waiting.length > BUFFERED) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#waiting);
    this.#waiting = '';
  }
}

/** One field in one line, whatever the rejected line held. */
function quoted(value: string | number): string {
  const text = String(value)
    .replace(/\p{Cc}/gu, ' ')
    .trim();
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
