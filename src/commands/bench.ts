import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface BenchOptions {
  /** One JSON document instead of a table. */
  readonly json: boolean;
}

/** From src/commands and from dist/commands alike. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `tastegraph bench`: what `npm run bench` does; the bench measures the sources and is no part of the build. */
export async function runBench({ json }: BenchOptions): Promise<void> {
  const args = ['--import', 'tsx', 'bench/main.ts', ...(json ? ['--json'] : [])];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  // It has said itself what is below its bar.
  process.exitCode = code ?? 1;
}
