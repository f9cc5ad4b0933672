/**
 * The words that every floor shares: ids, the rating scale, what the log records and what the service answers.
 * Types alone; no behaviour, no imports.
 */

/** Milliseconds since 1970-01-01 UTC. */
export type Timestamp = number;

/** The ratings that a deployment accepts. `step` null: every value between `min` and `max`. */
export interface RatingScale {
  readonly min: number;
  readonly max: number;
  readonly step: number | null;
}

export interface MovieRecord {
  readonly id: string;
  readonly title: string;
  readonly year: number | null;
  readonly genres: readonly string[];
}

export interface UserRecord {
  readonly id: string;
  /** Years. */
  readonly age: number | null;
  readonly gender: string | null;
  readonly occupation: string | null;
}

/** Changes to a movie: an absent field stays as it is, null removes it. */
export interface MoviePatch {
  readonly id: string;
  readonly title: string;
  readonly year?: number | null;
  readonly genres?: readonly string[] | null;
}

/** Changes to a user: an absent field stays as it is, null removes it. */
export interface UserPatch {
  readonly id: string;
  readonly age?: number | null;
  readonly gender?: string | null;
  readonly occupation?: string | null;
}

/** What one entry of the log says. The log is the truth; the model is a fold over it. */
export type EventBody =
  | { readonly kind: 'scale'; readonly scale: RatingScale }
  | {
      readonly kind: 'rated';
      readonly userId: string;
      readonly movieId: string;
      readonly rating: number;
      /** When the rating was given; null: unknown. */
      readonly ratedAt: Timestamp | null;
      /** Present and true when it answers an onboarding question. */
      readonly onboarding?: true;
    }
  /** An answer to an onboarding question; not a rating. */
  | { readonly kind: 'notSeen'; readonly userId: string; readonly movieId: string }
  | { readonly kind: 'withdrawn'; readonly userId: string; readonly movieId: string }
  | { readonly kind: 'moviePut'; readonly movie: MovieRecord }
  | { readonly kind: 'userPut'; readonly user: UserRecord }
  /** Somebody was forgotten, whose name is gone; `token` only tells one such event from another. */
  | { readonly kind: 'forgotten'; readonly ratings: number; readonly token: string }
  /** The version file `version`, made from the log up to `baseSequence`, serves from here on. */
  | { readonly kind: 'activated'; readonly version: number; readonly baseSequence: number };

export interface LogEvent {
  /** Position in the log, from 1, rising; gaps are legal. */
  readonly sequence: number;
  /** When the server recorded it. */
  readonly at: Timestamp;
  readonly requestId: string | null;
  readonly body: EventBody;
}

export type Model = 'MF' | 'GNN' | 'BNN' | 'HYBRID';
export type PredictionBasis = 'LEARNED' | 'COLD_USER' | 'COLD_MOVIE' | 'COLD_BOTH';
export type ContributionKind = 'MEAN' | 'USER' | 'MOVIE' | 'FACTOR' | 'GRAPH' | 'BAYES' | 'LIMIT';
export type ModelUpdateKind = 'RATING' | 'WITHDRAWAL' | 'FORGOTTEN' | 'TRAINED' | 'ACTIVATED';
export type Strategy = 'RELEVANCE' | 'EXPECTED' | 'UPPER_CONFIDENCE' | 'THOMPSON';

/** Which movies a listing may hold; what is absent, null or empty restricts nothing. */
export interface MovieFilter {
  /** Part of the title, whatever its case and accents. */
  readonly title?: string | null;
  readonly genresAny?: readonly string[] | null;
  readonly genresAll?: readonly string[] | null;
  readonly genresNone?: readonly string[] | null;
  /** First year; a movie without a year is left out. */
  readonly yearFrom?: number | null;
  /** Last year. */
  readonly yearTo?: number | null;
  readonly minRatings?: number | null;
  readonly excludeIds?: readonly string[] | null;
}

