import type { Logger } from 'pino';
import type {
  Dataset,
  Heatmap,
  LivePoint,
  LogEvent,
  Model,
  ModelStatus,
  ModelUpdate,
  ModelUpdateKind,
  ModelVersion,
  Movie,
  MoviePatch,
  Page,
  PageRequest,
  Prediction,
  RateManyResult,
  RateResult,
  Rating,
  RatingInput,
  RatingScale,
  Recommendation,
  TrainingProgress,
  TrainingRun,
  User,
  UserPatch,
} from './domain.ts';
import { LiveModel } from './engine/online/liveModel.ts';
import { predictRating } from './engine/ranking/prediction.ts';
import { recommend } from './engine/ranking/recommend.ts';
import { takeCarried } from './engine/training/carried.ts';
import { nextFitAt } from './engine/training/schedule.ts';
import { modelSettings } from './engine/training/snapshot.ts';
import { badInput, RequestError } from './errors.ts';
import { Answers } from './recommender/answers.ts';
import { Checkpoints } from './recommender/checkpoints.ts';
import { checkMoviePatch, checkRatingInput, checkUserPatch } from './recommender/checks.ts';
import { datasetView, heatmapView, mostActive, mostRated, movieView, userView } from './recommender/datasetView.ts';
import { UpdateFeed } from './recommender/updateFeed.ts';
import { VersionRegister } from './recommender/versionRegister.ts';
import { eventsAfter, foldLog, loadModel, type ModelSource, newestModel } from './recovery.ts';
import type { RecommenderService } from './service.ts';
import { GroupCommit } from './store/groupCommit.ts';
import type { Written } from './store/ratings.ts';
import { SnapshotFolder } from './store/snapshots.ts';
import type { Store } from './store/store.ts';
import type { Published } from './trainerProtocol.ts';
import { Training } from './training.ts';
import { checkId } from './validation.ts';

/** Factors before the first fit, as many as a fit has. */
const FACTORS = 10;
const MAX_BATCH = 1000;
/** Events that a new version catches up with in one turn. */
const CATCH_UP = 2000;
/** After a failed training the next one waits for this share of new ratings, doubled with each further failure. */
const RETRY_SHARE = 0.05;

export interface RecommenderOptions {
  readonly store: Store;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly seed: number;
  /** Scale of a database whose log names none. */
  readonly scale: RatingScale;
  /** Writes that may wait for the disk. */
  readonly writeQueue: number;
  /** Events between two checkpoints. */
  readonly checkpointEvery: number;
  /** Newest versions kept beside the active one. */
  readonly keepVersions: number;
  /** Heap of a trainer process, MiB. */
  readonly trainerMemory: number;
  /** Whether trainings start by themselves. Default true. */
  readonly autoTrain?: boolean;
}

/**
 * The service: the one place where log and model meet. A rating is made durable, applied and answered in that order;
 * a query is answered from the model as it is in that turn, so every acknowledged rating is in it.
 */
export class Recommender implements RecommenderService {
  private readonly options: RecommenderOptions;
  private readonly store: Store;
  private readonly logger: Logger;
  private readonly source: ModelSource;
  private readonly commit: GroupCommit;
  private readonly answers: Answers;
  private readonly feed = new UpdateFeed();
  private readonly checkpoints: Checkpoints;
  private readonly versions: VersionRegister;
  private readonly training: Training;
  private model: LiveModel;
  private handOver: Promise<void> = Promise.resolve();
  private failures = 0;
  private retryAt = 0;
  private stale = false;
  private lastTrainingError: string | null = null;
  private closed = false;
  private datasetCache: { sequence: number; dataset: Dataset } | null = null;

  /** Loads the newest good model file, applies the log after it, and answers. */
  static open(options: RecommenderOptions): Recommender {
    const { store, logger } = options;
    if (store.scale() === null) store.setScale(options.scale);
    const source = { store, logger, folder: new SnapshotFolder(store.path), settings: modelSettings(options.seed) };
    source.folder.removeTemporary();
    return new Recommender(options, source);
  }

