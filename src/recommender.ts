import type {
  ForgetResult,
  LogEvent,
  Model,
  ModelStatus,
  ModelUpdate,
  ModelVersion,
  Movie,
  MoviePatch,
  Operations,
  RateManyResult,
  RateResult,
  Rating,
  RatingInput,
  RatingScale,
  TrainingProgress,
  TrainingRun,
  User,
  UserPatch,
  WithdrawInput,
} from './domain.ts';
import type { LiveModel } from './engine/online/liveModel.ts';
import { latentFactors } from './engine/ranking/latentFactors.ts';
import { predictRating } from './engine/ranking/prediction.ts';
import { modelSettings } from './engine/training/snapshot.ts';
import { badInput, RequestError } from './errors.ts';
import { Answers } from './recommender/answers.ts';
import { checkRatingInput } from './recommender/checks.ts';
import { FairnessKeeper } from './recommender/fairnessKeeper.ts';
import { ModelKeeper } from './recommender/modelKeeper.ts';
import type { RecommenderOptions } from './recommender/options.ts';
import { Reader } from './recommender/reader.ts';
import { UpdateFeed } from './recommender/updateFeed.ts';
import { eventsAfter, type ModelSource, removeForgotten } from './recovery.ts';
import type { RecommenderService } from './service.ts';
import { GroupCommit } from './store/groupCommit.ts';
import type { Written } from './store/ratings.ts';
import { SnapshotFolder } from './store/snapshots.ts';
import { checkId, checkMoviePatch, checkUserPatch } from './validation.ts';

const MAX_BATCH = 1000;

/**
 * The service: the one place where log and model meet. A rating is made durable, applied and answered in that order;
 * a query is answered from the model as it is in that turn, so every acknowledged rating is in it.
 */
export class Recommender extends Reader implements RecommenderService {
  private readonly options: RecommenderOptions;
  private readonly commit: GroupCommit;
  private readonly answers: Answers;
  private readonly feed = new UpdateFeed();
  private readonly keeper: ModelKeeper;
  private closed = false;

  /** Loads the newest good model file, applies the log after it, and answers. */
  static open(options: RecommenderOptions): Recommender {
    const { store, logger } = options;
    if (store.scale() === null) store.setScale(options.scale);
    const source = { store, logger, folder: new SnapshotFolder(store.path), settings: modelSettings(options.seed) };
    removeForgotten(source);
    return new Recommender(options, source);
  }

  private constructor(options: RecommenderOptions, source: ModelSource) {
    super(options.store, new FairnessKeeper(options.clock, options.seed), options.optimism);
    this.options = options;
    this.answers = new Answers(this.store, (version, index) =>
      version === this.model.version ? (latentFactors(this.model)[index] ?? null) : null,
    );
    this.commit = new GroupCommit((work) => this.store.transaction(work), {
      capacity: options.writeQueue,
      beforeCommit: () => this.answers.save(),
    });
    this.keeper = new ModelKeeper(options, source, this.feed, (model, event) => this.refold(model, event));
    this.answers.save();
    this.answers.settle();
    this.keeper.start();
  }

  get scale(): RatingScale {
    return this.model.data.scale;
  }

  get ready(): boolean {
    return !this.closed && this.store.answers();
  }

  async rate(input: RatingInput): Promise<RateResult> {
    checkRatingInput(input, this.scale, this.options.clock());
    return this.commit.submit(
      () => this.store.rate(input),
      (written) => this.learned(input, written),
    );
  }

