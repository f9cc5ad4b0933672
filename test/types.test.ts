import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** What the compiler says of a project; the build itself does not look at types. */
function mistakesIn(project: string): Promise<string> {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', project, '--incremental', 'false'], { cwd: ROOT }, (error, stdout) => {
      resolve(error === null ? stdout : stdout || error.message);
    });
  });
}

it('the types of server, tests and tools agree', async () => {
  expect(await mistakesIn('.')).toBe('');
});

it('so do those of the dashboard', async () => {
  expect(await mistakesIn('web')).toBe('');
});
