import { availableParallelism } from 'node:os';
import { answerOf, startThread } from '../workerThread.ts';
import { runSplitJob, type SplitJob, type SplitOutcome } from './splitJob.ts';
import type { SplitMessage } from './splitWorker.ts';
import { terminalBar } from './terminalBar.ts';

/**
 * Evaluates splits, one thread a processor, with a bar where a person looks. What comes out does not depend on the number of threads:
 * each split is evaluated as if it were alone.
 */
export async function runSplitJobs(jobs: readonly SplitJob[]): Promise<SplitOutcome[]> {
  const bar = terminalBar('{finished} of {jobs} splits, {duration_formatted}');
  const shares = jobs.map(() => 0);
  const said = new Set<string>();
  const finished = () => ({ finished: shares.filter((share) => share === 1).length, jobs: jobs.length });
  const run = jobs.length === 1 ? runSplitJob : runInThread;
  const outcomes: SplitOutcome[] = [];
  let next = 0;
  const takeJobs = async () => {
    while (next < jobs.length) {
      const at = next++;
      const show = (done: number) => {
        shares[at] = Math.max(shares[at]!, done);
        bar?.update(shares.reduce((sum, share) => sum + share, 0) / jobs.length, finished());
      };
      outcomes[at] = await run(jobs[at]!, show, (line) => {
        if (!said.has(line)) process.stderr.write(`${line}\n`);
        said.add(line);
      });
    }
  };
  bar?.start(1, 0, finished());
  try {
    await Promise.all(Array.from({ length: Math.min(jobs.length, availableParallelism()) }, takeJobs));
    return outcomes;
  } finally {
    bar?.stop();
  }
}

function runInThread(job: SplitJob, onProgress: (done: number) => void, say: (line: string) => void): Promise<SplitOutcome> {
  const thread = startThread('./splitWorker', import.meta.url, { workerData: job });
  return answerOf<SplitMessage, SplitOutcome>(thread, 'evaluates', (message, answer) => {
    if (message.kind === 'progress') onProgress(message.done);
    else if (message.kind === 'say') say(message.line);
    else answer(message.outcome);
  });
}