  async withdraw(input: WithdrawInput): Promise<RateResult> {
    checkId('userId', input.userId);
    checkId('movieId', input.movieId);
    if (input.requestId !== null) checkId('requestId', input.requestId);
    return this.commit.submit(
      () => this.store.withdraw(input),
      (written) => this.learned(input, written),
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

  async forget(userId: string): Promise<ForgetResult> {
    checkId('userId', userId);
    if (this.store.user(userId) === null) {
      throw new RequestError('NOT_FOUND', `There is no user ${JSON.stringify(userId)}.`, { argument: 'userId' });
    }
    // Answers that wait to be stored go with the events that they belong to.
    const erase = (beforeCommit: (sequence: number) => void) => {
      const erased = this.store.transaction(() => {
        this.answers.save();
        return this.store.forget(userId, beforeCommit);
      });
      this.answers.settle();
      this.feed.forget(userId);
      return erased;
    };
    const event = await this.keeper.forget(userId, () => this.commit.flush(), erase);
    if (event === null)
      throw new RequestError('NOT_FOUND', `User ${JSON.stringify(userId)} has been forgotten already.`, { argument: 'userId' });
    this.fairnessKeeper.drop();
    this.feed.publish(this.keeper.moveOf('FORGOTTEN', event.sequence, event.at));
    return { userId, ratingsRemoved: event.body.ratings, sequence: event.sequence };
  }

  async notSeen(userId: string, movieId: string): Promise<void> {
    checkId('userId', userId);
    checkId('movieId', movieId);
    this.indexOf(movieId);
    return this.commit.submit(
      () => this.store.notSeen(userId, movieId),
      (event) => this.teach(event),
    );
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

  modelStatus(): ModelStatus {
    const { model } = this;
    const { metrics, scale } = model;
    const running = metrics.runningMetrics(scale.pointsPerUnit);
    const active = this.keeper.versions.find(model.version);
    const holdoutOf = (name: Model) => active?.metrics.find((entry) => entry.model === name)?.holdout ?? null;
    return {
      version: model.version,
      sequence: model.sequence,
      trainedAt: active?.trainedAt ?? null,
      serving: model.serving,
      stale: this.keeper.trainingError !== null,
      training: this.keeper.isTraining,
      lastTrainingError: this.keeper.trainingError,
      compute: active?.compute ?? 'cpu',
      metrics: model.figures().map(({ model: name, metrics: live }) => ({ model: name, holdout: holdoutOf(name), live })),
      runningRmse: running?.rmse ?? null,
      runningNll: running?.nll ?? null,
      runningCoverage90: running?.coverage90 ?? null,
    };
  }

  operations(): Operations {
    return { waitingWrites: this.commit.waiting, ...this.keeper.operations() };
  }

  modelVersions(first: number): ModelVersion[] {
    return this.keeper.versions.newest(first, { version: this.model.version, figures: this.model.figures() });
  }

  updates(after: number, first: number): ModelUpdate[] {
    // Older than this process: what happened is in the log; what was predicted then is not.
    const found: ModelUpdate[] = [];
    for (const event of eventsAfter(this.store, after, Math.min(this.model.sequence, this.feed.keptFrom - 1))) {
      const update = this.updateFromLog(event);
      if (update !== null) found.push(update);
      if (found.length === first) return found;
    }
    return [...found, ...this.feed.after(after, first - found.length)];
  }

  train(models: readonly Model[] | null): TrainingRun {
    if (models?.length === 0) throw badInput('models', 'models is empty: name MF, GNN, BNN or HYBRID, or leave it out to train all.');
    if (this.model.data.ratings.size === 0)
      throw badInput('models', 'There is no rating to learn from yet; rate a movie or import ratings first.');
    return this.keeper.train(models);
  }

  async activate(version: number): Promise<ModelStatus> {
    await this.keeper.activateKept(version);
    return this.modelStatus();
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
    await this.keeper.stop();
    this.commit.close();
    this.answers.save();
    await this.keeper.save();
  }

  protected override get model(): LiveModel {
    return this.keeper.model;
  }

  /** What a rating or its withdrawal has changed, or did the first time. */
  private learned(input: WithdrawInput, { sequence, duplicate, event }: Written): RateResult {
    this.answers.settle();
    if (duplicate || event === null) return this.repeated(input, sequence);
    const { userId, movieId } = input;
    const before = predictRating(this.model, userId, movieId);
    this.keeper.apply(event);
    const after = predictRating(this.model, userId, movieId);
    const rating = ratingOf(event);
    const modelVersion = this.model.version;
    if (input.requestId !== null) this.answers.remember(sequence, { rating, before, after, modelVersion });
    const move = this.keeper.moveOf(rating === null ? 'WITHDRAWAL' : 'RATING', sequence, event.at);
    this.feed.publish({ ...move, userId, movieId, rating: rating?.rating ?? null, before: before.score, after: after.score });
    return { rating, sequence, duplicate: false, before, after, modelVersion };
  }

  /** The first answer, where it was kept; else what is true now, since nothing changes. */
  private repeated({ userId, movieId }: WithdrawInput, sequence: number): RateResult {
    const first = this.answers.recall(sequence);
    if (first !== null) return first;
    const now = predictRating(this.model, userId, movieId);
    const rating = this.store.rating(userId, movieId);
    return { rating, sequence, duplicate: true, before: now, after: now, modelVersion: this.model.version };
  }

  private teach(event: LogEvent | null): void {
    this.answers.settle();
    if (event !== null) this.keeper.apply(event);
  }

  /** One event of a restart's replay; an answer that the crash lost is made again by the same fold. */
  private refold(model: LiveModel, event: LogEvent): void {
    const { body, sequence, requestId } = event;
    const isAnswered = body.kind === 'rated' || body.kind === 'withdrawn';
    if (!isAnswered || requestId === null || this.answers.has(sequence)) {
      model.apply(sequence, body);
      return;
    }
    const before = predictRating(model, body.userId, body.movieId);
    model.apply(sequence, body);
    const after = predictRating(model, body.userId, body.movieId);
    this.answers.remember(sequence, { rating: ratingOf(event), before, after, modelVersion: model.version });
  }

  private updateFromLog({ sequence, at, body }: LogEvent): ModelUpdate | null {
    const bare = { ...this.keeper.moveOf('RATING', sequence, at), modelVersion: this.store.activeAt(sequence), runningRmse: null };
    if (body.kind === 'activated') return { ...bare, kind: 'ACTIVATED' };
    if (body.kind === 'forgotten') return { ...bare, kind: 'FORGOTTEN' };
    if (body.kind === 'withdrawn') return { ...bare, kind: 'WITHDRAWAL', userId: body.userId, movieId: body.movieId };
    if (body.kind !== 'rated') return null;
    return { ...bare, userId: body.userId, movieId: body.movieId, rating: body.rating };
  }
}

/** What a rating's event has stored; null for any other event. */
function ratingOf({ body, sequence, at }: LogEvent): Rating | null {
  if (body.kind !== 'rated') return null;
  const { userId, movieId, rating, ratedAt } = body;
  return { userId, movieId, rating, ratedAt: ratedAt ?? at, sequence };
}
