import type { LogEvent, Model, ModelUpdate, ModelUpdateKind, Operations, Timestamp, TrainingRun } from '../domain.ts';
import { LiveModel } from '../engine/online/liveModel.ts';
import { takeCarried } from '../engine/training/carried.ts';
import { nextFitAt } from '../engine/training/schedule.ts';
import { restoreSnapshot, takeSnapshot } from '../engine/training/snapshot.ts';
import { RequestError } from '../errors.ts';
import { type Apply, foldLog, loadModel, type ModelSource, newestModel, removeForgotten } from '../recovery.ts';
import { describeWriteFailure } from '../store/writeFailure.ts';
import type { Published } from '../trainerProtocol.ts';
import { Training } from '../training.ts';
import { Checkpoints } from './checkpoints.ts';
import { Drift } from './drift.ts';
import type { RecommenderOptions } from './options.ts';
import type { UpdateFeed } from './updateFeed.ts';
import { VersionRegister } from './versionRegister.ts';

/** Factors before the first fit, as many as a fit has. */
const FACTORS = 10;
const ALL_MODELS: readonly Model[] = ['MF', 'GNN', 'BNN', 'HYBRID'];
/** Events that a new version catches up with in one turn. */
const CATCH_UP = 2000;
/** After a failed training the next one waits for this share of new ratings, doubled with each further failure. */
const RETRY_SHARE = 0.05;

/** Owns the model that serves: folds the log into it, has it trained anew, hands over, keeps checkpoints. */
export class ModelKeeper {
  readonly versions: VersionRegister;
  private readonly options: RecommenderOptions;
  private readonly source: ModelSource;
  private readonly feed: UpdateFeed;
  private readonly checkpoints: Checkpoints;
  private readonly training: Training;
  private readonly drift = new Drift();
  private live: LiveModel;
  private handOver: Promise<void> = Promise.resolve();
  private failures = 0;
  private retryAt = 0;
  private lastError: string | null = null;
  /** Why a version of the running training could not be published. */
  private unpublished: string | null = null;
  private closed = false;
  /** Users who are being forgotten. */
  private forgetting = 0;
  private applied = 0;
  private applySeconds = 0;

  /** Loads the newest good model file and folds the log after it. @param refold what is done with each event of that */
  constructor(options: RecommenderOptions, source: ModelSource, feed: UpdateFeed, refold: Apply) {
    this.options = options;
    this.source = source;
    this.feed = feed;
    const { store, logger, checkpointEvery: every } = options;
    const start = newestModel(source) ?? LiveModel.untrained(options.scale, FACTORS, options.seed);
    this.versions = new VersionRegister(store, source.folder, options.keepVersions);
    const isPinned = (file: string) => this.versions.find(this.live.version)?.file === file;
    this.checkpoints = new Checkpoints({ ...source, every, logger, sequence: start.sequence, isPinned });
    this.training = new Training({
      memory: options.trainerMemory,
      clock: options.clock,
      onProgress: (progress) => this.feed.progress.notify(progress),
      onPublished: (published) => {
        this.handOver = this.handOver.then(() => this.publish(published));
      },
      onLog: (line) => options.logger.info(line),
      onFinished: () => {
        this.handOver = this.handOver.then(() => this.finished());
      },
      onFailed: (message) => this.failed(message),
    });
    this.live = foldLog(start, source, undefined, refold);
  }

  get model(): LiveModel {
    return this.live;
  }

  get isTraining(): boolean {
    return this.training.running;
  }

  operations(): Omit<Operations, 'waitingWrites'> {
    const { applied, applySeconds } = this;
    return { applied, applySeconds, eventsSinceCheckpoint: this.checkpoints.eventsSince(this.live) };
  }

  /** Why the last training gave no version; null after a success. The model is stale as long as there is a reason. */
  get trainingError(): string | null {
    return this.lastError;
  }

  /** Folds one event that is durable; a checkpoint and a training follow when they are due. */
  apply({ sequence, body }: LogEvent): void {
    const began = performance.now();
    this.live.apply(sequence, body);
    this.applySeconds += (performance.now() - began) / 1000;
    this.applied += 1;
    this.checkpoints.consider(this.live);
    this.considerTraining();
  }

