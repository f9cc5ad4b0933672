import type { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { varianceBound } from '../../../src/engine/online/memberState.ts';
import { FACTOR_BOUND, NOISE_EXPONENT_BOUND, VARIANCE_FLOOR } from '../../../src/engine/online/rule.ts';

/** Factors, variances and noise terms of a model that are not finite, or outside of the bounds that the rule states. */
export function outOfBounds(model: LiveModel): number {
  return [...model.members.values()].reduce((sum, { learner }) => {
    const { constants, users, anchors, context, movies, factors } = learner;
    const rows = [
      [users.p, users.v, context.priorVariance, model.data.users.size, varianceBound(constants, 'User')],
      [anchors.p, anchors.v, context.priorVariance, model.data.users.size, varianceBound(constants, 'User')],
      [movies.q, movies.v, movies.priorVariance, model.data.movies.size, varianceBound(constants, 'Movie')],
    ] as const;
    let wrong = [learner.g0, learner.c1, learner.c2].filter((term) => !(Math.abs(term) <= NOISE_EXPONENT_BOUND)).length;
    for (const [means, variances, priors, nodes, scale] of rows) {
      const K = factors + 1;
      const [mean, variance, V0] = [means.take(nodes), variances.take(nodes), priors.take(nodes)];
      for (let at = 0; at < nodes * K; at += 1) {
        const largest = Math.max(VARIANCE_FLOOR, (at % K === factors ? scale.bias : scale.vector) * V0[at]!);
        const isWithin =
          Math.abs(mean[at]!) <= FACTOR_BOUND * Math.sqrt(V0[at]!) && variance[at]! >= VARIANCE_FLOOR && variance[at]! <= largest;
        if (!isWithin) wrong += 1;
      }
    }
    return sum + wrong;
  }, 0);
}
