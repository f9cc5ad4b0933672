import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

/** Another process that runs one of this folder's scripts, and ends with the test. */
export interface Helper {
  readonly pid: number;
  /** The next line that it prints. */
  line(): Promise<string>;
  tell(word: string): void;
  kill(): Promise<void>;
  ended(): Promise<void>;
}

export function useProcesses(): { start(script: string, ...args: string[]): Helper } {
  const running: ChildProcess[] = [];
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });
  return {
    start: (script, ...args) => {
      const file = fileURLToPath(new URL(script, import.meta.url));
      const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
      running.push(child);
      return helper(child);
    },
  };
}

function helper(child: ChildProcess): Helper {
  const exit = once(child, 'exit').then(() => undefined);
  const lines: string[] = [];
  let wake = (): void => undefined;
  let rest = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
    wake();
  });
  return {
    pid: child.pid!,
    line: async () => {
      while (lines.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return lines.shift()!;
    },
    tell: (word) => child.stdin!.write(`${word}\n`),
    kill: () => {
      child.kill('SIGKILL');
      return exit;
    },
    ended: () => exit,
  };
}
