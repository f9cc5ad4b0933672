import { existsSync, readFileSync, truncateSync } from 'node:fs';
import type { LogEvent } from '../../../src/domain.ts';
import { decodeTensors, encodeTensors } from '../../../src/engine/training/tensorFile.ts';
import { SnapshotFolder } from '../../../src/store/snapshots.ts';
import { Store } from '../../../src/store/store.ts';

/**
 * Loaded before a trainer process: spoils its training in the way that the file TASTEGRAPH_TEST_SABOTAGE names. Without that file the
 * training is left alone.
 */
export const SABOTAGES = ['heap', 'memory', 'nan', 'poison', 'torn'] as const;
export type Sabotage = (typeof SABOTAGES)[number];

const file = process.env.TASTEGRAPH_TEST_SABOTAGE;
const isTrainer = process.argv[1]?.endsWith('trainer.ts') ?? false;
if (isTrainer && file !== undefined && existsSync(file)) spoil(readFileSync(file, 'utf8') as Sabotage);

function spoil(kind: Sabotage): void {
  if (kind === 'nan') spoilReading((event) => ({ ...event, body: { ...event.body, rating: Number.NaN } }) as LogEvent);
  if (kind === 'heap') spoilReading((event) => fillHeap(event));
  if (kind === 'memory') fillMemory();
  if (kind === 'poison') spoilWriting((chunks) => poisoned(chunks));
  if (kind === 'torn') spoilWriting((chunks) => chunks, truncateSync);
}

function spoilReading(change: (event: LogEvent) => LogEvent): void {
  const { readSlice } = Store.prototype;
  Store.prototype.readSlice = function spoiled(this: Store, ...args: Parameters<typeof readSlice>): LogEvent[] {
    const events = readSlice.apply(this, args);
    const at = events.findIndex(({ body }) => body.kind === 'rated');
    if (at >= 0) events[at] = change(events[at]!);
    return events;
  };
}

function fillHeap(event: LogEvent): LogEvent {
  const kept: object[] = [];
  for (;;) kept.push({ event, at: kept.length });
}

/** Outside of the heap, so that only the size of the process tells of it; what V8 keeps of an array is written to, or it takes no room. */
function fillMemory(): void {
  const kept: Buffer[] = [];
  setInterval(() => kept.push(Buffer.alloc(64 * 2 ** 20, 1)), 10);
}

function spoilWriting(
  change: (chunks: readonly Uint8Array[]) => readonly Uint8Array[],
  after: (path: string, length: number) => void = () => {},
): void {
  const { write } = SnapshotFolder.prototype;
  SnapshotFolder.prototype.write = function spoiled(this: SnapshotFolder, name: string, chunks: readonly Uint8Array[]): void {
    write.call(this, name, change(chunks));
    after(this.pathOf(name), 1_000);
  };
}

/** The same file with one factor that is no number, and a hash that fits. */
function poisoned(chunks: readonly Uint8Array[]): Uint8Array[] {
  const { tensors, metadata } = decodeTensors(Buffer.concat(chunks));
  const { sha256: _, ...rest } = metadata;
  const [name] = [...tensors.keys()].filter((key) => /variational/.test(key) && tensors.get(key)!.data instanceof Float64Array);
  tensors.get(name!)!.data[0] = Number.NaN;
  return encodeTensors({ tensors, metadata: rest }).chunks;
}
