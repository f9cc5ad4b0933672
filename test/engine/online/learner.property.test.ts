import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { Learner, newForecast } from '../../../src/engine/online/learner.ts';
import { varianceBound } from '../../../src/engine/online/memberState.ts';
import type { Field } from '../../../src/engine/online/nodeRecords.ts';
import { FACTOR_BOUND, VARIANCE_FLOOR, VARIATIONAL_RULE } from '../../../src/engine/online/rule.ts';

const FACTORS = 4;
const K = FACTORS + 1;
const USERS = 3;
const MOVIES = 5;

/** A learner with random rows. @param size standard deviation of the factors, and scale of their prior variances */
function learnerOf(seed: number, size = 0.5): Learner {
  const random = new Random(seed);
  const learner = new Learner(FACTORS, VARIATIONAL_RULE);
  const { users, context, movies } = learner;
  learner.reserveUsers(USERS);
  const fill = (field: Field, count: number, draw: () => number) => field.put(Float64Array.from({ length: count * field.width }, draw));
  learner.m0 = 3;
  learner.noiseVariance = 0.1 + random.uniform();
  fill(context.priorVariance, USERS, () => size * (0.05 + random.uniform()));
  fill(users.p, USERS, () => size * random.normal());
  users.v.put(context.priorVariance.take(USERS).map((V0) => V0 * random.uniform()));
  fill(users.moodVariance, USERS, () => VARIATIONAL_RULE.moodVariance);
  fill(users.last, USERS, () => Number.NaN);
  fill(movies.priorVariance, MOVIES, () => size * (0.05 + random.uniform()));
  fill(movies.q, MOVIES, () => size * random.normal());
  movies.v.put(movies.priorVariance.take(MOVIES).map((V0) => 0.5 * V0 * random.uniform()));
  fill(movies.implicit, MOVIES, () => 0.1 * size * random.normal());
  return learner;
}

/** Every array and term of a learner. */
function everything(learner: Learner): Record<string, number[]> {
  const { users, anchors, context, movies, g0, c1, c2, m0, noiseVariance } = learner;
  const parts = Object.entries({ users, anchors, context, movies }).flatMap(([part, rows]) =>
    Object.entries<Field>({ ...rows }).map(
      ([name, field]) => [`${part}.${name}`, [...field.take(part === 'movies' ? MOVIES : USERS)]] as const,
    ),
  );
  return { ...Object.fromEntries(parts), scalars: [g0, c1, c2, m0, noiseVariance] };
}

/** |mean| at most 10 √V0, variance between 1e-6 and the larger scale × V0; named where not. */
function expectWithinBounds(learner: Learner): void {
  const { constants, users, anchors, context, movies } = learner;
  const wrong: string[] = [];
  for (const [name, means, variances, priors, nodes, scale] of [
    ['user', users.p, users.v, context.priorVariance, USERS, varianceBound(constants, 'User')],
    ['anchor', anchors.p, anchors.v, context.priorVariance, USERS, varianceBound(constants, 'User')],
    ['movie', movies.q, movies.v, movies.priorVariance, MOVIES, varianceBound(constants, 'Movie')],
  ] as const) {
    const [mean, v, V0] = [means.take(nodes), variances.take(nodes), priors.take(nodes)];
    for (let at = 0; at < nodes * K; at += 1) {
      const largest = Math.max(VARIANCE_FLOOR, (at % K === FACTORS ? scale.bias : scale.vector) * V0[at]!);
      if (!(Math.abs(mean[at]!) <= FACTOR_BOUND * Math.sqrt(V0[at]!))) wrong.push(`${name} mean ${at}: ${mean[at]}`);
      if (!(v[at]! >= VARIANCE_FLOOR && v[at]! <= largest)) wrong.push(`${name} variance ${at}: ${v[at]}`);
    }
  }
  expect(wrong).toEqual([]);
}

function expectFinite(learner: Learner): void {
  for (const [name, values] of Object.entries(everything(learner))) {
    if (!name.endsWith('.last')) expect([name, values.every(Number.isFinite)]).toEqual([name, true]);
  }
}

