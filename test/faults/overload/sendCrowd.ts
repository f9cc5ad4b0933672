import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Outcome, Plan } from './crowd.ts';

/** Has a crowd make its calls from a process of its own. */
export async function sendCrowd(plan: Plan): Promise<Outcome> {
  const child = fork(join(import.meta.dirname, 'crowdProcess.ts'), { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
  child.send(plan);
  const [outcome] = await once(child, 'message');
  return outcome as Outcome;
}
