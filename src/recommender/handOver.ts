import type { Logger } from 'pino';
import type { Timestamp } from '../domain.ts';
import type { LiveModel } from '../engine/online/liveModel.ts';
import { loadModel, type ModelSource } from '../recovery.ts';
import { recording } from '../store/writeFailure.ts';
import type { Published } from '../trainerProtocol.ts';
import type { Serving } from './serving.ts';
import type { UpdateFeed } from './updateFeed.ts';
import type { VersionRegister } from './versionRegister.ts';

/** Events that a new version catches up with in one turn. */
const CATCH_UP = 2000;

interface HandOverOptions {
  readonly serving: Serving;
  readonly source: ModelSource;
  readonly versions: VersionRegister;
  readonly feed: UpdateFeed;
  readonly logger: Logger;
  readonly clock: () => Timestamp;
}

/** Lets a version that lies in the folder serve, without a moment in which nothing does. */
export class HandOver {
  private readonly options: HandOverOptions;
  private closed = false;

  constructor(options: HandOverOptions) {
    this.options = options;
  }

  /** Enters a version into the register, and lets it serve unless it was refused. @throws Error saying why not */
  async publish({ holdout, losses, kernels, models, ...published }: Published): Promise<void> {
    if (this.closed) return;
    const { logger, versions, feed, serving, clock } = this.options;
    const { version, file, refusedBecause, compute } = published;
    const trainedAt = clock();
    const metrics = holdout.map(({ model, metrics: figures }) => ({ model, holdout: figures, live: null }));
    const row = { ...published, trainedAt, models: [...models], metrics, losses: [...losses] };
    recording(`Version ${version}`, () => versions.save(row));
    feed.publish(serving.moveOf('TRAINED', serving.model.sequence, trainedAt));
    if (kernels.length > 0) logger.info({ version, compute, kernels }, `Version ${version} was trained with kernels on ${compute}.`);
    if (refusedBecause === null) await this.activate(version, file);
    else logger.warn({ version }, `Version ${version} was not activated: ${refusedBecause}.`);
    versions.prune(serving.model.version);
  }

  /**
   * The version catches up beside serving; its last slice, the log entry and the swap are one turn.
   * @throws Error saying why the file can't be used, or its activation not be recorded; the model before goes on serving
   */
  async activate(version: number, file: string): Promise<void> {
    const { source, serving, feed, logger } = this.options;
    const next = loadModel(source, file);
    const baseSequence = next.sequence;
    if (!(await this.catchUp(next))) return;
    const event = recording(`The activation of version ${version}`, () => source.store.activate(version, baseSequence));
    next.apply(event.sequence, event.body);
    serving.model = next;
    feed.publish(serving.moveOf('ACTIVATED', event.sequence, event.at));
    logger.info({ version, sequence: event.sequence }, `Version ${version} serves.`);
  }

  /** Lets go of a version that is on its way. */
  close(): void {
    this.closed = true;
  }

  /** @returns false when it was told to let go; else the model has learned all there is, and this turn has not ended */
  private async catchUp(next: LiveModel): Promise<boolean> {
    for (let reached = next.sequence; ; ) {
      const slice = this.options.source.store.readSlice(reached, CATCH_UP);
      for (const { sequence, body } of slice) {
        reached = sequence;
        if (body.kind !== 'activated') next.apply(sequence, body);
      }
      if (slice.length < CATCH_UP) return true;
      await new Promise(setImmediate);
      if (this.closed) return false;
    }
  }
}
