import { parentPort, workerData } from 'node:worker_threads';
import { runSplitJob, type SplitJob, type SplitOutcome } from './splitJob.ts';

/** What a thread that evaluates one split tells. */
export type SplitMessage =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'say'; readonly line: string }
  | { readonly kind: 'done'; readonly outcome: SplitOutcome };

const tell = (message: SplitMessage) => parentPort?.postMessage(message);
const outcome = await runSplitJob(
  workerData as SplitJob,
  (done) => tell({ kind: 'progress', done }),
  (line) => tell({ kind: 'say', line }),
);
tell({ kind: 'done', outcome });
