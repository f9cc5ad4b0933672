import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { CommandError } from '../errors.ts';
import { newToken } from '../server/tokens.ts';

/** Only its owner reads it, although what it holds opens nothing. */
const OWNER_ONLY = 0o600;

/**
 * `tastegraph token`: prints a new secret, once, and the line by which a server knows it again.
 * @throws CommandError when the role is none, or the file has that name already or can't be written
 */
export function runToken({ name, role, file }: { name: string; role: string; file: string | null }): void {
  const { secret, line } = newToken(name, role);
  if (file !== null) append(file, line);
  process.stdout.write(`${secret}\n`);
  if (file === null) {
    process.stderr.write('That is the secret, shown this once; this is its line for the file that TASTEGRAPH_TOKENS names:\n');
    process.stdout.write(`${line}\n`);
  } else
    process.stderr.write(`That is the secret, shown this once. ${file} knows it; a server that has this file reads it when it starts.\n`);
}

function append(file: string, line: string): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before.split(/\r?\n/).some((other) => other.startsWith(line.slice(0, line.indexOf(':') + 1)))) {
    throw new CommandError(`${file} has a token of that name already: take another name, or delete its line.`);
  }
  const start = before === '' || before.endsWith('\n') ? '' : '\n';
  try {
    appendFileSync(file, `${start}${line}\n`, { mode: OWNER_ONLY });
  } catch (error) {
    throw new CommandError(`${file} can't be written (${(error as NodeJS.ErrnoException).code}); choose another --file.`);
  }
}
