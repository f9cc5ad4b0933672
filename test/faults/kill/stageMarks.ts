import { openSync, writeSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { Checkpoints } from '../../../src/recommender/checkpoints.ts';
import { HandOver } from '../../../src/recommender/handOver.ts';
import { Store } from '../../../src/store/store.ts';
import { MARKS_FILE, STAGES, type Stage } from './stages.ts';

/**
 * Loaded before a server: marks in a file what it does, so that whoever kills it knows what was interrupted. Nothing else changes.
 */
const file = process.env[MARKS_FILE];
const isServer = process.argv[1]?.endsWith('main.ts') ?? false;
if (file !== undefined && isServer) markStages(openSync(file, 'r+'));

function markStages(handle: number): void {
  const mark = (stage: Stage, on: boolean) => writeSync(handle, Buffer.of(on ? 1 : 0), 0, 1, STAGES.indexOf(stage));

  const { transaction } = Store.prototype;
  Store.prototype.transaction = function marked<T>(this: Store, work: () => T): T {
    mark('append', true);
    try {
      return transaction.call(this, work) as T;
    } finally {
      mark('append', false);
    }
  };

  const { apply } = LiveModel.prototype;
  LiveModel.prototype.apply = function marked(this: LiveModel, ...event: Parameters<typeof apply>): void {
    mark('apply', true);
    // Until the turn ends: the rest of its batch is applied and answered in it.
    queueMicrotask(() => mark('apply', false));
    apply.apply(this, event);
  };

  const { activate } = HandOver.prototype;
  HandOver.prototype.activate = async function marked(this: HandOver, ...version: Parameters<typeof activate>): Promise<void> {
    mark('activation', true);
    await activate.apply(this, version).finally(() => mark('activation', false));
  };

  const { consider } = Checkpoints.prototype;
  Checkpoints.prototype.consider = function marked(this: Checkpoints, model: LiveModel): void {
    const writerOf = () => (this as unknown as { writer: Worker | null }).writer;
    const before = writerOf();
    consider.call(this, model);
    const writer = writerOf();
    if (writer === null || writer === before) return;
    mark('checkpoint', true);
    writer.once('exit', () => mark('checkpoint', false));
  };
}
