import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { Learner } from '../../../src/engine/online/learner.ts';
import type { Field } from '../../../src/engine/online/nodeRecords.ts';
import { type RuleConstants, SAMPLED_RULE, VARIATIONAL_RULE } from '../../../src/engine/online/rule.ts';

const FACTORS = 4;
const K = FACTORS + 1;
const USERS = 2;
const MOVIES = 12;
const NO_DRIFT: RuleConstants = { ...VARIATIONAL_RULE, foldInHalfLife: Number.POSITIVE_INFINITY };

interface Given {
  readonly i: number;
  readonly r: number;
}

/** A learner whose users have an anchor. @param size standard deviation of the factors, and scale of their prior variances */
function learnerOf(seed: number, constants: RuleConstants, size = 0.6, noiseVariance = 0.7): Learner {
  const random = new Random(seed);
  const learner = new Learner(FACTORS, constants);
  const { users, context, movies } = learner;
  const fill = (field: Field, count: number, draw: () => number) => field.put(Float64Array.from({ length: count * field.width }, draw));
  learner.reserveUsers(USERS);
  learner.noiseVariance = noiseVariance;
  for (const [rows, count] of [
    [{ mean: users.p, v: users.v, implicit: users.implicitSum, V0: context.priorVariance, eta: context.eta }, USERS],
    [{ mean: movies.q, v: movies.v, implicit: movies.implicit, V0: movies.priorVariance, eta: movies.eta }, MOVIES],
  ] as const) {
    fill(rows.V0, count, () => size * (0.5 + random.uniform()));
    fill(rows.v, count, () => 0.4 * size * (0.1 + random.uniform()));
    fill(rows.mean, count, () => size * random.normal());
    fill(rows.implicit, count, () => 0.1 * size * random.normal());
    fill(rows.eta, count, () => 0.3 * random.normal());
  }
  fill(users.moodVariance, USERS, () => constants.moodVariance);
  fill(users.last, USERS, () => Number.NaN);
  fill(users.implicitCount, USERS, () => 3);
  learner.settle(USERS - 1);
  return learner;
}

function ratings(count: number, seed = 2): Given[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, t) => ({ i: t % MOVIES, r: 1 + 4 * random.uniform() }));
}

function learnAll(learner: Learner, given: readonly Given[]): void {
  given.forEach(({ i, r }, t) => {
    learner.learnOne(0, i, r, 1000 * t);
  });
}

function foldIn(learner: Learner, given: readonly Given[]): void {
  learner.foldInUser(
    0,
    given.map(({ i }) => i),
    given.map(({ r }) => r),
  );
}

/** The inverse of a small matrix by Gauss and Jordan. */
function inverse(matrix: readonly number[][]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, f) => [...row, ...row.map((_, g) => (f === g ? 1 : 0))]);
  for (let f = 0; f < n; f += 1) {
    rows[f] = rows[f]!.map((value) => value / rows[f]![f]!);
    for (let g = 0; g < n; g += 1) {
      const times = rows[g]![f]!;
      if (g !== f) rows[g] = rows[g]!.map((value, at) => value - times * rows[f]![at]!);
    }
  }
  return rows.map((row) => row.slice(n));
}

/** Mean and variances of user 0 by the normal equations, from its anchor and the movies as they are. */
function posterior({ anchors, users, movies, noiseVariance, m0, constants }: Learner, given: readonly Given[]) {
  const columns = [...Array(K).keys()];
  const implicitNow = (f: number) => users.implicitSum.get(0, f) / Math.sqrt(users.implicitCount.get(0));
  const implicitThen = (f: number) => anchors.implicitSum.get(0, f) / Math.sqrt(anchors.implicitCount.get(0));
  const prior = columns.map((f) => anchors.p.get(0, f) - implicitThen(f) + implicitNow(f));
  const precision = columns.map((f) => columns.map((g) => (f === g ? 1 / anchors.v.get(0, f) : 0)));
  const pull = columns.map((f) => prior[f]! / anchors.v.get(0, f));
  given.forEach(({ i, r }, t) => {
    const q = columns.map((f) => (f === FACTORS ? 1 : movies.q.get(i, f)));
    const doubt = columns.reduce((sum, f) => sum + movies.v.get(i, f) * (f === FACTORS ? 1 : prior[f]! ** 2), 0);
    const S = noiseVariance * Math.exp(movies.eta.get(i)) + constants.moodVariance + doubt;
    const weight = 2 ** (-(given.length - 1 - t) / constants.foldInHalfLife) / S;
    for (const f of columns) {
      pull[f]! += weight * q[f]! * (r - m0 - movies.q.get(i, FACTORS));
      for (const g of columns) precision[f]![g]! += weight * q[f]! * q[g]!;
    }
  });
  const covariance = inverse(precision);
  return {
    mean: columns.map((f) => columns.reduce((sum, g) => sum + covariance[f]![g]! * pull[g]!, 0)),
    variance: columns.map((f) => covariance[f]![f]!),
  };
}

