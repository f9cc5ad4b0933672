import type { Role } from './caller.ts';

/** Who may read a field or call it. */
export interface Rule {
  /** The least role that may, whomever it is about. */
  readonly least: Role;
  /**
   * Whom it is about: that user's own token may, too.
   * @param args of the field
   * @param source the object that the field belongs to
   * @returns null when it is about nobody in particular
   */
  readonly owner?: (args: Record<string, unknown>, source: unknown) => string | null;
  /** The least role when it is about nobody in particular; absent: `least`. */
  readonly unowned?: Role;
  /** It is null for who may not read it, and no error: part of something that may be read. */
  readonly hidden?: true;
}

/** Whoever has a token; of an object's field: whoever may read the object. */
const EVERYBODY: Rule = { least: 'user' };
const READ: Rule = { least: 'read' };
const WRITE: Rule = { least: 'write' };
const ADMIN: Rule = { least: 'admin' };

/** That role, or the user whom an argument names. */
const ownArgument = (least: Role, name: string): Rule => ({ least, owner: (args) => textOf(args[name]) });
/** That role, or the user whose object it is. */
const ownObject = (least: Role, name: 'id' | 'userId'): Rule => ({
  least,
  owner: (_args, source) => (typeof source === 'object' && source !== null && name in source ? textOf(Reflect.get(source, name)) : null),
});
/** For others than an admin and the user whom the update is about there was a move of the model, and no more. */
const inUpdate = (least: Role): Rule => ({ ...ownObject(least, 'userId'), hidden: true });

const PREDICTED = 'score variance epistemicVariance aleatoricVariance standardDeviation interval confidence explanation';

const QUERIES: Readonly<Record<string, Rule>> = {
  recommendations: ownArgument('read', 'userId'),
  prediction: ownArgument('read', 'userId'),
  onboarding: ownArgument('read', 'userId'),
  user: ownArgument('read', 'id'),
  users: READ,
  movie: EVERYBODY,
  movies: EVERYBODY,
  similarMovies: EVERYBODY,
  latentFactors: EVERYBODY,
  dataset: EVERYBODY,
  model: EVERYBODY,
  modelVersions: READ,
  liveCurve: EVERYBODY,
  updates: EVERYBODY,
  // Of groups of users, some of which may be small.
  fairness: READ,
};

const MUTATIONS: Readonly<Record<string, Rule>> = {
  rateMovie: ownArgument('write', 'userId'),
  withdrawRating: ownArgument('write', 'userId'),
  notSeen: ownArgument('write', 'userId'),
  rateMovies: WRITE,
  putMovie: WRITE,
  putUser: WRITE,
  forgetUser: ADMIN,
  trainModel: ADMIN,
  activateModel: ADMIN,
};

const SUBSCRIPTIONS: Readonly<Record<string, Rule>> = {
  // To hear of one user alone tells when that user does something, whatever the updates hold.
  modelUpdated: { ...ownArgument('admin', 'userId'), unowned: 'user' },
  trainingProgress: READ,
};

/**
 * The rule of every field, by type and name. A field that isn't here stops the start (access.ts).
 * What names a user, or was said by one, has a rule of its own even where it can only be reached through another.
 */
export const RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  Query: QUERIES,
  Mutation: MUTATIONS,
  Subscription: SUBSCRIPTIONS,

  User: {
    ...each(ownObject('read', 'id'), 'id age gender occupation ratingCount meanRating'),
    ...each(ownObject('read', 'id'), 'ratings favouriteGenres factors standardDeviation'),
    populationMean: EVERYBODY,
  },
  UserConnection: each(READ, 'nodes pageInfo totalCount'),
  Rating: each(ownObject('read', 'userId'), 'userId movie rating ratedAt sequence'),
  RatingConnection: open('nodes pageInfo totalCount'),
  GenreTaste: open('genre ratingCount meanRating lift'),
  FactorPosition: open('factor position'),

  ModelUpdate: {
    ...open('kind sequence modelVersion serving at runningRmse'),
    ...each(inUpdate('admin'), 'userId movieId'),
    ...each(inUpdate('read'), 'rating before after'),
  },

  Recommendation: open(`${PREDICTED} rank movie relevance rankingScore`),
  Prediction: open(`${PREDICTED} basis movie`),
  Explanation: open('summary contributions becauseYouRated'),
  Contribution: open('kind label value factor'),
  Influence: open('movie rating weight attention'),
  Interval: open('low high level'),

  Movie: open('id title year genres ratingCount meanRating loadings'),
  MovieConnection: open('nodes pageInfo totalCount'),
  SimilarMovie: open('movie similarity likedTogether sharedFactor reason'),
  LatentFactor: open('index label genres share strength highest lowest'),
  PageInfo: open('hasNextPage endCursor'),

  Dataset: {
    ...open('ratingCount userCount movieCount mean variance sparsity scale histogram months undatedCount genres'),
    ...open('mostRated leastRated ratingsPerMovie movieMeans'),
    ...each(READ, 'mostActive leastActive ratingsPerUser userMeans heatmap'),
  },
  CountSummary: open('rated least median mean most gini head tenths bins'),
  CountBin: open('from to count'),
  MonthCount: open('month count mean'),
  GenreCount: open('genre movies ratings mean'),
  RatingScale: open('min max step'),
  HistogramBin: open('value count'),
  Heatmap: each(READ, 'users movies ratings'),

  FairnessReport: {
    ...each(READ, 'computedAt sequence popularityOfRecommended popularityOfRated gini longTailShare'),
    ...each(READ, 'groups exposure summary'),
  },
  GroupError: each(READ, 'attribute group users ratings rmse rmseLow rmseHigh ndcgAt10'),
  GroupExposure: each(READ, 'attribute group movies shareOfRated shareOfRecommended'),

  ModelStatus: {
    ...open('version sequence trainedAt serving stale training compute metrics runningRmse runningNll runningCoverage90'),
    lastTrainingError: { ...READ, hidden: true },
  },
  ModelMetrics: open('model holdout live'),
  Metrics: open('ratings rmse mae nll crps coverage50 coverage80 coverage90 coverage95'),
  ModelVersion: each(READ, 'version sequence trainedAt active activatable refusedBecause models metrics losses'),
  LossPoint: open('model epoch loss rmse'),
  LivePoint: open('sequence rmse nll coverage90'),
  TrainingRun: open('id startedAt models alreadyRunning'),
  TrainingProgress: each(READ, 'model epoch epochs loss rmse done finished error'),

  RateMovieResult: open('rating sequence duplicate before after modelVersion'),
  RateMoviesResult: open('accepted duplicates rejected lastSequence'),
  RejectedRating: open('index code message'),
  ForgetUserResult: each(ADMIN, 'userId ratingsRemoved sequence'),
};

/** @param names of fields, separated by blanks */
function each(rule: Rule, names: string): Record<string, Rule> {
  return Object.fromEntries(names.split(' ').map((name) => [name, rule]));
}

function open(names: string): Record<string, Rule> {
  return each(EVERYBODY, names);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
