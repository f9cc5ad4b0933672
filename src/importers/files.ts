import { createReadStream, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommandError } from '../errors.ts';

const CHUNK = 2 ** 20; // bytes

/** Files by name, whether they lie in a folder, in a zip, or alone. */
export interface FileSet {
  /** What a person would call all of it. */
  readonly path: string;
  /** Without folders. */
  readonly names: readonly string[];
  /** Bytes. */
  size(name: string): number;
  /** @throws CommandError when the file can't be read, or changes meanwhile */
  read(name: string): AsyncIterable<Uint8Array>;
  close(): void;
}

/** The files of a folder. */
export function folderFiles(folder: string): FileSet {
  const names = attempt(folder, () => readdirSync(folder, { withFileTypes: true })).flatMap((entry) =>
    entry.isDirectory() ? [] : [entry.name],
  );
  return plainFiles(folder, folder, names);
}

/** One file, found by its name alone. */
export function singleFile(path: string): FileSet {
  return plainFiles(path, dirname(path), [basename(path)]);
}

function plainFiles(path: string, folder: string, names: readonly string[]): FileSet {
  return {
    path,
    names,
    size: (name) => statOf(join(folder, name)).size,
    read: (name) => readUnchanged(join(folder, name)),
    close: () => {},
  };
}

/** A file that somebody writes at the same time would be read half old, half new. */
async function* readUnchanged(path: string): AsyncGenerator<Uint8Array> {
  const before = statOf(path);
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK });
  } catch (error) {
    throw unreadable(path, error);
  }
  const after = statOf(path);
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs || after.ino !== before.ino) {
    throw new CommandError(`${path} changed while it was read; nothing was stored. Try again when nobody writes it.`);
  }
}

/** @throws CommandError when there is no such file */
export function statOf(path: string): Stats {
  return attempt(path, () => statSync(path));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** One line for a path that can't be read; other errors stay as they are. */
function unreadable(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new CommandError(`There is no file or folder ${path}: check the path.`);
  if (code === 'EACCES' || code === 'EPERM') return new CommandError(`Can't read ${path}: give this user access to it.`);
  return new CommandError(`Can't read ${path} (${code}).`);
}
