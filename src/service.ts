import type {
  Dataset,
  Heatmap,
  Influence,
  LivePoint,
  Model,
  ModelStatus,
  ModelUpdate,
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

/**
 * What the outside may ask of the recommender: the one door between the network and the model.
 * Arguments are checked here, behind it: a wrong one rejects (or throws) a RequestError that names it, and nothing is stored.
 */
export interface RecommenderService {
  readonly scale: RatingScale;
  /** False until the model answers. */
  readonly ready: boolean;

  rate(input: RatingInput): Promise<RateResult>;
  /** At most 1,000; each is accepted, recognised as a duplicate, or rejected on its own. */
  rateMany(inputs: readonly RatingInput[]): Promise<RateManyResult>;
  putMovie(patch: MoviePatch): Promise<Movie>;
  putUser(patch: UserPatch): Promise<User>;

  recommend(userId: string, options: { n: number; model: Model; includeRated: boolean }): Recommendation[];
  predict(userId: string, movieId: string, model: Model): Prediction;
  /** The user's ratings that a prediction listens to most, of those that it knew; it may be one of long ago. */
  influences(prediction: Prediction, n: number): Influence[];

  movie(id: string): Movie | null;
  movies(page: PageRequest): Page<Movie>;
  user(id: string): User | null;
  users(page: PageRequest, prefix: string): Page<User>;
  /** Newest first. */
  ratingsOf(userId: string, page: PageRequest): Page<Rating>;

  dataset(): Dataset;
  mostRated(n: number): Movie[];
  mostActive(n: number): User[];
  heatmap(users: number, movies: number): Heatmap;

  modelStatus(): ModelStatus;
  modelVersions(first: number): ModelVersion[];
  liveCurve(last: number): LivePoint[];
  /** Updates with a sequence above `after`, oldest first: what a lost subscription missed. */
  updates(after: number, first: number): ModelUpdate[];
  train(models: readonly Model[] | null): TrainingRun;

  /** @returns stops the listening */
  onModelUpdated(listener: (update: ModelUpdate) => void): () => void;
  /** @returns stops the listening */
  onTrainingProgress(listener: (progress: TrainingProgress) => void): () => void;
}
