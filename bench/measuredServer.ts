import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a measured server tells when asked; each answer is a number. */
export type Question = 'cpu' | 'memory' | 'train' | 'train MF';

/** A server in a process of its own, which tells what it has used. */
export interface MeasuredServer {
  readonly url: string;
  /** Processor time so far: microseconds, user and system. */
  cpu(): Promise<number>;
  /** Heap and array buffers after a collection: bytes. */
  memory(): Promise<number>;
  /** Has all models trained anew, or the factorization alone. @returns the version that serves then */
  train(models: 'all' | 'MF'): Promise<number>;
  close(): Promise<void>;
}

export async function startServer(kind: 'tastegraph' | 'bareApollo', ...args: string[]): Promise<MeasuredServer> {
  const file = fileURLToPath(new URL('./serverProcess.ts', import.meta.url));
  const execArgv = ['--expose-gc', '--import', 'tsx'];
  const child = fork(file, [kind, ...args], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const url = await answerOf<string>(child);
  const ask = (question: Question) => {
    child.send(question);
    return answerOf<number>(child);
  };
  return {
    url,
    cpu: () => ask('cpu'),
    memory: () => ask('memory'),
    train: (models) => ask(models === 'all' ? 'train' : 'train MF'),
    async close() {
      // It may have ended by itself, and why is what the caller is about to hear.
      if (child.connected) child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** The child's next message. */
function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The measured server ended with ${code}.`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}
