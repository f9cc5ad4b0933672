import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTANTS, type Mutant } from './mutants.ts';

/**
 * Breaks one line at a time, in a copy of the project, and runs the test that must notice it. Each test must also pass on the copy as
 * it is. Run: main.ts [PART OF A NAME …]; exits with 1 when a sabotage is not caught.
 */
const ROOT = join(import.meta.dirname, '../..');
const COPIED = ['bin', 'bench', 'demo', 'docs', 'migrations', 'scripts', 'src', 'test', 'schema.graphql', 'README.md'];
const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'];

const wanted = process.argv.slice(2);
const chosen = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const copy = mkdtempSync(join(tmpdir(), 'tastegraph-mutants-'));
const sound = new Map<string, boolean>();
let escaped = 0;
try {
  for (const entry of [...COPIED, ...SETTINGS]) cpSync(join(ROOT, entry), join(copy, entry), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const mutant of chosen) {
    const caught = isCaught(mutant);
    if (!caught) escaped += 1;
    console.log(
      `${caught ? 'caught ' : 'ESCAPED'}  promise ${String(mutant.promise).padStart(2)}  ${mutant.name.padEnd(50)}  ${mutant.file}  by ${mutant.caughtBy}`,
    );
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - escaped} of ${chosen.length} caught`);
process.exitCode = escaped > 0 ? 1 : 0;

function isCaught({ name, file, from, to, caughtBy }: Mutant): boolean {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(from).length !== 2) throw new Error(`"${name}": the line to break does not stand once in ${file}: ${from}`);
  if (!sound.has(caughtBy)) sound.set(caughtBy, passes(caughtBy));
  if (!sound.get(caughtBy)) throw new Error(`${caughtBy} fails on sound code: no sabotage can be told by it.`);
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  try {
    return !passes(caughtBy);
  } finally {
    writeFileSync(path, original);
  }
}

/** Tests that start processes start them as they are built. */
function passes(test: string): boolean {
  run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
  return run('vitest/vitest.mjs', 'run', test) === 0;
}

function run(program: string, ...args: string[]): number | null {
  return spawnSync(process.execPath, [join(copy, 'node_modules', program), ...args], { cwd: copy, stdio: 'ignore' }).status;
}
