import type { LogEvent, Model, ModelUpdate, ModelUpdateKind, Operations, Timestamp, TrainingRun } from '../domain.ts';
import { LiveModel } from '../engine/online/liveModel.ts';
import { RequestError } from '../errors.ts';
import { type Apply, foldLog, type ModelSource, newestModel } from '../recovery.ts';
import { Checkpoints } from './checkpoints.ts';
import { Forgetting } from './forgetting.ts';
import { HandOver } from './handOver.ts';
import { OneAtATime } from './oneAtATime.ts';
import type { RecommenderOptions } from './options.ts';
import { Retraining } from './retraining.ts';
import { Serving } from './serving.ts';
import type { UpdateFeed } from './updateFeed.ts';
import { VersionRegister } from './versionRegister.ts';

/** Factors before the first fit, as many as a fit has. */
const FACTORS = 10;

/** Owns the model that serves, and all that may change it: the fold of the log, trainings, versions, checkpoints, forgetting. */
export class ModelKeeper {
  readonly versions: VersionRegister;
  private readonly serving: Serving;
  private readonly checkpoints: Checkpoints;
  private readonly handOver: HandOver;
  private readonly retraining: Retraining;
  private readonly forgetting: Forgetting;
  /** Whatever swaps the model waits for its turn. */
  private readonly turns = new OneAtATime();
  private closed = false;
  private applied = 0;
  private applySeconds = 0;

  /** Loads the newest good model file and folds the log after it. @param refold what is done with each event of that */
  constructor(options: RecommenderOptions, source: ModelSource, feed: UpdateFeed, refold: Apply) {
    const { store, logger, clock } = options;
    const { turns } = this;
    const start = newestModel(source) ?? LiveModel.untrained(options.scale, FACTORS, options.seed);
    const startedFrom = start.sequence;
    this.serving = new Serving(foldLog(start, source, undefined, refold));
    this.versions = new VersionRegister(store, source.folder, options.keepVersions);
    const { serving, versions } = this;
    const isPinned = (file: string) => versions.find(serving.model.version)?.file === file;
    this.checkpoints = new Checkpoints({ ...source, every: options.checkpointEvery, sequence: startedFrom, isPinned });
    this.handOver = new HandOver({ serving, source, versions, feed, logger, clock });
    this.retraining = new Retraining(options, { serving, handOver: this.handOver, versions, feed, turns, settings: source.settings });
    this.forgetting = new Forgetting({ serving, source, checkpoints: this.checkpoints, retraining: this.retraining, versions, turns });
  }

  get model(): LiveModel {
    return this.serving.model;
  }

  get isTraining(): boolean {
    return this.retraining.running;
  }

  operations(): Omit<Operations, 'waitingWrites'> {
    const { applied, applySeconds } = this;
    const { checkpoints } = this;
    return { applied, applySeconds, eventsSinceCheckpoint: checkpoints.eventsSince(this.model), checkpointAge: checkpoints.age };
  }

  /** Why the last training gave no version; null after a success. The model is stale as long as there is a reason. */
  get trainingError(): string | null {
    return this.retraining.error;
  }

  /** Folds one event that is durable; a checkpoint and a training follow when they are due. */
  apply({ sequence, body }: LogEvent): void {
    const began = performance.now();
    this.model.apply(sequence, body);
    this.applySeconds += (performance.now() - began) / 1000;
    this.applied += 1;
    this.checkpoints.consider(this.model);
    this.retraining.consider();
  }

  /** Starts the training that a first start or the schedule asks for. */
  start(): void {
    this.retraining.start();
  }

  /** @param models to train; null: all there are. The factorization is part of every other. */
  train(models: readonly Model[] | null): TrainingRun {
    return this.retraining.train(models);
  }

  /**
   * Lets a kept version serve, refused ones too: it catches up with the log as a new one does.
   * @throws RequestError NOT_FOUND when there is no such version, or no file of it that can be used; OVERLOADED or INTERNAL_SERVER_ERROR
   *   when the database takes no write
   */
  async activateKept(version: number): Promise<void> {
    const row = this.versions.find(version);
    if (row === null) throw new RequestError('NOT_FOUND', `There is no version ${version}.`, { argument: 'version' });
    const switched = this.turns.run(async () => {
      if (version === this.model.version || this.closed) return;
      await this.handOver.activate(version, row.file);
      this.retraining.postpone();
    });
    await switched.catch((error: Error) => {
      if (error instanceof RequestError) throw error;
      throw new RequestError('NOT_FOUND', `Version ${version} can't be activated: ${error.message}.`, { argument: 'version' });
    });
  }

  /** Leaves nothing of a user in model and files; see `Forgetting`. */
  forget<Event>(userId: string, flush: () => void, erase: (beforeCommit: (sequence: number) => void) => Event): Promise<Event> {
    return this.forgetting.forget(userId, flush, erase);
  }

  /** A move of the model that nothing else is known of. */
  moveOf(kind: ModelUpdateKind, sequence: number, at: Timestamp): ModelUpdate {
    return this.serving.moveOf(kind, sequence, at);
  }

  /** Ends a training under way; a version that is being handed over is let go. */
  async stop(): Promise<void> {
    this.closed = true;
    this.retraining.close();
    this.handOver.close();
    this.forgetting.close();
    await this.turns.idle();
  }

  /** Writes a checkpoint, once nothing moves any more. */
  async save(): Promise<void> {
    await this.checkpoints.settled();
    this.checkpoints.writeNow(this.model);
  }
}
