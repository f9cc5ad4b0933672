import type { EventBody, Metrics, Model, MovieRecord, PredictionBasis, RatingScale, UserRecord } from '../../domain.ts';
import type { MovieIndex, UserIndex } from '../data/idIndex.ts';
import type { Edge } from '../data/interactions.ts';
import { LiveData } from '../data/liveData.ts';
import { movieSideRow, NO_WORDS, userSideRow, type Vocabulary } from '../data/sideFeatures.ts';
import { clipWorking, WorkingScale } from '../data/workingScale.ts';
import { DESCRIBING_MEMBER } from '../models/nodeFeatures.ts';
import type { ReadableAxes } from '../models/readableAxes.ts';
import { Ensemble, type FactorParts, type WorkingPrediction } from './ensemble.ts';
import type { LiveHybrid } from './liveHybrid.ts';
import { LiveMetrics } from './liveMetrics.ts';
import type { LiveRelevance } from './liveRelevance.ts';
import { Member, priorsBeforeFit } from './member.ts';
import { type RuleConstants, SAMPLED_RULE, VARIATIONAL_RULE } from './rule.ts';
import { UserHistory } from './userHistory.ts';

/** Movies that a pair's key has room for. */
const MOST_MOVIES = 2 ** 26;

/** The members by name, with their constants of the online rule. */
export const MEMBER_RULES: Readonly<Record<string, RuleConstants>> = { variational: VARIATIONAL_RULE, sampled: SAMPLED_RULE };
/** The members that make `mf`. */
export const SERVED_MEMBERS: readonly string[] = ['variational', 'sampled'];

/**
 * The model that serves: a fold over the log. `apply` is the one function for a rating that arrives, for a restart,
 * for catching up after training and for a replica. It is deterministic: no clock, no randomness but draws keyed by
 * the seed. Reading never changes it.
 */
export class LiveModel {
  readonly data: LiveData;
  readonly vocabulary: Vocabulary;
  readonly members: ReadonlyMap<string, Member>;
  /** 0 before the first fit. */
  readonly version: number;
  /** Graph attention and heads; null while the factorization serves alone. */
  readonly hybrid: LiveHybrid | null;
  /** What is liked together; null before the first fit. */
  readonly relevance: LiveRelevance | null;
  /** Axes of taste that have names; null before the first fit. */
  readonly axes: ReadableAxes | null;
  /** How well the serving model predicts. */
  readonly metrics = new LiveMetrics();
  /** How well the factorization predicts, where it is not what serves. */
  readonly factorizationMetrics = new LiveMetrics();
  /** Ratings that the fit and its hold-out saw; 0 before the first fit. */
  ratingsAtFit: number;
  /** The last event that was applied. */
  sequence: number;
  /** Pairs whose rating was withdrawn after the movie had learned from it: it does not learn from them again. */
  readonly withdrawnPairs = new Set<number>();

  private working: WorkingScale;
  private readonly history: UserHistory;
  private readonly list: readonly Member[];
  private readonly ensemble: Ensemble;

  constructor(parts: {
    data: LiveData;
    vocabulary: Vocabulary;
    members: ReadonlyMap<string, Member>;
    hybrid?: LiveHybrid | null;
    relevance?: LiveRelevance | null;
    axes?: ReadableAxes | null;
    version: number;
    sequence: number;
    ratingsAtFit: number;
  }) {
    this.data = parts.data;
    this.vocabulary = parts.vocabulary;
    this.members = parts.members;
    this.hybrid = parts.hybrid ?? null;
    this.relevance = parts.relevance ?? null;
    this.axes = parts.axes ?? null;
    this.version = parts.version;
    this.sequence = parts.sequence;
    this.ratingsAtFit = parts.ratingsAtFit;
    this.working = new WorkingScale(parts.data.scale);
    this.list = [...parts.members.values()];
    this.ensemble = new Ensemble(this.list);
    const learners = this.list.map(({ learner }) => learner);
    this.history = new UserHistory(parts.data.ratings, learners, parts.version > 0, (edge) => this.workingRating(edge));
  }

  /** The model before the first fit: it answers, and learns slowly. */
  static untrained(scale: RatingScale, factors: number, seed: number, names = SERVED_MEMBERS): LiveModel {
    const members = new Map(names.map((name) => [name, new Member(factors, MEMBER_RULES[name]!, priorsBeforeFit(factors), seed)]));
    return new LiveModel({
      data: new LiveData(scale),
      vocabulary: NO_WORDS,
      members,
      version: 0,
      sequence: 0,
      ratingsAtFit: 0,
    });
  }

  get scale(): WorkingScale {
    return this.working;
  }