  /** Starts the training that a first start or the schedule asks for. */
  start(): void {
    const isFirst = this.live.version === 0 && this.live.data.ratings.size > 0;
    if (isFirst && this.options.autoTrain !== false) this.train();
    else this.considerTraining();
  }

  /** @param models to train; null: all there are. The factorization is part of every other. */
  train(models: readonly Model[] | null = null): TrainingRun {
    const hybrid = models === null || models.some((model) => model !== 'MF');
    return this.training.start(hybrid ? ALL_MODELS : ['MF'], () => ({
      dbPath: this.options.store.path,
      baseSequence: this.live.sequence,
      version: this.options.store.nextVersion(),
      scale: this.live.data.scale,
      carried: takeCarried(this.live),
      seed: this.options.seed,
      settings: this.source.settings,
      hybrid,
      factorizationFirst: this.live.hybrid === null,
      compute: this.options.compute,
    }));
  }

  /**
   * Lets a kept version serve, refused ones too: it catches up with the log as a new one does.
   * @throws RequestError NOT_FOUND when there is no such version, or no file of it that can be used
   */
  async activateKept(version: number): Promise<void> {
    const row = this.versions.find(version);
    if (row === null) throw new RequestError('NOT_FOUND', `There is no version ${version}.`, { argument: 'version' });
    const switched = this.handOver.then(async () => {
      if (version === this.live.version || this.closed) return;
      await this.activate(version, row.file);
      // Who goes back to an older version does not want it replaced at once.
      this.retryAt = nextFitAt(this.live.data.ratings.size);
    });
    this.handOver = switched.catch(() => undefined);
    await switched.catch((error: Error) => {
      throw new RequestError('NOT_FOUND', `Version ${version} can't be activated: ${error.message}.`, { argument: 'version' });
    });
  }

  /**
   * Leaves nothing of a user in model and files. A training under way is ended, hand-overs and checkpoints are waited for; the rest is
   * one turn: a copy of the model forgets, is written, and serves as soon as `erase` has made the log forget, too. When that fails
   * nothing has happened.
   * @param erase erases from the log, in a transaction whose last act is the callback
   * @returns what `erase` returned
   */
  forget<Event>(userId: string, flush: () => void, erase: (beforeCommit: (sequence: number) => void) => Event): Promise<Event> {
    const wasTraining = this.training.running;
    this.forgetting += 1;
    const ended = this.training.cancel();
    const forgotten = this.handOver.then(async () => {
      await ended;
      await this.checkpoints.pause();
      flush();
      return this.forgetNow(userId, erase);
    });
    const settled = forgotten.then(
      () => {},
      () => {},
    );
    this.handOver = settled.then(() => {
      this.forgetting -= 1;
      this.checkpoints.resume();
      if (wasTraining) this.tellFinished('the training was ended because a user is forgotten; it starts again');
      if (this.live.version > 0 && this.options.autoTrain !== false && !this.closed) this.train();
    });
    return forgotten;
  }

  private forgetNow<Event>(userId: string, erase: (beforeCommit: (sequence: number) => void) => Event): Event {
    const { store } = this.options;
    const { folder, settings } = this.source;
    const next = restoreSnapshot(takeSnapshot(this.live, settings));
    next.forget(userId);
    let written: string | null = null;
    let event: Event;
    try {
      event = erase((sequence) => {
        next.sequence = sequence;
        const { file, sha256 } = this.checkpoints.writeFirst(next);
        written = file;
        const row = this.versions.find(next.version);
        if (row !== null) store.saveVersion({ ...row, file, sha256 });
      });
    } catch (error) {
      if (written !== null) folder.remove(written);
      throw describeWriteFailure(error);
    }
    if (written === null) return event;
    this.live = next;
    this.checkpoints.committed(next);
    // The log has forgotten by now: what can't be removed here, the next start removes.
    removeForgotten(this.source);
    return event;
  }

  /** A move of the model that nothing else is known of. */
  moveOf(kind: ModelUpdateKind, sequence: number, at: Timestamp): ModelUpdate {
    const { metrics, scale, version } = this.live;
    const square = metrics.runningSquare();
    return {
      kind,
      sequence,
      modelVersion: version,
      serving: this.live.serving,
      at,
      userId: null,
      movieId: null,
      rating: null,
      before: null,
      after: null,
      runningRmse: square === null ? null : Math.sqrt(square) * scale.pointsPerUnit,
    };
  }

