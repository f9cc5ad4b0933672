import type { SingleBar } from 'cli-progress';
import { terminalBar } from './terminalBar.ts';

export interface ImportProgress {
  /** @param bytes read, of how many, and the ratings in them */
  reading(bytes: number, of: number, ratings: number): void;
  /** @param done ratings stored, of how many */
  storing(done: number, of: number): void;
  stop(): void;
}

/** Two bars, one for reading and one for storing, each with its rate and the time left; nothing where no person looks. */
export function importProgress(): ImportProgress {
  let bar: { step: string; show: (done: number, ratings: number) => void; stop: () => void } | null = null;
  const show = (step: string, done: number, of: number, ratings: number) => {
    if (!process.stdout.isTTY) return;
    if (bar?.step !== step) {
      bar?.stop();
      bar = { step, ...startBar(step, of) };
    }
    bar.show(done, ratings);
  };
  return {
    reading: (bytes, of, ratings) => show('Reading', bytes, of, ratings),
    storing: (done, of) => show('Storing', done, of, done),
    stop: () => bar?.stop(),
  };
}

function startBar(step: string, of: number): { show: (done: number, ratings: number) => void; stop: () => void } {
  const bar: SingleBar | null = terminalBar(`${step} | {ratings} ratings | {rate} ratings/s | {eta_formatted} left`);
  const began = performance.now();
  bar?.start(of, 0, { ratings: 0, rate: '–' });
  return {
    show: (done, ratings) => {
      const rate = ratings / ((performance.now() - began) / 1000);
      bar?.update(done, { ratings: ratings.toLocaleString('en-US'), rate: Math.round(rate).toLocaleString('en-US') });
    },
    stop: () => bar?.stop(),
  };
}