/** What to recommend, and how to order it. */
export interface RecommendRequest {
  /** Rows wanted. */
  readonly n: number;
  readonly model: Model;
  readonly strategy: Strategy;
  readonly filter: MovieFilter;
  /** Weight of being unlike what was chosen before, 0 to 1. */
  readonly diversity: number;
  /** How much less popular movies are preferred, at least 0; acts on RELEVANCE alone. */
  readonly popularity: number;
  /** Whether movies that the user has rated may be among them. */
  readonly includeRated: boolean;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/** A readable axis of taste, on which both users and movies have a place. */
export interface LatentFactor {
  /** From 0, the one that explains most first. */
  readonly index: number;
  readonly label: string;
  /** Genres at its high end, strongest first. */
  readonly genres: readonly string[];
  /** Share of the taste part of ratings that it carries, 0 to 1. */
  readonly share: number;
  /** Largest |t| of the genres, eras and popularity that it was named after; 0: nothing names it. */
  readonly strength: number;
  /** Ids of the movies at its high end, furthest first. */
  highest(n: number): readonly string[];
  lowest(n: number): readonly string[];
}

/** Where a user stands on an axis, in standard deviations of users. */
export interface FactorPosition {
  readonly factor: LatentFactor;
  readonly position: number;
}

export interface Contribution {
  readonly kind: ContributionKind;
  readonly label: string;
  /** Rating points. */
  readonly value: number;
  /** The axis of a FACTOR; null for the sum of the others. */
  readonly factor: LatentFactor | null;
}

export interface Explanation {
  readonly summary: string;
  /** Add up to the score within 1e-6. */
  readonly contributions: readonly Contribution[];
}

/** One of a user's own ratings, and how much what is recommended to that user rests on it. */
export interface Influence {
  readonly movieId: string;
  readonly rating: number;
  /** The exact amount of relevance that it brings to the movie. */
  readonly weight: number;
  /** alpha_ui, mean over the heads; null without a graph. */
  readonly attention: number | null;
}

/** One predicted rating with its doubt; every figure on the rating scale. */
export interface Prediction {
  readonly userId: string;
  readonly movieId: string;
  /** Which model answered. */
  readonly model: Model;
  /** The last event that it had learned then. */
  readonly sequence: number;
  readonly basis: PredictionBasis;
  /** Predictive mean, within the scale. */
  readonly score: number;
  /** Predictive variance = epistemic + aleatoric. */
  readonly variance: number;
  readonly epistemicVariance: number;
  readonly aleatoricVariance: number;
  readonly standardDeviation: number;
  /** Probability that the rating lies within half a star of the score. */
  readonly confidence: number;
  /** Central predictive interval, clipped to the scale. @param level in (0, 1) */
  interval(level: number): Interval;
  explain(): Explanation;
}

export interface Recommendation {
  readonly rank: number;
  /** How likely this user is to pick and like it, in grades; whatever orders the rows. */
  readonly relevance: number;
  /** What the rows are sorted by. */
  readonly rankingScore: number;
  readonly prediction: Prediction;
}

export interface Movie extends MovieRecord {
  readonly ratingCount: number;
  readonly meanRating: number | null;
}

export interface User extends UserRecord {
  readonly ratingCount: number;
  readonly meanRating: number | null;
  readonly populationMean: number;
}

/** What a user makes of a genre. */
export interface GenreTaste {
  readonly genre: string;
  /** How many of the user's ratings it rests on. */
  readonly ratingCount: number;
  readonly meanRating: number;
  /** How much higher the user rates it than the user's other films, beyond what everybody does; rating points, shrunken. */
  readonly lift: number;
}

export interface SimilarMovie {
  readonly movieId: string;
  /** What the rows are sorted by, at most 1. */
  readonly similarity: number;
  /** Cosine between those who like the one and those who like the other, 0 to 1. */
  readonly likedTogether: number;
  /** The axis of taste on which both lie furthest to the same side; null when there is none. */
  readonly sharedFactor: LatentFactor | null;
  readonly reason: string;
}

export interface Rating {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number;
  readonly ratedAt: Timestamp;
  readonly sequence: number;
}

/** One page of a listing in a stable order. `endCursor` is handed back as `after`. */
export interface Page<T> {
  readonly nodes: readonly T[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
  readonly totalCount: number;
}

export interface PageRequest {
  readonly first: number;
  readonly after: string | null;
}

export interface RatingInput {
  readonly userId: string;
  readonly movieId: string;
  readonly rating: number;
  readonly ratedAt: Timestamp | null;
  readonly requestId: string | null;
  /** Whether it answers an onboarding question; false unless given. */
  readonly onboarding?: boolean;
}

/** Which rating to take back. */
export interface WithdrawInput {
  readonly userId: string;
  readonly movieId: string;
  readonly requestId: string | null;
}

/** Ratings as parallel arrays, twenty bytes each: a file of tens of millions fits into memory. */
export interface RatingColumns {
  /** Ids by the numbers in `u`. */
  readonly users: readonly string[];
  /** Ids by the numbers in `i`. */
  readonly movies: readonly string[];
  /** Rating points by the numbers in `level`; none twice. */
  readonly levels: readonly number[];
  readonly u: Int32Array; // [ratings]
  readonly i: Int32Array; // [ratings]
  readonly level: Int32Array; // [ratings]
  readonly time: Float64Array; // [ratings] milliseconds since 1970; NaN: unknown
}

export interface ForgetResult {
  readonly userId: string;
  readonly ratingsRemoved: number;
  readonly sequence: number;
}

export interface RateResult {
  /** Null when the rating was withdrawn. */
  readonly rating: Rating | null;
  readonly sequence: number;
  /** The same write had been made before; nothing changed now. */
  readonly duplicate: boolean;
  readonly before: Prediction;
  readonly after: Prediction;
  readonly modelVersion: number;
}

export interface RejectedRating {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface RateManyResult {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly RejectedRating[];
  readonly lastSequence: number;
}

/** Accuracy and calibration over some ratings, in rating points; null where a model has no distribution. */
export interface Metrics {
  readonly ratings: number;
  readonly rmse: number;
  readonly mae: number;
  /** Mean negative log predictive density, nats a rating. */
  readonly nll: number | null;
  readonly crps: number | null;
  readonly coverage50: number | null;
  readonly coverage80: number | null;
  readonly coverage90: number | null;
  readonly coverage95: number | null;
}

export interface ModelMetrics {
  readonly model: Model;
  readonly holdout: Metrics | null;
  readonly live: Metrics | null;
}

export interface ModelStatus {
  /** 0 until the first fit is active. */
  readonly version: number;
  /** The last event that the model has learned. */
  readonly sequence: number;
  readonly trainedAt: Timestamp | null;
  readonly serving: Model;
  readonly stale: boolean;
  readonly training: boolean;
  readonly lastTrainingError: string | null;
  readonly compute: string;
  readonly metrics: readonly ModelMetrics[];
  /** Exponentially weighted, half-life 1,000 ratings; null before the first rating. */
  readonly runningRmse: number | null;
  readonly runningNll: number | null;
  readonly runningCoverage90: number | null;
}

/** What those who run the server watch, beside the model. */
export interface Operations {
  /** Writes that wait for the disk. */
  readonly waitingWrites: number;
  /** Events that a start after a crash would replay. */
  readonly eventsSinceCheckpoint: number;
  /** Seconds since a checkpoint was written by this process, or since it started. */
  readonly checkpointAge: number;
  /** Events that this process has folded into the model, and the seconds that took. */
  readonly applied: number;
  readonly applySeconds: number;
}

export interface LossPoint {
  readonly model: Model;
  readonly epoch: number;
  readonly loss: number;
  readonly rmse: number | null;
}

export interface ModelVersion {
  readonly version: number;
  readonly sequence: number;
  readonly trainedAt: Timestamp;
  readonly active: boolean;
  readonly activatable: boolean;
  readonly refusedBecause: string | null;
  readonly models: readonly Model[];
  readonly metrics: readonly ModelMetrics[];
  readonly losses: readonly LossPoint[];
}

export interface LivePoint {
  readonly sequence: number;
  readonly rmse: number;
  readonly nll: number;
  readonly coverage90: number;
}

export interface ModelUpdate {
  readonly kind: ModelUpdateKind;
  readonly sequence: number;
  readonly modelVersion: number;
  readonly serving: Model;
  readonly at: Timestamp;
  readonly userId: string | null;
  readonly movieId: string | null;
  readonly rating: number | null;
  readonly before: number | null;
  readonly after: number | null;
  readonly runningRmse: number | null;
}

export interface TrainingRun {
  readonly id: string;
  readonly startedAt: Timestamp;
  readonly models: readonly Model[];
  readonly alreadyRunning: boolean;
}

export interface TrainingProgress {
  readonly model: Model;
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number | null;
  readonly rmse: number | null;
  /** Share of the whole training done, 0 to 1. */
  readonly done: number;
  readonly finished: boolean;
  readonly error: string | null;
}

export interface HistogramBin {
  readonly value: number;
  readonly count: number;
}

export interface Heatmap {
  readonly users: readonly string[];
  readonly movies: readonly Movie[];
  /** [users x movies]; null: unrated. */
  readonly ratings: readonly (readonly (number | null)[])[];
}

/** Users or movies with `from` to `to` ratings. */
export interface CountBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** How unequally ratings are spread over the users, or the movies, that have any. */
export interface CountSummary {
  /** Users or movies with a rating. */
  readonly rated: number;
  readonly least: number;
  readonly median: number;
  readonly mean: number;
  readonly most: number;
  /** 0 where all have as many, towards 1 where one has them all. */
  readonly gini: number;
  /** How many of those with most hold a third of all ratings; the others are the long tail. */
  readonly head: number;
  /** The share of all ratings that each tenth holds, that with most first. */
  readonly tenths: readonly number[];
  /** By doubling numbers: 1, 2 to 3, 4 to 7, ... */
  readonly bins: readonly CountBin[];
}

export interface MonthCount {
  /** "1997-09", UTC. */
  readonly month: string;
  readonly count: number;
  /** Null without a rating. */
  readonly mean: number | null;
}

export interface GenreCount {
  readonly genre: string;
  readonly movies: number;
  readonly ratings: number;
  /** Null without a rating. */
  readonly mean: number | null;
}

export interface Dataset {
  readonly ratingCount: number;
  readonly userCount: number;
  readonly movieCount: number;
  readonly mean: number;
  readonly variance: number;
  /** 1 - ratings / (users x movies). */
  readonly sparsity: number;
  readonly scale: RatingScale;
  readonly histogram: readonly HistogramBin[];
  readonly ratingsPerUser: CountSummary;
  readonly ratingsPerMovie: CountSummary;
  /** Means of users, and of movies. */
  readonly userMeans: readonly HistogramBin[];
  readonly movieMeans: readonly HistogramBin[];
  /** From the first month to the last. */
  readonly months: readonly MonthCount[];
  /** Ratings whose time nobody knows. */
  readonly undatedCount: number;
  /** Most rated first; a movie of several genres counts for each. */
  readonly genres: readonly GenreCount[];
}

/** How well the ratings of one group of users were predicted. */
export interface GroupError {
  /** gender, ageBand, occupation, activity or genreTaste. */
  readonly attribute: string;
  readonly group: string;
  /** Users whose ratings were predicted. */
  readonly users: number;
  readonly ratings: number;
  /** Rating points; the ends of its 95 % interval beside it. */
  readonly rmse: number;
  readonly rmseLow: number;
  readonly rmseHigh: number;
  /** Null where no list can be judged. */
  readonly ndcgAt10: number | null;
}

/** How much of what is shown, and of what is rated, belongs to a group of movies. */
export interface GroupExposure {
  /** genre or decade. */
  readonly attribute: string;
  readonly group: string;
  readonly movies: number;
  readonly shareOfRated: number;
  readonly shareOfRecommended: number;
}

export interface FairnessFigures {
  /** Ratings per movie: mean over users of the mean of their list. */
  readonly popularityOfRecommended: number;
  /** The same of what these users rated. */
  readonly popularityOfRated: number;
  /** Of how often each movie is shown: 0 all as often, towards 1 one alone. */
  readonly gini: number;
  /** Share of what is shown that lies outside the most rated movies that hold a third of the ratings. */
  readonly longTailShare: number;
  readonly groups: readonly GroupError[];
  readonly exposure: readonly GroupExposure[];
  /** What the figures say, in plain sentences. */
  readonly summary: readonly string[];
}

export interface FairnessReport extends FairnessFigures {
  readonly computedAt: Timestamp;
  /** The last event that it knows. */
  readonly sequence: number;
}