  private constructor(options: RecommenderOptions, source: ModelSource) {
    this.options = options;
    this.store = options.store;
    this.logger = options.logger;
    this.source = source;
    this.answers = new Answers(this.store);
    this.commit = new GroupCommit((work) => this.store.transaction(work), {
      capacity: options.writeQueue,
      beforeCommit: () => this.answers.save(),
    });
    const start = newestModel(source) ?? LiveModel.untrained(options.scale, FACTORS, options.seed);
    this.checkpoints = new Checkpoints({
      folder: source.folder,
      settings: source.settings,
      every: options.checkpointEvery,
      logger: this.logger,
      sequence: start.sequence,
    });
    this.versions = new VersionRegister(this.store, source.folder, options.keepVersions);
    this.training = new Training({
      memory: options.trainerMemory,
      clock: options.clock,
      onProgress: (progress) => this.feed.progress.notify(progress),
      onPublished: (published) => {
        this.handOver = this.publish(published);
      },
      onFailed: (message) => this.trainingFailed(message),
    });
    this.model = foldLog(start, source, undefined, (model, event) => this.refold(model, event));
    this.answers.save();
    this.answers.settle();
    if (this.model.version === 0 && this.model.data.ratings.size > 0 && options.autoTrain !== false) this.startTraining();
    else this.considerTraining();
  }

  get scale(): RatingScale {
    return this.model.data.scale;
  }

  get ready(): boolean {
    return !this.closed;
  }

  async rate(input: RatingInput): Promise<RateResult> {
    checkRatingInput(input, this.scale, this.options.clock());
    return this.commit.submit(
      () => this.store.rate(input),
      (written) => this.applyRating(input, written),
    );
  }

  async rateMany(inputs: readonly RatingInput[]): Promise<RateManyResult> {
    if (inputs.length > MAX_BATCH)
      throw badInput('ratings', `ratings holds ${inputs.length} entries; send at most ${MAX_BATCH} at a time.`);
    const outcomes = await Promise.allSettled(inputs.map((input) => this.rate(input)));
    const results = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const rejected = outcomes.flatMap((outcome, index) => {
      if (outcome.status === 'fulfilled') return [];
      if (!(outcome.reason instanceof RequestError)) throw outcome.reason;
      return [{ index, code: outcome.reason.code, message: outcome.reason.message }];
    });
    const duplicates = results.filter(({ duplicate }) => duplicate).length;
    const lastSequence = results.reduce((last, { sequence }) => Math.max(last, sequence), 0) || this.model.sequence;
    return { accepted: results.length - duplicates, duplicates, rejected, lastSequence };
  }

  async putMovie(patch: MoviePatch): Promise<Movie> {
    checkMoviePatch(patch);
    return this.commit.submit(
      () => this.store.putMovie(patch),
      ({ event }) => {
        this.teach(event);
        return this.movie(patch.id)!;
      },
    );
  }

  async putUser(patch: UserPatch): Promise<User> {
    checkUserPatch(patch);
    return this.commit.submit(
      () => this.store.putUser(patch),
      ({ event }) => {
        this.teach(event);
        return this.user(patch.id)!;
      },
    );
  }

  recommend(userId: string, options: { n: number; model: Model; includeRated: boolean }): Recommendation[] {
    checkId('userId', userId);
    return recommend(this.serving(options.model), userId, options);
  }

  predict(userId: string, movieId: string, model: Model): Prediction {
    checkId('userId', userId);
    checkId('movieId', movieId);
    return predictRating(this.serving(model), userId, movieId);
  }

  movie(id: string): Movie | null {
    const i = this.model.data.movies.find(id);
    return i === undefined ? null : movieView(this.model.data, i);
  }

  movies(page: PageRequest): Page<Movie> {
    const records = this.store.movies(page);
    return { ...records, nodes: records.nodes.map(({ id }) => this.movie(id)!) };
  }

  user(id: string): User | null {
    const u = this.model.data.users.find(id);
    return u === undefined ? null : userView(this.model.data, u);
  }

  users(page: PageRequest, prefix: string): Page<User> {
    const records = this.store.users(page, prefix);
    return { ...records, nodes: records.nodes.map(({ id }) => this.user(id)!) };
  }

  ratingsOf(userId: string, page: PageRequest): Page<Rating> {
    return this.store.ratingsOf(userId, page);
  }

  dataset(): Dataset {
    const { sequence, data } = this.model;
    if (this.datasetCache?.sequence !== sequence) this.datasetCache = { sequence, dataset: datasetView(data) };
    return this.datasetCache.dataset;
  }

  mostRated(n: number): Movie[] {
    return mostRated(this.model.data, n).map((i) => movieView(this.model.data, i));
  }

  mostActive(n: number): User[] {
    return mostActive(this.model.data, n).map((u) => userView(this.model.data, u));
  }

  heatmap(users: number, movies: number): Heatmap {
    return heatmapView(this.model.data, users, movies);
  }

