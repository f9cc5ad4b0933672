import type {
  Dataset,
  FactorPosition,
  FairnessReport,
  GenreTaste,
  Heatmap,
  Influence,
  LatentFactor,
  LivePoint,
  Model,
  Movie,
  MovieFilter,
  Page,
  PageRequest,
  Prediction,
  Rating,
  Recommendation,
  RecommendRequest,
  SimilarMovie,
  User,
} from '../domain.ts';
import type { LiveModel } from '../engine/online/liveModel.ts';
import { influencesOn } from '../engine/ranking/influence.ts';
import { factorPositions, latentFactors, movieLoadings } from '../engine/ranking/latentFactors.ts';
import { questionsFor } from '../engine/ranking/onboarding.ts';
import { predictRating } from '../engine/ranking/prediction.ts';
import { recommend } from '../engine/ranking/recommend.ts';
import { similarMovies } from '../engine/ranking/similarMovies.ts';
import { doubtAbout, favouriteGenres } from '../engine/ranking/userTaste.ts';
import { leastOf, mostOf, type Statistics, statisticsOf } from '../engine/statistics/statistics.ts';
import { RequestError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { checkId } from '../validation.ts';
import { datasetView, heatmapView, movieCounts, movieView, userCounts, userView } from './datasetView.ts';
import type { FairnessKeeper } from './fairnessKeeper.ts';
import { checkFilter } from './filterChecks.ts';
import { filteredMovies } from './movieListing.ts';

/** The questions that change nothing: each is answered from the model as it is in that turn. */
export abstract class Reader {
  protected readonly store: Store;
  protected readonly fairnessKeeper: FairnessKeeper;
  /** Epistemic standard deviations that UPPER_CONFIDENCE adds to a score. */
  private readonly optimism: number | undefined;
  private statisticsCache: { model: LiveModel; sequence: number; statistics: Statistics } | null = null;

  protected constructor(store: Store, fairnessKeeper: FairnessKeeper, optimism: number | undefined) {
    this.store = store;
    this.fairnessKeeper = fairnessKeeper;
    this.optimism = optimism;
  }

  /** The model that serves now. */
  protected abstract get model(): LiveModel;

  recommend(userId: string, request: RecommendRequest): Recommendation[] {
    checkId('userId', userId);
    checkFilter(request.filter, this.model.data);
    return recommend(this.model, userId, { ...request, model: this.stage(request.model) }, this.optimism);
  }

  predict(userId: string, movieId: string, model: Model): Prediction {
    checkId('userId', userId);
    checkId('movieId', movieId);
    return predictRating(this.model, userId, movieId, this.stage(model));
  }

  influences(prediction: Prediction, n: number): Influence[] {
    return influencesOn(this.model, prediction, n);
  }

  similarMovies(movieId: string, n: number): SimilarMovie[] {
    checkId('movieId', movieId);
    return similarMovies(this.model, this.indexOf(movieId), n);
  }

  onboarding(userId: string, n: number): Movie[] {
    checkId('userId', userId);
    return questionsFor(this.model, userId, n).map((i) => movieView(this.model.data, i));
  }

  latentFactors(): LatentFactor[] {
    return latentFactors(this.model);
  }

  favouriteGenres(userId: string, n: number): GenreTaste[] {
    return favouriteGenres(this.model, this.model.rowOfUser(userId), n);
  }

  factorPositions(userId: string): FactorPosition[] {
    return factorPositions(this.model, this.model.rowOfUser(userId));
  }

  movieLoadings(movieId: string): number[] {
    return movieLoadings(this.model, this.model.rowOfMovie(movieId));
  }

  doubtAbout(userId: string): number {
    return doubtAbout(this.model, this.model.rowOfUser(userId));
  }

  movie(id: string): Movie | null {
    const i = this.model.data.movies.find(id);
    return i === undefined ? null : movieView(this.model.data, i);
  }

  movies(page: PageRequest, filter: MovieFilter): Page<Movie> {
    checkFilter(filter, this.model.data);
    const found = filteredMovies(this.model.data, filter, page);
    if (found !== null) return found;
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
    return datasetView(this.model.data, () => this.statistics.dataset);
  }

  mostRated(n: number): Movie[] {
    const { data } = this.model;
    return this.moviesAt(mostOf(movieCounts(data), data.movieRecords, n));
  }

  leastRated(n: number): Movie[] {
    const { data } = this.model;
    return this.moviesAt(leastOf(movieCounts(data), data.movieRecords, n));
  }

  mostActive(n: number): User[] {
    const { data } = this.model;
    return this.usersAt(mostOf(userCounts(data), data.userRecords, n));
  }

  leastActive(n: number): User[] {
    const { data } = this.model;
    return this.usersAt(leastOf(userCounts(data), data.userRecords, n));
  }

  heatmap(users: number, movies: number): Heatmap {
    return heatmapView(this.model.data, users, movies);
  }

  fairness(): Promise<FairnessReport> {
    return this.fairnessKeeper.report(this.model, () => this.statistics);
  }

  liveCurve(last: number): LivePoint[] {
    return this.model.metrics.points(last, this.model.scale.pointsPerUnit);
  }

  /** Of the ratings as they are; made once for as long as nothing changes. */
  private get statistics(): Statistics {
    const { model } = this;
    const { sequence, data } = model;
    if (this.statisticsCache?.model !== model || this.statisticsCache.sequence !== sequence)
      this.statisticsCache = { model, sequence, statistics: statisticsOf(data.columns()) };
    return this.statisticsCache.statistics;
  }

  private moviesAt(indices: readonly number[]): Movie[] {
    return indices.map((i) => movieView(this.model.data, i));
  }

  private usersAt(indices: readonly number[]): User[] {
    return indices.map((u) => userView(this.model.data, u));
  }

  /** The model to answer with; HYBRID is the best there is. */
  private stage(model: Model): Model {
    if (model === 'HYBRID') return this.model.serving;
    if (model === 'MF' ? this.model.version > 0 : this.model.hybrid !== null) return model;
    throw new RequestError('NOT_FOUND', `${model} is not trained yet: leave model out to get the best there is.`, { argument: 'model' });
  }

  /** @throws NOT_FOUND for a movie that nobody has named */
  protected indexOf(movieId: string): number {
    const i = this.model.data.movies.find(movieId);
    if (i === undefined) throw new RequestError('NOT_FOUND', `There is no movie ${JSON.stringify(movieId)}.`, { argument: 'movieId' });
    return i;
  }
}