  /** Ends a training under way; a version that is being handed over is let go. */
  async stop(): Promise<void> {
    this.closed = true;
    this.training.stop();
    await this.handOver;
  }

  /** Writes a checkpoint, once nothing moves any more. */
  async save(): Promise<void> {
    await this.checkpoints.settled();
    this.checkpoints.writeNow(this.live);
  }

  private considerTraining(): void {
    if (this.options.autoTrain === false || this.training.running || this.forgetting > 0 || this.closed) return;
    const count = this.live.data.ratings.size;
    const isDue = count >= nextFitAt(this.live.ratingsAtFit) || this.hasDrifted(count);
    if (isDue && count >= this.retryAt) this.train();
  }

  private hasDrifted(ratings: number): boolean {
    const { version, metrics, scale, serving } = this.live;
    const square = metrics.runningSquare();
    const running = square === null ? null : Math.sqrt(square) * scale.pointsPerUnit;
    const holdoutOf = (of: number) => this.versions.find(of)?.metrics.find(({ model }) => model === serving)?.holdout?.rmse ?? null;
    return this.drift.isDue(version, ratings, running, holdoutOf);
  }

  private async publish({ holdout, losses, kernels, models, ...published }: Published): Promise<void> {
    if (this.closed) return;
    const { logger, store } = this.options;
    const { version, file, refusedBecause, compute } = published;
    try {
      const trainedAt = this.options.clock();
      const metrics = holdout.map(({ model, metrics: figures }) => ({ model, holdout: figures, live: null }));
      store.saveVersion({ ...published, trainedAt, models: [...models], metrics, losses: [...losses] });
      this.feed.publish(this.moveOf('TRAINED', this.live.sequence, trainedAt));
      if (kernels.length > 0) logger.info({ version, compute, kernels }, `Version ${version} was trained with kernels on ${compute}.`);
      if (refusedBecause === null) await this.activate(version, file);
      else logger.warn({ version }, `Version ${version} was not activated: ${refusedBecause}.`);
      this.versions.prune(this.live.version);
      // A refused version must not be fitted again at once: the next attempt waits for new ratings like a failed one.
      this.retryAt = refusedBecause === null ? 0 : this.retryAfter(1);
    } catch (error) {
      this.unpublished = (error as Error).message;
    }
  }

  /** After the last version of a training. */
  private finished(): void {
    if (this.closed) return;
    const { unpublished } = this;
    this.unpublished = null;
    if (unpublished !== null) {
      this.failed(unpublished);
      return;
    }
    this.failures = 0;
    this.lastError = null;
    this.tellFinished(null);
    this.considerTraining();
  }

  /** The new version catches up beside serving; its last slice, the log entry and the swap are one turn. */
  private async activate(version: number, file: string): Promise<void> {
    const { store, logger } = this.options;
    const next = loadModel(this.source, file);
    const baseSequence = next.sequence;
    for (let reached = baseSequence; ; ) {
      const slice = store.readSlice(reached, CATCH_UP);
      for (const { sequence, body } of slice) {
        reached = sequence;
        if (body.kind !== 'activated') next.apply(sequence, body);
      }
      if (slice.length < CATCH_UP) break;
      await new Promise(setImmediate);
      if (this.closed) return;
    }
    const event = store.activate(version, baseSequence);
    next.apply(event.sequence, event.body);
    this.live = next;
    this.feed.publish(this.moveOf('ACTIVATED', event.sequence, event.at));
    logger.info({ version, sequence: event.sequence }, `Version ${version} serves.`);
  }

  private failed(message: string): void {
    if (this.closed) return;
    this.failures += 1;
    this.retryAt = this.retryAfter(this.failures);
    this.lastError = message;
    this.options.logger.error(`Training failed: ${message}. Version ${this.live.version} goes on serving.`);
    this.tellFinished(message);
  }

  /** Number of ratings at which the next attempt may be made. */
  private retryAfter(attempts: number): number {
    return Math.ceil(this.live.data.ratings.size * (1 + RETRY_SHARE * 2 ** (attempts - 1)));
  }

  private tellFinished(error: string | null): void {
    this.feed.progress.notify({
      model: this.live.serving,
      epoch: 0,
      epochs: 0,
      loss: null,
      rmse: null,
      done: error === null ? 1 : 0,
      finished: true,
      error,
    });
  }
}