  modelStatus(): ModelStatus {
    const { model } = this;
    const { metrics, scale } = model;
    const running = metrics.runningMetrics(scale.pointsPerUnit);
    const live = metrics.metrics(scale.pointsPerUnit);
    const active = this.versions.find(model.version);
    return {
      version: model.version,
      sequence: model.sequence,
      trainedAt: active?.trainedAt ?? null,
      serving: 'MF',
      stale: this.stale,
      training: this.training.running,
      lastTrainingError: this.lastTrainingError,
      compute: 'cpu',
      metrics: [{ model: 'MF', holdout: active?.metrics[0]?.holdout ?? null, live }],
      runningRmse: running?.rmse ?? null,
      runningNll: running?.nll ?? null,
      runningCoverage90: running?.coverage90 ?? null,
    };
  }

  modelVersions(first: number): ModelVersion[] {
    const live = this.model.metrics.metrics(this.model.scale.pointsPerUnit);
    return this.versions.newest(first, { version: this.model.version, live });
  }

  liveCurve(last: number): LivePoint[] {
    return this.model.metrics.points(last, this.model.scale.pointsPerUnit);
  }

  updates(after: number, first: number): ModelUpdate[] {
    if (after + 1 >= this.feed.keptFrom) return this.feed.after(after, first);
    // Older than this process: what happened is in the log; what was predicted then is not.
    const found: ModelUpdate[] = [];
    for (const event of eventsAfter(this.store, after, this.model.sequence)) {
      const update = this.updateFromLog(event);
      if (update !== null) found.push(update);
      if (found.length === first) break;
    }
    return found;
  }

  train(models: readonly Model[] | null): TrainingRun {
    for (const model of models ?? []) {
      if (model !== 'MF') throw badInput('models', `${model} can't be trained yet; leave models out or name MF.`);
    }
    if (this.model.data.ratings.size === 0)
      throw badInput('models', 'There is no rating to learn from yet; rate a movie or import ratings first.');
    return this.startTraining();
  }

  onModelUpdated(listener: (update: ModelUpdate) => void): () => void {
    return this.feed.updates.add(listener);
  }

  onTrainingProgress(listener: (progress: TrainingProgress) => void): () => void {
    return this.feed.progress.add(listener);
  }

  /** The live model, for what runs in this process beside the server. */
  get live(): LiveModel {
    return this.model;
  }

  /** Takes no more work, finishes what was accepted, and writes a checkpoint. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.training.stop();
    await this.handOver;
    this.commit.close();
    this.answers.save();
    await this.checkpoints.settled();
    this.checkpoints.writeNow(this.model);
  }

  private serving(model: Model): LiveModel {
    if (model === 'HYBRID' || (model === 'MF' && this.model.version > 0)) return this.model;
    throw new RequestError('NOT_FOUND', `${model} is not trained yet: leave model out to get the best there is.`, { argument: 'model' });
  }

  private applyRating(input: RatingInput, { sequence, duplicate, event }: Written): RateResult {
    this.answers.settle();
    if (duplicate || event === null) return this.repeated(input, sequence);
    const { userId, movieId } = input;
    const before = predictRating(this.model, userId, movieId);
    this.model.apply(sequence, event.body);
    const after = predictRating(this.model, userId, movieId);
    const ratedAt = event.body.kind === 'rated' ? (event.body.ratedAt ?? event.at) : event.at;
    const rating: Rating = { userId, movieId, rating: input.rating, ratedAt, sequence };
    const answer = { rating, before, after, modelVersion: this.model.version };
    if (input.requestId !== null) this.answers.remember(sequence, answer);
    this.publishMove('RATING', event, { userId, movieId, rating: input.rating, before: before.score, after: after.score });
    this.afterMove();
    return { ...answer, sequence, duplicate: false };
  }

  /** The first answer, where it was kept; else what is true now, since nothing changes. */
  private repeated(input: RatingInput, sequence: number): RateResult {
    const first = this.answers.recall(sequence);
    if (first !== null) return first;
    const now = predictRating(this.model, input.userId, input.movieId);
    const rating = this.store.rating(input.userId, input.movieId);
    return { rating, sequence, duplicate: true, before: now, after: now, modelVersion: this.model.version };
  }

  private teach(event: LogEvent | null): void {
    this.answers.settle();
    if (event === null) return;
    this.model.apply(event.sequence, event.body);
    this.afterMove();
  }

  /** One event of a restart's replay; an answer that the crash lost is made again by the same fold. */
  private refold(model: LiveModel, event: LogEvent): void {
    const { body, sequence, requestId } = event;
    const lost = body.kind === 'rated' && requestId !== null && !this.answers.has(sequence);
    if (!lost) {
      model.apply(sequence, body);
      return;
    }
    const { userId, movieId, rating, ratedAt } = body;
    const before = predictRating(model, userId, movieId);
    model.apply(sequence, body);
    const after = predictRating(model, userId, movieId);
    this.answers.remember(sequence, {
      rating: { userId, movieId, rating, ratedAt: ratedAt ?? event.at, sequence },
      before,
      after,
      modelVersion: model.version,
    });
  }

