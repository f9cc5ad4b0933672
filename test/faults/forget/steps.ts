import { closeSync, openSync, writeSync } from 'node:fs';
import { Checkpoints } from '../../../src/recommender/checkpoints.ts';
import { Forgetting } from '../../../src/recommender/forgetting.ts';
import { SnapshotFolder } from '../../../src/store/snapshots.ts';
import { Store } from '../../../src/store/store.ts';
import { Training } from '../../../src/training.ts';

/**
 * Loaded before a server: kills it with -9 between two steps of forgetting a user. Which one is TASTEGRAPH_TEST_STEP, counted from 1;
 * its name goes to the file TASTEGRAPH_TEST_STEP_FILE.
 */
const wanted = Number(process.env.TASTEGRAPH_TEST_STEP);
const file = process.env.TASTEGRAPH_TEST_STEP_FILE;
const isServer = process.argv[1]?.endsWith('main.ts') ?? false;
let armed = false;
let step = 0;

function reach(name: string): void {
  if (!armed) return;
  step += 1;
  if (step !== wanted) return;
  const handle = openSync(file!, 'w');
  writeSync(handle, name);
  closeSync(handle);
  process.kill(process.pid, 'SIGKILL');
}

/** Makes a step before and one after each call of a method. */
function part(owner: { readonly prototype: object }, name: string): void {
  const methods = owner.prototype as Record<string, (...args: unknown[]) => unknown>;
  const original = methods[name]!;
  methods[name] = function parted(this: unknown, ...args: unknown[]): unknown {
    reach(`before ${name}`);
    const result = original.apply(this, args);
    if (result instanceof Promise) return result.finally(() => reach(`after ${name}`));
    reach(`after ${name}`);
    return result;
  };
}

if (isServer && wanted > 0) {
  part(Training, 'cancel');
  part(Checkpoints, 'pause');
  part(Checkpoints, 'writeFirst');
  part(Checkpoints, 'committed');
  part(SnapshotFolder, 'write');
  part(SnapshotFolder, 'remove');
  part(SnapshotFolder, 'removeTemporary');
  for (const name of ['forget', 'saveVersion', 'transaction', 'truncateLog']) part(Store, name);
  const { forget } = Forgetting.prototype;
  Forgetting.prototype.forget = function counted<Event>(this: Forgetting, ...args: Parameters<typeof forget<Event>>): Promise<Event> {
    armed = true;
    return forget.apply(this, args) as Promise<Event>;
  };
}
