import type { FairnessFigures, RecommendRequest } from '../../domain.ts';
import type { LiveData } from '../data/liveData.ts';
import { Random } from '../math/random.ts';
import type { LiveModel } from '../online/liveModel.ts';
import { recommend } from '../ranking/recommend.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { errorsByUser, fairnessSteps } from './fairness.ts';
import type { JudgedList, UserErrors } from './groupErrors.ts';
import { LIST_LENGTH } from './ranking.ts';

/** Users who get a list: at most so many, fewer where there are many movies to score, but not too few to tell anything. */
const MOST_USERS = 500;
const MOST_SCORED = 1_000_000; // users x movies
const FEWEST_USERS = 50;
/** The newest predictions that count: as many as a checkpoint keeps, so that a restart changes nothing. */
const NEWEST = 2_000;
/** Users are drawn from a stream of their own. */
const STREAM = 22;

/** The list that everybody gets who asks for nothing else. */
const DEFAULT_LIST: Omit<RecommendRequest, 'model'> = {
  n: LIST_LENGTH,
  strategy: 'RELEVANCE',
  filter: {},
  diversity: 0,
  popularity: 0.25,
  includeRated: false,
};

/**
 * Fairness of the model that serves: default lists of a sample of users as they are now, and errors of the newest ratings as they were
 * predicted before they were learned. Yields after each list; ratings that arrive meanwhile are in the lists after them.
 * @param statistics of the ratings as they are at the start
 */
export function* liveFairness(model: LiveModel, statistics: Statistics, seed: number): Generator<void, FairnessFigures> {
  const { data } = model;
  const errors = liveErrors(model);
  const raters = Array.from(statistics.users.count.keys()).filter((u) => statistics.users.count[u]! > 0);
  const sampled = sample(raters, data, seed);
  const lists: JudgedList[] = [];
  for (const u of sampled) {
    const rows = recommend(model, data.userRecords[u]!.id, { ...DEFAULT_LIST, model: model.serving });
    lists.push({ u, list: rows.map(({ prediction }) => model.rowOfMovie(prediction.movieId)), relevant: null });
    yield;
  }
  return yield* fairnessSteps({ data, statistics, errors, lists, basis: basisOf(sampled.length, raters.length, errors), seed });
}

/** Of the newest predictions; of ratings that were changed or taken back since, nothing is told. */
function liveErrors({ data, metrics, scale }: LiveModel): UserErrors[] {
  const predictions = new Map([...metrics.recentPredictions()].slice(-NEWEST));
  const first = Math.min(...predictions.keys());
  const errors = data.ratings.since(first).flatMap((edge) => {
    const predicted = predictions.get(data.ratings.sequenceOf(edge));
    if (predicted === undefined) return [];
    return [{ u: data.ratings.userOf(edge), error: (predicted.rating - predicted.score) * scale.pointsPerUnit }];
  });
  return errorsByUser(errors);
}

function sample(raters: readonly number[], { movies }: LiveData, seed: number): number[] {
  const affordable = Math.floor(MOST_SCORED / Math.max(1, movies.size));
  const wanted = Math.min(MOST_USERS, Math.max(FEWEST_USERS, affordable));
  return new Random(seed, STREAM).shuffle([...raters]).slice(0, wanted);
}

function basisOf(sampled: number, raters: number, errors: readonly UserErrors[]): string {
  const ratings = errors.reduce((sum, error) => sum + error.ratings, 0);
  const whole = (value: number) => value.toLocaleString('en-US');
  const drawn =
    sampled < raters ? `${whole(sampled)} of ${whole(raters)} users, drawn at random` : `all ${whole(raters)} users with a rating`;
  return `Lists of ${LIST_LENGTH} for ${drawn}; errors of the newest ${whole(ratings)} ratings, by ${whole(errors.length)} users, each as the model that served then predicted it before it learned it.`;
}
