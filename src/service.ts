import type {
  Dataset,
  FactorPosition,
  FairnessReport,
  ForgetResult,
  GenreTaste,
  Heatmap,
  Influence,
  LatentFactor,
  LivePoint,
  Model,
  ModelStatus,
  ModelUpdate,
  ModelVersion,
  Movie,
  MovieFilter,
  MoviePatch,
  Operations,
  Page,
  PageRequest,
  Prediction,
  RateManyResult,
  RateResult,
  Rating,
  RatingInput,
  RatingScale,
  Recommendation,
  RecommendRequest,
  SimilarMovie,
  TrainingProgress,
  TrainingRun,
  User,
  UserPatch,
  WithdrawInput,
} from './domain.ts';

/**
 * What the outside may ask of the recommender: the one door between the network and the model.
 * Arguments are checked here, behind it: a wrong one rejects (or throws) a RequestError that names it, and nothing is stored.
 */
export interface RecommenderService {
  readonly scale: RatingScale;
  /** Whether the model answers and the database can be read. */
  readonly ready: boolean;

  rate(input: RatingInput): Promise<RateResult>;
  /** At most 1,000; each is accepted, recognised as a duplicate, or rejected on its own. */
  rateMany(inputs: readonly RatingInput[]): Promise<RateManyResult>;
  /** Takes a rating back: the user is as if it had never been given. @throws RequestError NOT_FOUND without such a rating */
  withdraw(input: WithdrawInput): Promise<RateResult>;
  /** Leaves nothing of a user. @throws RequestError NOT_FOUND for a user whom nobody has named */
  forget(userId: string): Promise<ForgetResult>;
  /** An answer to an onboarding question: an event, not a rating. Said again, it changes nothing. */
  notSeen(userId: string, movieId: string): Promise<void>;
  putMovie(patch: MoviePatch): Promise<Movie>;
  putUser(patch: UserPatch): Promise<User>;

  recommend(userId: string, request: RecommendRequest): Recommendation[];
  predict(userId: string, movieId: string, model: Model): Prediction;
  /** The user's ratings that bring most relevance to what a prediction is about, of those that it knew; it may be one of long ago. */
  influences(prediction: Prediction, n: number): Influence[];
  /** @throws RequestError NOT_FOUND for a movie that nobody has named */
  similarMovies(movieId: string, n: number): SimilarMovie[];
  /** What to ask a user, most telling first. */
  onboarding(userId: string, n: number): Movie[];
  latentFactors(): LatentFactor[];
  favouriteGenres(userId: string, n: number): GenreTaste[];
  factorPositions(userId: string): FactorPosition[];
  /** Rating points that a user gives the movie more for each standard deviation along each of `latentFactors`, in their order. */
  movieLoadings(movieId: string): number[];
  /** Mean epistemic standard deviation over the most rated movies, rating points. */
  doubtAbout(userId: string): number;

  movie(id: string): Movie | null;
  /** In the order of their arrival; where titles are searched, those that begin with what is wanted first. */
  movies(page: PageRequest, filter: MovieFilter): Page<Movie>;
  user(id: string): User | null;
  users(page: PageRequest, prefix: string): Page<User>;
  /** Newest first. */
  ratingsOf(userId: string, page: PageRequest): Page<Rating>;

  dataset(): Dataset;
  mostRated(n: number): Movie[];
  /** With at least one rating. */
  leastRated(n: number): Movie[];
  mostActive(n: number): User[];
  /** With at least one rating. */
  leastActive(n: number): User[];
  heatmap(users: number, movies: number): Heatmap;

  /** May be of some events ago; says itself how far it knows. */
  fairness(): Promise<FairnessReport>;

  modelStatus(): ModelStatus;
  operations(): Operations;
  modelVersions(first: number): ModelVersion[];
  liveCurve(last: number): LivePoint[];
  /** Updates with a sequence above `after`, oldest first: what a lost subscription missed. */
  updates(after: number, first: number): ModelUpdate[];
  train(models: readonly Model[] | null): TrainingRun;
  /** Lets a kept version serve. @throws RequestError NOT_FOUND for a version that is not kept */
  activate(version: number): Promise<ModelStatus>;

  /** @returns stops the listening */
  onModelUpdated(listener: (update: ModelUpdate) => void): () => void;
  /** @returns stops the listening */
  onTrainingProgress(listener: (progress: TrainingProgress) => void): () => void;
}
