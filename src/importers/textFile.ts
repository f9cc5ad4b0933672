import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { CommandError } from '../errors.ts';

/**
 * The lines of a file, without their ends.
 * @param encoding MovieLens 100K is in ISO-8859-1 (latin1), CSV files in UTF-8
 * @throws CommandError when it is missing or can't be read
 */
export function readTextLines(path: string, encoding: 'utf8' | 'latin1'): string[] {
  try {
    const text = readFileSync(path, encoding);
    return (text.startsWith('\uFEFF') ? text.slice(1) : text).split(/\r?\n/);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The first line of a file, at most 4,000 bytes of it: enough to tell formats apart. @throws CommandError as `readTextLines` */
export function readFirstLine(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(4_000);
      const text = head.toString('utf8', 0, readSync(file, head));
      return text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0]!;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** One line for a path that can't be read. */
export function unreadable(path: string, error: unknown): CommandError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new CommandError(`There is no file or folder ${path}: check the path.`);
  if (code === 'EACCES' || code === 'EPERM') return new CommandError(`${path} can't be read: give this user access to it.`);
  if (code === 'EISDIR') return new CommandError(`${path} is a folder; a file is needed here.`);
  if (code === 'ERR_STRING_TOO_LONG' || code === 'ERR_FS_FILE_TOO_LARGE') return new CommandError(`${path} is too large: split it.`);
  return new CommandError(`${path} can't be read (${code ?? String(error)}).`);
}
