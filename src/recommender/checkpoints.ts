import type { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { LiveModel } from '../engine/online/liveModel.ts';
import { takeSnapshot } from '../engine/training/snapshot.ts';
import { encodeTensors, type TensorFile } from '../engine/training/tensorFile.ts';
import { type SnapshotFolder, snapshotFile } from '../store/snapshots.ts';
import { startThread } from '../workerThread.ts';

/** Checkpoints kept: the newest, and the one before it in case the newest is torn. */
const KEPT = 2;

/** What a writer thread is told. */
export interface CheckpointJob {
  readonly path: string;
  readonly snapshot: TensorFile;
}

/** Writes the live state beside the database, so that a start replays little. */
export class Checkpoints {
  private readonly folder: SnapshotFolder;
  private readonly settings: string;
  private readonly every: number;
  private readonly logger: Logger;
  /** Of the newest file that is whole. */
  private lastSequence: number;
  /** Of the newest attempt: after a failure the next one waits for as many events as after a success. */
  private triedSequence: number;
  /** When that was written, or taken over at the start; milliseconds of this process's own clock. */
  private writtenAt = performance.now();
  private writer: Worker | null = null;
  private paused = false;

  private readonly isPinned: (file: string) => boolean;

  /** @param every events between two checkpoints @param sequence of the newest file that there is @param isPinned must be kept */
  constructor(options: {
    folder: SnapshotFolder;
    settings: string;
    every: number;
    logger: Logger;
    sequence: number;
    isPinned: (file: string) => boolean;
  }) {
    this.folder = options.folder;
    this.settings = options.settings;
    this.every = options.every;
    this.logger = options.logger;
    this.lastSequence = options.sequence;
    this.triedSequence = options.sequence;
    this.isPinned = options.isPinned;
  }

  /** Copies the state in this turn when a checkpoint is due; hashing and writing happen on another thread. */
  consider(model: LiveModel): void {
    if (this.paused || model.sequence - this.triedSequence < this.every || this.writer !== null) return;
    const { sequence, version } = model;
    const snapshot = takeSnapshot(model, this.settings);
    this.triedSequence = sequence;
    const job: CheckpointJob = { path: this.folder.pathOf(snapshotFile('checkpoint', version, sequence)), snapshot };
    this.writer = startThread('./checkpointWriter', import.meta.url, {
      workerData: job,
      transferList: [...snapshot.tensors.values()].map(({ data }) => data.buffer).filter((buffer) => buffer instanceof ArrayBuffer),
    });
    let failed = false;
    this.writer.once('error', (error) => {
      failed = true;
      this.logger.error(
        { err: error },
        `The checkpoint at ${sequence} was not written: ${error.message}. A start replays more until one is.`,
      );
    });
    this.writer.once('exit', () => {
      this.writer = null;
      if (failed) return;
      this.lastSequence = Math.max(this.lastSequence, sequence);
      this.writtenAt = performance.now();
      this.prune();
    });
  }

  /** Events that a start from the newest file would replay. */
  eventsSince(model: LiveModel): number {
    return model.sequence - this.lastSequence;
  }

  /** Seconds since the newest file was written, or since the start. */
  get age(): number {
    return (performance.now() - this.writtenAt) / 1_000;
  }

  /** Starts no checkpoint until `resume`, and waits for one under way. */
  async pause(): Promise<void> {
    this.paused = true;
    await this.settled();
  }

  resume(): void {
    this.paused = false;
  }

  /** Writes a checkpoint that a transaction under way depends on. @returns its name and hash */
  writeFirst(model: LiveModel): { file: string; sha256: string } {
    const { chunks, sha256 } = encodeTensors(takeSnapshot(model, this.settings));
    const file = snapshotFile('checkpoint', model.version, model.sequence);
    this.folder.write(file, chunks);
    return { file, sha256 };
  }

  /** The transaction of `writeFirst` is durable. */
  committed(model: LiveModel): void {
    this.written(model.sequence);
  }

  /** Writes a checkpoint now, on a clean stop. */
  writeNow(model: LiveModel): void {
    if (model.sequence === this.lastSequence) return;
    const { chunks } = encodeTensors(takeSnapshot(model, this.settings));
    this.folder.write(snapshotFile('checkpoint', model.version, model.sequence), chunks);
    this.written(model.sequence);
    this.prune();
  }

  /** Waits for the writer thread, if one is at work. */
  async settled(): Promise<void> {
    const { writer } = this;
    if (writer !== null) await new Promise((resolve) => writer.once('exit', resolve));
  }

  private written(sequence: number): void {
    this.lastSequence = sequence;
    this.triedSequence = sequence;
    this.writtenAt = performance.now();
  }

  private prune(): void {
    const old = this.folder.list().filter(({ kind }) => kind === 'checkpoint');
    for (const { file } of old.slice(KEPT)) if (!this.isPinned(file)) this.folder.remove(file);
  }
}