  /** Folds one event. `activated` says which file to go on from, and is the caller's to act on. */
  apply(sequence: number, body: EventBody): void {
    this.sequence = sequence;
    switch (body.kind) {
      case 'scale':
        this.data.scale = body.scale;
        this.working = new WorkingScale(body.scale);
        return;
      case 'rated':
        if (body.onboarding) this.data.onboarding.answered(this.ensureUser(body.userId));
        this.rate(sequence, body.userId, body.movieId, body.rating, body.ratedAt === null ? Number.NaN : body.ratedAt / 1000);
        return;
      case 'withdrawn':
        this.withdraw(body.userId, body.movieId);
        return;
      case 'notSeen':
        this.notSeen(sequence, body.userId, body.movieId);
        return;
      case 'moviePut':
        this.putMovie(body.movie);
        return;
      case 'userPut':
        this.putUser(body.user);
        return;
      case 'forgotten':
      case 'activated':
        return;
    }
  }

  /**
   * Leaves nothing of a user but what films and the population learned of the ratings, until the next fit. Not a fold of an event:
   * the event that says so no longer knows whom it is about.
   */
  forget(userId: string): void {
    const u = this.data.users.find(userId);
    if (u === undefined) return;
    for (const edge of this.data.ratings.ofUser(u))
      this.relevance?.rated(u, this.data.ratings.movieOf(edge), this.workingRating(edge), null);
    this.data.forget(u);
    for (const pair of [...this.withdrawnPairs]) if (userOfPair(pair) === u) this.withdrawnPairs.delete(pair);
    this.history.forget(u);
    for (const member of this.list) member.forgetUser(u);
    this.hybrid?.attention.forgetUser(u, this.data);
    this.relevance?.userChanged(u);
  }

  /** The row that predicts for a user: its own, or the stranger's. */
  rowOfUser(userId: string): number {
    return this.data.users.find(userId) ?? this.data.users.size;
  }

  /** The row that predicts for a movie: its own, or the stranger's. */
  rowOfMovie(movieId: string): number {
    return this.data.movies.find(movieId) ?? this.data.movies.size;
  }

  /** The best model there is. */
  get serving(): Model {
    return this.hybrid === null ? 'MF' : 'HYBRID';
  }

  /**
   * The one predict: mean and doubt of a rating on the working scale. Changes nothing.
   * @param gap seconds since the user's last rating; Infinity for what will be watched later
   */
  predict(u: number, i: number, model: Model = this.serving, gap = Number.POSITIVE_INFINITY): WorkingPrediction {
    const mf = this.ensemble.predict(u, i, gap);
    return this.hybrid === null ? mf : this.hybrid.correct(model, mf, u, i, this.given(u));
  }

  /** Predictions as they would be at a time, with what is left of the user's mood. @param time seconds; NaN: unknown */
  predictAt(u: number, i: number, time: number, model: Model = this.serving): WorkingPrediction {
    return this.predict(u, i, model, this.gapAt(u, time));
  }

  /** Seconds from the user's last rating to `time`; Infinity when either is unknown. */
  gapAt(u: number, time: number): number {
    return this.ensemble.gapAt(u, time);
  }

  /** The means of some movies before a head moves them by its offset, without mood. @param movies rows, in ascending order */
  scoresBelowHead(u: number, movies: Int32Array, model: Model): Float64Array {
    if (this.hybrid === null) return this.ensemble.scores(u, movies);
    const scores = this.ensemble.scores(u, movies, this.hybrid.tilt(model, this.given(u)));
    if (model === 'GNN' || model === 'HYBRID') this.hybrid.attention.addDeltas(u, movies, scores);
    return scores;
  }

  /** How far down and up a model's head can move what `scoreBelowHead` says; null for a model without one. */
  offsetBounds(model: Model): { least: number; most: number } | null {
    return this.hybrid?.offsetBounds(model) ?? null;
  }

  parts(u: number, i: number): FactorParts {
    return this.ensemble.parts(u, i);
  }

  /** b_u as it describes a user to the attention; 0 for one without ratings. */
  userBias(u: number): number {
    if (this.data.ratings.ofUser(u).length === 0) return 0;
    const { users, factors } = this.members.get(DESCRIBING_MEMBER)!.learner;
    return users.p.get(u, factors);
  }

  /** What each model that is measured predicted since its activation, in rating points; null before the first rating. */
  figures(): { model: Model; metrics: Metrics | null }[] {
    const { pointsPerUnit } = this.working;
    const serving = { model: this.serving, metrics: this.metrics.metrics(pointsPerUnit) };
    if (this.hybrid === null) return [serving];
    return [{ model: 'MF', metrics: this.factorizationMetrics.metrics(pointsPerUnit) }, serving];
  }

  /** @param u, i rows, or those of the strangers */
  basis(u: number, i: number): PredictionBasis {
    const { ratings } = this.data;
    const coldMovie = ratings.ofMovie(i).length === 0;
    if (ratings.ofUser(u).length === 0) return coldMovie ? 'COLD_BOTH' : 'COLD_USER';
    return coldMovie ? 'COLD_MOVIE' : 'LEARNED';
  }

  /** Makes the present state the anchor from which changed ratings are replayed. */
  settle(): void {
    this.history.settle(this.data.users.size);
    this.withdrawnPairs.clear();
  }

  /** Counts again, after a load, how many of each user's ratings are not part of the anchor. */
  recount(): void {
    this.history.recount(this.data.users.size);
  }

  /** n_u */
  private given(u: number): number {
    return this.data.ratings.ofUser(u).length;
  }

