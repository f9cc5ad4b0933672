import { accessSync, constants, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from '../errors.ts';

/** Says before the work what would fail after it. @throws CommandError when the file can't be written */
export function checkWritable(path: string): void {
  try {
    if (existsSync(path) && !statSync(path).isFile()) throw new CommandError(`Can't write ${path}: it is no file; choose another.`);
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw explained(path, error);
  }
}

/** Replaces the file only when the new one is whole. @throws CommandError when it can't be written */
export function writeText(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw explained(path, error);
  }
}

function explained(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof CommandError || code === undefined) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new CommandError(`Can't write ${path}: there is no folder ${dirname(path)}; create it.`);
  return new CommandError(`Can't write ${path} (${code}): choose another place.`);
}
