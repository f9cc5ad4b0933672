import type { LiveMetricsState } from '../online/liveMetrics.ts';
import type { LiveModel } from '../online/liveModel.ts';

/** What a model learned beside factors and variances, by id, so that the next version can go on with it. */
export interface Carried {
  /** Version that learned it; 0: none was fitted yet. */
  readonly version: number;
  readonly userIds: readonly string[];
  readonly movieIds: readonly string[];
  readonly members: Readonly<Record<string, CarriedMember>>;
  readonly metrics: LiveMetricsState;
  /** Those of the factorization, where it is not what serves. */
  readonly factorizationMetrics: LiveMetricsState | null;
}

interface CarriedMember {
  readonly mood: Float64Array; // [users]
  readonly moodVariance: Float64Array; // [users]
  readonly last: Float64Array; // [users]
  readonly userEta: Float64Array; // [users]
  readonly movieEta: Float64Array; // [movies]
  readonly noise: readonly [g0: number, c1: number, c2: number];
}

/** A copy, taken in one turn. */
export function takeCarried(model: LiveModel): Carried {
  const { users, movies } = model.data;
  const members: Record<string, CarriedMember> = {};
  for (const [name, { learner }] of model.members) {
    members[name] = {
      mood: learner.users.mood.take(users.size),
      moodVariance: learner.users.moodVariance.take(users.size),
      last: learner.users.last.take(users.size),
      userEta: learner.context.eta.take(users.size),
      movieEta: learner.movies.eta.take(movies.size),
      noise: [learner.g0, learner.c1, learner.c2],
    };
  }
  return {
    version: model.version,
    userIds: users.all().slice(),
    movieIds: movies.all().slice(),
    members,
    metrics: model.metrics.save(),
    factorizationMetrics: model.hybrid === null ? null : model.factorizationMetrics.save(),
  };
}

/**
 * Puts what was carried in the place of a new version's own. Before the first fit the noise terms were learned from a
 * model that knew nothing, so the fit's own are kept then.
 */
export function carryInto(model: LiveModel, carried: Carried): void {
  const { users, movies } = model.data;
  for (const [name, { learner }] of model.members) {
    const from = carried.members[name];
    if (from === undefined) continue;
    carried.userIds.forEach((id, at) => {
      const u = users.find(id);
      if (u === undefined) return;
      learner.users.mood.set(u, from.mood[at]!);
      learner.users.moodVariance.set(u, from.moodVariance[at]!);
      learner.users.last.set(u, from.last[at]!);
      if (carried.version > 0) learner.context.eta.set(u, from.userEta[at]!);
    });
    if (carried.version === 0) continue;
    carried.movieIds.forEach((id, at) => {
      const i = movies.find(id);
      if (i !== undefined) learner.movies.eta.set(i, from.movieEta[at]!);
    });
    [learner.g0, learner.c1, learner.c2] = from.noise;
  }
  model.metrics.load(carried.metrics);
  model.factorizationMetrics.load(carried.factorizationMetrics ?? carried.metrics);
  for (const metrics of [model.metrics, model.factorizationMetrics]) metrics.startVersion();
}