  private rate(sequence: number, userId: string, movieId: string, rating: number, time: number): void {
    const u = this.ensureUser(userId);
    const i = this.ensureMovie(movieId);
    const { ratings } = this.data;
    const known = ratings.find(u, i);
    if (known >= 0 && ratings.ratingOf(known) === rating) return;
    const r = this.working.toWorking(rating);
    const rOld = known >= 0 ? this.workingRating(known) : null;
    this.observe(sequence, u, i, r, time);
    if (known >= 0) this.change(known, r, rating, time, sequence);
    else this.learn(u, i, r, rating, time, sequence);
    this.hybrid?.attention.rated(u, i, this.userBias(u), this.data);
    this.relevance?.rated(u, i, rOld, r);
  }

  /** Predicts a rating before it is learned: the live proof of quality. */
  private observe(sequence: number, u: number, i: number, r: number, time: number): void {
    const mf = this.ensemble.predict(u, i, this.gapAt(u, time));
    const served = this.hybrid === null ? mf : this.hybrid.correct('HYBRID', mf, u, i, this.given(u));
    this.metrics.observe(sequence, clipWorking(served.score), served.epistemic + served.aleatoric, r);
    if (this.hybrid !== null) this.factorizationMetrics.observe(sequence, clipWorking(mf.score), mf.epistemic + mf.aleatoric, r);
  }

  private learn(u: UserIndex, i: MovieIndex, r: number, rating: number, time: number, sequence: number): void {
    const firstOfPair = !this.withdrawnPairs.delete(pairKey(u, i));
    for (const { learner } of this.list) {
      learner.learnOne(u, i, r, time, firstOfPair);
    }
    this.history.learned(this.data.ratings.add(u, i, rating, time, sequence));
  }

  private change(edge: Edge, r: number, rating: number, time: number, sequence: number): void {
    const { ratings } = this.data;
    const note = ratings.noteOf(edge);
    const rOld = this.workingRating(edge);
    const [u, i] = [ratings.userOf(edge), ratings.movieOf(edge)];
    ratings.remove(edge);
    this.history.changed(ratings.add(u, i, rating, time, sequence), note, rOld, r, time);
  }

  private notSeen(sequence: number, userId: string, movieId: string): void {
    const u = this.ensureUser(userId);
    this.data.onboarding.notSeen(u, this.ensureMovie(movieId), sequence);
    this.relevance?.userChanged(u);
  }

  private withdraw(userId: string, movieId: string): void {
    const { ratings, users, movies } = this.data;
    const u = users.find(userId);
    const i = movies.find(movieId);
    if (u === undefined || i === undefined) return;
    const edge = ratings.find(u, i);
    if (edge < 0) return;
    const note = ratings.noteOf(edge);
    const rOld = this.workingRating(edge);
    ratings.remove(edge);
    if (this.history.withdrawn(u, i, note, rOld)) this.withdrawnPairs.add(pairKey(u, i));
    this.hybrid?.attention.userChanged(u, this.userBias(u), this.data);
    this.relevance?.rated(u, i, rOld, null);
  }

  private workingRating(edge: Edge): number {
    return this.working.toWorking(this.data.ratings.ratingOf(edge));
  }

  private ensureUser(id: string): UserIndex {
    const known = this.data.users.find(id);
    if (known !== undefined) return known;
    const u = this.data.addUser(id);
    for (const member of this.list) member.addUser(u, userSideRow(this.vocabulary, this.data.userRecords[u]!));
    this.hybrid?.attention.addUser(u, this.data);
    this.relevance?.userChanged(u);
    return u;
  }

  private ensureMovie(id: string): MovieIndex {
    const known = this.data.movies.find(id);
    if (known !== undefined) return known;
    const i = this.data.addMovie(id);
    for (const member of this.list) member.addMovie(i, movieSideRow(this.vocabulary, this.data.movieRecords[i]!));
    this.hybrid?.attention.addMovie(i, this.data);
    this.relevance?.movieChanged(i);
    return i;
  }

  private putUser(record: UserRecord): void {
    const u = this.ensureUser(record.id);
    const from = userSideRow(this.vocabulary, this.data.userRecords[u]!);
    this.data.userRecords[u] = record;
    for (const member of this.list) member.moveUser(u, from, userSideRow(this.vocabulary, record));
    this.hybrid?.attention.userChanged(u, this.userBias(u), this.data);
    this.relevance?.userChanged(u);
  }

  private putMovie(record: MovieRecord): void {
    const i = this.ensureMovie(record.id);
    const from = movieSideRow(this.vocabulary, this.data.movieRecords[i]!);
    this.data.movieRecords[i] = record;
    for (const member of this.list) member.moveMovie(i, from, movieSideRow(this.vocabulary, record));
    this.hybrid?.attention.movieChanged(i, this.data);
    this.relevance?.movieChanged(i);
  }
}

/** Both indices in one exact integer. */
function pairKey(u: number, i: number): number {
  return u * MOST_MOVIES + i;
}

function userOfPair(pair: number): number {
  return Math.floor(pair / MOST_MOVIES);
}