function everythingButUser0(learner: Learner): number[] {
  const { users, anchors, context, movies, g0, c1, c2, m0 } = learner;
  const fields = [anchors, context].flatMap((rows) => Object.values<Field>({ ...rows }).map((field) => [...field.take(USERS)]));
  const others = Object.values<Field>({ ...users }).map((field) => [...field.read(1)]);
  const kept = [users.mood, users.moodVariance, users.last, users.implicitSum, users.implicitCount].map((field) => [...field.read(0)]);
  const films = Object.values<Field>({ ...movies }).map((field) => [...field.take(MOVIES)]);
  return [...fields, ...others, ...kept, ...films, [g0, c1, c2, m0]].flat();
}

describe("taking a user's ratings together", () => {
  it.each([
    ['variational', VARIATIONAL_RULE, 1],
    ['variational', VARIATIONAL_RULE, 40],
    ['sampled', SAMPLED_RULE, 12],
    ['without drift', NO_DRIFT, 200],
  ])('gives the posterior of the linear regression, to 1e-10: %s, %#', (_, constants, count) => {
    const learner = learnerOf(count, constants);
    const given = ratings(count);
    learnAll(learner, given);
    const before = learner.users.v.read(0);
    const expected = posterior(learner, given);
    foldIn(learner, given);
    expected.mean.forEach((mean, f) => {
      expect(Math.abs(learner.users.p.get(0, f) - mean)).toBeLessThan(1e-10);
      expect(Math.abs(learner.users.v.get(0, f) - Math.min(before[f]!, expected.variance[f]!))).toBeLessThan(1e-10);
    });
  });

  it('moves nothing but the means and variances of that user, and nothing the second time', () => {
    const learner = learnerOf(5, VARIATIONAL_RULE);
    const given = ratings(30);
    learnAll(learner, given);
    const [others, p] = [everythingButUser0(learner), learner.users.p.read(0)];
    foldIn(learner, given);
    expect(everythingButUser0(learner)).toEqual(others);
    const once = [...learner.users.p.read(0), ...learner.users.v.read(0)];
    expect(once.slice(0, K)).not.toEqual([...p]);
    foldIn(learner, given);
    expect([...learner.users.p.read(0), ...learner.users.v.read(0)]).toEqual(once);
  });

  it('makes the order of old ratings matter little, where one by one it matters', () => {
    const given = ratings(36);
    const apart = (together: boolean) => {
      const [forth, back] = [learnerOf(9, NO_DRIFT), learnerOf(9, NO_DRIFT)];
      for (const [learner, order] of [
        [forth, given],
        [back, given.toReversed()],
      ] as const) {
        order.forEach(({ i, r }, t) => {
          learner.learnPlainly(0, i, r, 1000 * t, false); // the films stay as they are
        });
        if (together) foldIn(learner, order);
      }
      return Math.max(...[...Array(MOVIES).keys()].map((i) => Math.abs(forth.scoreOf(0, i) - back.scoreOf(0, i))));
    };
    expect(apart(false)).toBeGreaterThan(0.05);
    expect(apart(true)).toBeLessThan(1e-10);
  });

  it('lets what was rated long ago count less than what was rated last', () => {
    const changing = Array.from({ length: 200 }, (_, t) => ({ i: t % MOVIES, r: t < 100 ? 5 : 1 }));
    const meanOf = (constants: RuleConstants) => {
      const learner = learnerOf(3, constants);
      learnAll(learner, changing);
      foldIn(learner, changing);
      return [...Array(MOVIES).keys()].reduce((sum, i) => sum + learner.scoreOf(0, i) / MOVIES, 0);
    };
    expect(meanOf(VARIATIONAL_RULE)).toBeLessThan(meanOf(NO_DRIFT) - 0.2);
  });

  it.each([
    ['factors a hundred times too large', 100, 0.7],
    ['ratings without noise', 1, 1e-6],
    ['both', 100, 1e-6],
    ['variances at the floor', 1e-7, 0.7],
  ])('stays finite: %s', (_, size, noise) => {
    const learner = learnerOf(7, VARIATIONAL_RULE, size, noise);
    const hostile = Array.from({ length: 200 }, (_rating, t) => ({ i: t % 3, r: t % 2 === 0 ? 1 : 5 }));
    for (let count = 1; count <= 200; count += 1) {
      learner.learnOne(0, hostile[count - 1]!.i, hostile[count - 1]!.r, 0);
      foldIn(learner, hostile.slice(0, count));
    }
    const numbers = [...learner.users.p.read(0), ...learner.users.v.read(0)];
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(learner.users.v.read(0).every((v) => v > 0)).toBe(true);
  });
});
