import { extname } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * A thread that runs a module of this program. From TypeScript source it needs tsx, which a worker of Node 20 does not take from
 * its parent.
 * @param module without its extension, which is that of the file that asks
 * @param asker `import.meta.url` of that file
 */
export function startThread(module: string, asker: string, options: WorkerOptions): Worker {
  const extension = extname(asker);
  const file = new URL(`${module}${extension}`, asker);
  if (extension !== '.ts') return new Worker(file, options);
  const underTsx = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(file.href)}); });`;
  return new Worker(underTsx, { ...options, eval: true });
}

/**
 * What a thread answers in the end.
 * @param task names what the thread does, for the error
 * @param listen hears every message, and says the answer when it comes
 * @throws Error what the thread threw, or that it ended without an answer
 */
export function answerOf<Message, Answer>(
  thread: Worker,
  task: string,
  listen: (message: Message, answer: (value: Answer) => void) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    thread.on('message', (message: Message) => listen(message, resolve));
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`A thread that ${task} ended early, with ${code}.`)));
  });
}
