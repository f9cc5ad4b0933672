import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import type { Model, Timestamp, TrainingProgress, TrainingRun } from './domain.ts';
import { watchMemory } from './processMemory.ts';
import type { Published, TrainerMessage, TrainerRequest } from './trainerProtocol.ts';

export interface TrainingOptions {
  /** Memory above which the trainer process is ended, MiB; its heap is bounded by it, too. */
  readonly memory: number;
  readonly clock: () => Timestamp;
  readonly onProgress: (progress: TrainingProgress) => void;
  /** Called for each version of a run; the last one is the best. */
  readonly onPublished: (published: Published) => void;
  readonly onLog: (line: string) => void;
  /** The trainer published all that it was asked for. */
  readonly onFinished: () => void;
  /** The trainer ended before that. */
  readonly onFailed: (message: string) => void;
}

/** Characters kept of what a trainer process says on standard error. */
const MOST_COMPLAINT = 10_000;

/** Runs one trainer process at a time, beside serving. */
export class Training {
  private readonly options: TrainingOptions;
  private child: ChildProcess | null = null;
  private current: Omit<TrainingRun, 'alreadyRunning'> | null = null;

  constructor(options: TrainingOptions) {
    this.options = options;
  }

  get running(): boolean {
    return this.current !== null;
  }

  /** Starts a run, or names the one that is under way. `request` is made only when one starts. */
  start(models: readonly Model[], request: () => TrainerRequest): TrainingRun {
    if (this.current !== null) return { ...this.current, alreadyRunning: true };
    this.current = { id: randomUUID(), startedAt: this.options.clock(), models };
    this.launch(request());
    return { ...this.current, alreadyRunning: false };
  }

  /** Ends a run without a version; nothing is reported. */
  stop(): void {
    const { child } = this;
    this.child = null;
    this.current = null;
    child?.removeAllListeners();
    child?.kill('SIGKILL');
  }

  /** As `stop`, and waits for the process to be gone: it writes nothing any more. */
  async cancel(): Promise<void> {
    const { child } = this;
    this.stop();
    if (child === null || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((resolve) => child.once('exit', resolve));
  }

  private launch(request: TrainerRequest): void {
    const extension = extname(import.meta.url);
    const child = fork(new URL(`./trainer${extension}`, import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      execArgv: [...(extension === '.ts' ? ['--import', 'tsx'] : []), `--max-old-space-size=${this.options.memory}`],
    });
    this.child = child;
    let finished = false;
    let failure: string | null = null;
    let complaint = '';
    let stopWatching = () => {};
    if (child.pid !== undefined) {
      setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
      stopWatching = watchMemory(child.pid, this.options.memory, () => {
        failure = this.tooLarge();
        child.kill('SIGKILL');
      });
    }
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk).slice(-MOST_COMPLAINT);
    });
    child.on('message', (message: TrainerMessage) => {
      if (message.type === 'progress') this.options.onProgress(message.progress);
      else if (message.type === 'published') this.options.onPublished(message);
      else if (message.type === 'log') this.options.onLog(message.line);
      else if (message.type === 'finished') finished = true;
      else failure = message.message;
    });
    child.once('error', (error) => {
      failure = error.message;
    });
    child.once('close', (code, signal) => {
      stopWatching();
      this.child = null;
      this.current = null;
      if (finished) this.options.onFinished();
      else this.options.onFailed(failure ?? this.whyEnded(signal ?? `exit status ${code}`, complaint));
    });
    child.send(request);
  }

  private whyEnded(how: string, complaint: string): string {
    if (!complaint.includes('heap out of memory')) return `the trainer process ended by ${how}`;
    return this.tooLarge();
  }

  private tooLarge(): string {
    return `the trainer process ran out of its ${this.options.memory} MiB of memory; raise TASTEGRAPH_TRAINER_MEMORY`;
  }
}