  private afterMove(): void {
    this.checkpoints.consider(this.model);
    this.considerTraining();
  }

  private considerTraining(): void {
    if (this.options.autoTrain === false || this.training.running || this.closed) return;
    const count = this.model.data.ratings.size;
    if (count >= nextFitAt(this.model.ratingsAtFit) && count >= this.retryAt) this.startTraining();
  }

  private startTraining(): TrainingRun {
    return this.training.start(['MF'], () => ({
      dbPath: this.store.path,
      baseSequence: this.model.sequence,
      version: this.store.nextVersion(),
      scale: this.scale,
      carried: takeCarried(this.model),
      seed: this.options.seed,
      settings: this.source.settings,
    }));
  }

  private async publish(published: Published): Promise<void> {
    try {
      const { version, baseSequence, file, sha256, holdout, refusedBecause, losses } = published;
      const trainedAt = this.options.clock();
      const metrics = [{ model: 'MF' as const, holdout, live: null }];
      this.store.saveVersion({
        version,
        baseSequence,
        trainedAt,
        file,
        sha256,
        models: ['MF'],
        metrics,
        losses: [...losses],
        refusedBecause,
      });
      this.move('TRAINED', this.model.sequence, trainedAt);
      if (refusedBecause === null) await this.activate(version, file);
      else this.logger.warn({ version }, `Version ${version} was not activated: ${refusedBecause}.`);
      this.versions.prune(this.model.version);
      this.failures = 0;
      this.retryAt = 0;
      this.stale = false;
      this.lastTrainingError = null;
      this.finished(null);
      this.considerTraining();
    } catch (error) {
      this.trainingFailed((error as Error).message);
    }
  }

  /** The new version catches up beside serving; its last slice, the log entry and the swap are one turn. */
  private async activate(version: number, file: string): Promise<void> {
    const next = loadModel(this.source, file);
    const baseSequence = next.sequence;
    for (let reached = baseSequence; ; ) {
      const slice = this.store.readSlice(reached, CATCH_UP);
      for (const event of slice) {
        reached = event.sequence;
        if (event.body.kind !== 'activated') next.apply(event.sequence, event.body);
      }
      if (slice.length < CATCH_UP) break;
      await new Promise(setImmediate);
      if (this.closed) return;
    }
    const event = this.store.activate(version, baseSequence);
    next.apply(event.sequence, event.body);
    this.model = next;
    this.move('ACTIVATED', event.sequence, event.at);
    this.logger.info({ version, sequence: event.sequence }, `Version ${version} serves.`);
  }

  private trainingFailed(message: string): void {
    if (this.closed) return;
    this.failures += 1;
    this.retryAt = Math.ceil(this.model.data.ratings.size * (1 + RETRY_SHARE * 2 ** (this.failures - 1)));
    this.stale = true;
    this.lastTrainingError = message;
    this.logger.error(`Training failed: ${message}. Version ${this.model.version} goes on serving.`);
    this.finished(message);
  }

  private finished(error: string | null): void {
    this.feed.progress.notify({
      model: 'MF',
      epoch: 0,
      epochs: 0,
      loss: null,
      rmse: null,
      done: error === null ? 1 : 0,
      finished: true,
      error,
    });
  }

  private publishMove(kind: ModelUpdateKind, event: LogEvent, about: Partial<ModelUpdate>): void {
    this.feed.publish({ ...this.moveOf(kind, event.sequence, event.at), ...about });
  }

  private move(kind: ModelUpdateKind, sequence: number, at: number): void {
    this.feed.publish(this.moveOf(kind, sequence, at));
  }

  private moveOf(kind: ModelUpdateKind, sequence: number, at: number): ModelUpdate {
    const square = this.model.metrics.runningSquare();
    return {
      kind,
      sequence,
      modelVersion: this.model.version,
      serving: 'MF',
      at,
      userId: null,
      movieId: null,
      rating: null,
      before: null,
      after: null,
      runningRmse: square === null ? null : Math.sqrt(square) * this.model.scale.pointsPerUnit,
    };
  }

  private updateFromLog({ sequence, at, body }: LogEvent): ModelUpdate | null {
    const bare = { ...this.moveOf('RATING', sequence, at), modelVersion: this.store.activeAt(sequence), runningRmse: null };
    if (body.kind === 'activated') return { ...bare, kind: 'ACTIVATED' };
    if (body.kind === 'withdrawn') return { ...bare, kind: 'WITHDRAWAL', userId: body.userId, movieId: body.movieId };
    if (body.kind !== 'rated') return null;
    return { ...bare, userId: body.userId, movieId: body.movieId, rating: body.rating };
  }
}
