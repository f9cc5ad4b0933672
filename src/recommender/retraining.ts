import type { Model, TrainingRun } from '../domain.ts';
import { takeCarried } from '../engine/training/carried.ts';
import { nextFitAt } from '../engine/training/schedule.ts';
import type { Published } from '../trainerProtocol.ts';
import { Training } from '../training.ts';
import { Drift } from './drift.ts';
import type { HandOver } from './handOver.ts';
import type { OneAtATime } from './oneAtATime.ts';
import type { RecommenderOptions } from './options.ts';
import type { Serving } from './serving.ts';
import type { UpdateFeed } from './updateFeed.ts';
import type { VersionRegister } from './versionRegister.ts';

const ALL_MODELS: readonly Model[] = ['MF', 'GNN', 'BNN', 'HYBRID'];
/** After a failed training the next one waits for this share of new ratings, doubled with each further failure. */
const RETRY_SHARE = 0.05;

interface Parts {
  readonly serving: Serving;
  readonly handOver: HandOver;
  readonly versions: VersionRegister;
  readonly feed: UpdateFeed;
  readonly turns: OneAtATime;
  /** What `modelSettings` says. */
  readonly settings: string;
}

/** Has the model trained anew when the schedule, drift or somebody asks for it, and hands over what comes of it. */
export class Retraining {
  private readonly options: RecommenderOptions;
  private readonly parts: Parts;
  private readonly training: Training;
  private readonly drift = new Drift();
  private failures = 0;
  /** Number of ratings before which nothing is trained unasked. */
  private retryAt = 0;
  private lastError: string | null = null;
  /** Why a version of the running training could not be published. */
  private unpublished: string | null = null;
  private holds = 0;
  private closed = false;

  constructor(options: RecommenderOptions, parts: Parts) {
    this.options = options;
    this.parts = parts;
    this.training = new Training({
      memory: options.trainerMemory,
      clock: options.clock,
      onProgress: (progress) => parts.feed.progress.notify(progress),
      onPublished: (published) => void parts.turns.run(() => this.publish(published)),
      onLog: (line) => options.logger.info(line),
      onFinished: () => void parts.turns.run(() => this.finished()),
      onFailed: (message) => this.failed(message),
    });
  }

  get running(): boolean {
    return this.training.running;
  }

  /** Why the last training gave no version; null after a success. The model is stale as long as there is a reason. */
  get error(): string | null {
    return this.lastError;
  }

  /** Starts the training that a first start or the schedule asks for. */
  start(): void {
    const { model } = this.parts.serving;
    const isFirst = model.version === 0 && model.data.ratings.size > 0;
    if (isFirst && this.options.autoTrain !== false) this.train();
    else this.consider();
  }

  /** Starts a training when one is due. */
  consider(): void {
    if (this.options.autoTrain === false || this.training.running || this.holds > 0 || this.closed) return;
    const { model } = this.parts.serving;
    const count = model.data.ratings.size;
    const isDue = count >= nextFitAt(model.ratingsAtFit) || this.hasDrifted(count);
    if (isDue && count >= this.retryAt) this.train();
  }

  /** @param models to train; null: all there are. The factorization is part of every other. */
  train(models: readonly Model[] | null = null): TrainingRun {
    const hybrid = models === null || models.some((model) => model !== 'MF');
    const { model } = this.parts.serving;
    return this.training.start(hybrid ? ALL_MODELS : ['MF'], () => ({
      dbPath: this.options.store.path,
      baseSequence: model.sequence,
      version: this.options.store.nextVersion(),
      scale: model.data.scale,
      carried: takeCarried(model),
      seed: this.options.seed,
      settings: this.parts.settings,
      hybrid,
      factorizationFirst: model.hybrid === null,
      compute: this.options.compute,
    }));
  }

  /** Who goes back to an older version does not want it replaced at once. */
  postpone(): void {
    this.retryAt = nextFitAt(this.parts.serving.model.data.ratings.size);
  }

  /**
   * Ends a training under way and lets none begin unasked.
   * @returns once its process is gone: what ends the hold, and trains again when there was something trained
   */
  async hold(why: string): Promise<() => void> {
    const wasRunning = this.training.running;
    this.holds += 1;
    await this.training.cancel();
    return () => {
      this.holds -= 1;
      if (wasRunning) this.tellFinished(`the training was ended because ${why}; it starts again`);
      if (this.parts.serving.model.version > 0 && this.options.autoTrain !== false && !this.closed) this.train();
    };
  }

  /** Ends a training under way, for good. */
  close(): void {
    this.closed = true;
    this.training.stop();
  }

  private hasDrifted(ratings: number): boolean {
    const { serving, versions } = this.parts;
    const holdoutOf = (version: number) =>
      versions.find(version)?.metrics.find(({ model }) => model === serving.model.serving)?.holdout?.rmse ?? null;
    return this.drift.isDue(serving.model.version, ratings, serving.runningRmse, holdoutOf);
  }

  private async publish(published: Published): Promise<void> {
    try {
      await this.parts.handOver.publish(published);
      // A refused version must not be fitted again at once: the next attempt waits for new ratings like a failed one.
      this.retryAt = published.refusedBecause === null ? 0 : this.retryAfter(1);
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
    this.consider();
  }

  /** @param why with or without a full stop: others go on with it */
  private failed(why: string): void {
    if (this.closed) return;
    const message = why.replace(/\.$/, '');
    this.unpublished = null;
    this.failures += 1;
    this.retryAt = this.retryAfter(this.failures);
    this.lastError = message;
    this.options.logger.error(`Training failed: ${message}. Version ${this.parts.serving.model.version} goes on serving.`);
    this.tellFinished(message);
  }

  /** Number of ratings at which the next attempt may be made. */
  private retryAfter(attempts: number): number {
    return Math.ceil(this.parts.serving.model.data.ratings.size * (1 + RETRY_SHARE * 2 ** (attempts - 1)));
  }

  private tellFinished(error: string | null): void {
    this.parts.feed.progress.notify({
      model: this.parts.serving.model.serving,
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
