import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A model file: what training published, or the live state at a sequence. */
export interface SnapshotName {
  readonly kind: 'model' | 'checkpoint';
  readonly version: number;
  readonly sequence: number;
  /** Within the folder. */
  readonly file: string;
}

const NAME = /^(model|checkpoint)-(\d+)-(\d+)\.safetensors$/;

export function snapshotFile(kind: SnapshotName['kind'], version: number, sequence: number): string {
  return `${kind}-${version}-${sequence}.safetensors`;
}

/** The folder beside a database that holds its model files. */
export class SnapshotFolder {
  readonly path: string;

  constructor(dbPath: string) {
    this.path = `${dbPath}.models`;
  }

  /** Newest sequence first; half-written and foreign files are not listed. */
  list(): SnapshotName[] {
    if (!existsSync(this.path)) return [];
    const names = readdirSync(this.path).flatMap((file) => this.nameOf(file) ?? []);
    return names.sort((left, right) => right.sequence - left.sequence || right.version - left.version);
  }

  /** What a file's name says; null for a foreign one. */
  nameOf(file: string): SnapshotName | null {
    const match = NAME.exec(file);
    return match && { kind: match[1] as SnapshotName['kind'], version: Number(match[2]), sequence: Number(match[3]), file };
  }

  pathOf(file: string): string {
    return join(this.path, file);
  }

  has(file: string): boolean {
    return existsSync(this.pathOf(file));
  }

  read(file: string): Uint8Array {
    return readFileSync(this.pathOf(file));
  }

  write(file: string, chunks: readonly Uint8Array[]): void {
    mkdirSync(this.path, { recursive: true });
    writeAtomically(this.pathOf(file), chunks);
  }

  remove(file: string): void {
    rmSync(this.pathOf(file), { force: true });
  }

  /** Drops what a crash left half written. */
  removeTemporary(): void {
    if (!existsSync(this.path)) return;
    for (const file of readdirSync(this.path)) if (file.endsWith(TEMPORARY)) this.remove(file);
  }
}

const TEMPORARY = '.tmp';

/** Why the system refuses a write, by its code, and what to do. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room on it',
  EDQUOT: 'the disk quota is used up; make room',
  EFBIG: 'it is larger than a file may be here; raise that limit',
  EACCES: 'this user may not write there; give it access',
  EPERM: 'this user may not write there; give it access',
  EROFS: 'the disk may only be read; choose another place',
  EIO: 'the disk failed; look at its health',
};

/**
 * The file is there whole or not at all: written under another name, forced to disk, renamed, and the folder forced to disk.
 * @throws Error in one line, with the system's own as its cause
 */
export function writeAtomically(path: string, chunks: readonly Uint8Array[]): void {
  try {
    writeAndRename(path, chunks);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new Error(`${basename(path)} can't be written: ${REFUSALS[code] ?? message}`, { cause });
  }
}

function writeAndRename(path: string, chunks: readonly Uint8Array[]): void {
  const temporary = `${path}${TEMPORARY}`;
  const handle = openSync(temporary, 'w');
  try {
    for (const chunk of chunks) writeWhole(handle, chunk);
    fsyncSync(handle);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function writeWhole(handle: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(handle, chunk, written);
}
