import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The command line as `npm test` has built it: it starts a second sooner than its source. */
export const MAIN = join(ROOT, 'dist', 'main.js');
const SOURCE = join(ROOT, 'src', 'main.ts');

export interface ServerProcess {
  readonly url: string;
  readonly wsUrl: string;
  readonly child: ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Sends a signal and waits for the end. @returns the exit status, null after a signal that ended it */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Who runs a server, and what is loaded before it, and before its trainers, to change their classes: those of the source, which it runs then. */
interface ServerOptions {
  readonly uid?: number;
  readonly gid?: number;
  readonly preload?: string;
}

/** `tastegraph serve` as a process of its own, once it has printed where it answers. */
export async function serveProcess(
  args: readonly string[],
  environment: Record<string, string> = {},
  { preload, ...as }: ServerOptions = {},
): Promise<ServerProcess> {
  const changed = preload === undefined ? {} : { NODE_OPTIONS: `--import tsx --import ${preload}` };
  const child = spawn(process.execPath, [preload === undefined ? MAIN : SOURCE, 'serve', '--port', '0', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment, ...changed },
    ...as,
  });
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk;
      const found = /Playground\s+(http:\S+)\/graphql/.exec(printed);
      if (found) resolve(found[1]!);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${printed}`)));
  });
  return {
    url,
    wsUrl: `${url.replace('http', 'ws')}/graphql`,
    child,
    output: () => printed,
    async stop(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}

/** `tastegraph` as a process of its own. @returns what it printed on standard output */
export function runMain(...args: readonly string[]): Promise<string> {
  return printedBy([MAIN, ...args]);
}

/** A TypeScript file as a process of its own. @param file below test @returns what it printed on standard output */
export function runScript(file: string, args: readonly string[]): Promise<string> {
  return printedBy(['--import', 'tsx', join(ROOT, 'test', file), ...args]);
}

async function printedBy(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: ROOT });
  let printed = '';
  let complaint = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${complaint}`);
  return printed.trim();
}