const time = fc.oneof(
  fc.integer({ min: 0, max: 2_000_000_000 }),
  fc.integer({ min: 0, max: 60 }), // within a mood
  fc.constantFrom(Number.NaN, 0, 1e15),
);
const ratingParts = {
  u: fc.nat(USERS - 1),
  i: fc.nat(MOVIES - 1),
  r: fc.oneof(fc.double({ min: 1, max: 5, noNaN: true }), fc.constantFrom(1, 5)),
  time,
  first: fc.boolean(),
};
const rating = fc.record(ratingParts);
const probe = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: FACTORS, maxLength: FACTORS });

describe('learning', () => {
  it("never raises the user's part of the doubt, v_b + Σ v_p q², about any film", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(rating, { minLength: 1, maxLength: 60 }),
        fc.array(probe, { minLength: 3, maxLength: 3 }),
        (seed, ratings, probes) => {
          const learner = learnerOf(seed);
          for (let u = 0; u < USERS; u += 1) learner.boundUserRows(u);
          for (let i = 0; i < MOVIES; i += 1) learner.boundMovie(i);
          const doubts = () =>
            [...Array(USERS).keys()].flatMap((u) =>
              probes.map((q) =>
                q.reduce((sum, value, f) => sum + learner.users.v.get(u, f) * value * value, learner.users.v.get(u, FACTORS)),
              ),
            );
          let before = doubts();
          for (const { u, i, r, time: at, first } of ratings) {
            learner.learnOne(u, i, r, at, first);
            if (!first) learner.foldInUser(u, [i], [r]);
            const after = doubts();
            after.forEach((doubt, place) => {
              expect(doubt).toBeLessThanOrEqual(before[place]!);
            });
            before = after;
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('lowers the doubt of a new user within a few ratings', () => {
    const learner = learnerOf(4);
    const { newUser } = VARIATIONAL_RULE;
    learner.users.v.put(
      learner.context.priorVariance.take(USERS).map((V0, at) => V0 * (at % K === FACTORS ? newUser.bias : newUser.vector)),
    );
    const before = learner.users.v.read(0);
    for (let i = 0; i < MOVIES; i += 1) learner.learnOne(0, i, i % 2 === 0 ? 5 : 1, 100 * i);
    learner.users.v.read(0).forEach((v, f) => {
      expect(v).toBeLessThan(0.95 * before[f]!);
    });
  });

  it('moves the prediction towards the rating, and not past it', () => {
    fc.assert(
      fc.property(fc.nat(), rating, (seed, { u, i, r }) => {
        const learner = learnerOf(seed);
        learner.movies.implicit.put(new Float64Array(MOVIES * K)); // having rated a film says something of its own
        const before = r - learner.scoreOf(u, i);
        learner.learnOne(u, i, r, Number.NaN, false); // the user alone: linear in its factors
        const after = r - learner.scoreOf(u, i);
        expect(Math.abs(after)).toBeLessThanOrEqual(Math.abs(before));
        expect(after * before).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('stays finite and within the bounds, whatever is learned, replayed, folded, corrected and withdrawn', () => {
    const deed = fc.record({
      kind: fc.constantFrom('learn', 'replay', 'fold', 'together', 'correct', 'withdraw', 'reset'),
      ...ratingParts,
    });
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1e-6, 0.5, 100), fc.array(deed, { maxLength: 60 }), (seed, size, deeds) => {
        const learner = learnerOf(seed, size);
        learner.settle(USERS - 1);
        for (let u = 0; u < USERS; u += 1) learner.boundUserRows(u);
        for (let i = 0; i < MOVIES; i += 1) learner.boundMovie(i);
        for (const { kind, u, i, r, time: at, first } of deeds) {
          if (kind === 'learn') learner.learnOne(u, i, r, at, first);
          else if (kind === 'replay') learner.replayOne(u, i, r, at);
          else if (kind === 'fold') learner.foldIntoAnchor(u, i, r, at);
          else if (kind === 'together') learner.foldInUser(u, [i, (i + 1) % MOVIES], [r, 6 - r]);
          else if (kind === 'correct') learner.correctAnchor(u, i, 6 - r, r);
          else if (kind === 'withdraw' && learner.anchors.implicitCount.get(u) > 0) learner.correctAnchor(u, i, r, null);
          else learner.resetUser(u);
          expectWithinBounds(learner);
        }
        expectFinite(learner);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, number, (n: number) => { u: number; i: number; r: number; time: number }]>([
    ['one user and one film, 5 and 1 in turn', 0.5, (n) => ({ u: 0, i: 0, r: n % 2 === 0 ? 1 : 5, time: n })],
    ['one user at once, all films', 0.5, (n) => ({ u: 0, i: n % MOVIES, r: n % 2 === 0 ? 1 : 5, time: 0 })],
    [
      'all users and films, with times that run backwards',
      0.5,
      (n) => ({ u: n % USERS, i: n % MOVIES, r: (n >> 2) % 2 === 0 ? 1 : 5, time: -1e6 * n }),
    ],
    ['nothing but 5', 0.5, (n) => ({ u: n % USERS, i: n % MOVIES, r: 5, time: Number.NaN })],
    ['factors a hundred times too large', 100, (n) => ({ u: n % USERS, i: (n * 2) % MOVIES, r: n % 2 === 0 ? 1 : 5, time: 1e15 })],
    ['variances at the floor', 1e-7, (n) => ({ u: n % USERS, i: (n * 2) % MOVIES, r: n % 2 === 0 ? 1 : 5, time: n })],
  ])('stays finite and within the bounds over 10,000 hostile ratings: %s', (_, size, next) => {
    const learner = learnerOf(7, size);
    learner.settle(USERS - 1);
    for (let u = 0; u < USERS; u += 1) learner.boundUserRows(u);
    for (let i = 0; i < MOVIES; i += 1) learner.boundMovie(i);
    for (let n = 0; n < 10_000; n += 1) {
      const { u, i, r, time: at } = next(n);
      learner.learnOne(u, i, r, at);
      if (n % 1_000 === 999) expectFinite(learner);
    }
    expectWithinBounds(learner);
    const forecast = learner.predictOne(0, 0, 0, newForecast());
    expect(Object.values(forecast).every(Number.isFinite)).toBe(true);
    expect(forecast.noise).toBeGreaterThan(0);
    expect(forecast.epistemic).toBeGreaterThan(0);
  });
});

describe('predicting', () => {
  it('changes nothing', () => {
    fc.assert(
      fc.property(fc.nat(), rating, fc.oneof(fc.nat(), fc.constant(Number.POSITIVE_INFINITY)), (seed, { u, i, r, time: at }, gap) => {
        const learner = learnerOf(seed);
        learner.learnOne(u, i, r, at);
        const before = everything(learner);
        const first = { ...learner.predictOne(u, i, gap, newForecast()) };
        learner.scoreOf(u, i);
        learner.gapAt(u, 5);
        expect(everything(learner)).toEqual(before);
        expect(learner.predictOne(u, i, gap, newForecast())).toEqual(first);
      }),
    );
  });

  it('forgets the mood as time goes by', () => {
    const learner = learnerOf(3);
    learner.learnOne(0, 0, 5, 100);
    const at = (gap: number) => ({ ...learner.predictOne(0, 1, gap, newForecast()) });
    const tau = VARIATIONAL_RULE.moodDecay;
    expect(at(0).score - at(Infinity).score).toBeCloseTo(learner.users.mood.get(0), 12);
    expect((at(tau).score - at(Infinity).score) * Math.E).toBeCloseTo(learner.users.mood.get(0), 12);
    expect(at(0).moodVariance).toBe(learner.users.moodVariance.get(0));
    expect(at(Infinity).moodVariance).toBe(VARIATIONAL_RULE.moodVariance);
    // A rating of an unknown time, or out of order, is no page: the gap is infinite, or 0.
    expect([learner.gapAt(0, Number.NaN), learner.gapAt(0, 40), learner.gapAt(0, 160), learner.gapAt(1, 100)]).toEqual([
      Infinity,
      0,
      60,
      Infinity,
    ]);
  });
});
