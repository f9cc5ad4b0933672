import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { Learner } from '../../../src/engine/online/learner.ts';
import type { Field } from '../../../src/engine/online/nodeRecords.ts';
import { type RuleConstants, SAMPLED_RULE, VARIATIONAL_RULE } from '../../../src/engine/online/rule.ts';

const USERS = 6;
const MOVIES = 9;

/** A learner whose rows say something of everything. @param size scale of the prior variances */
function learnerOf(factors: number, rule: RuleConstants, size: number): Learner {
  const random = new Random(factors);
  const learner = new Learner(factors, rule);
  const { users, context, movies } = learner;
  const fill = (field: Field, count: number, draw: () => number) => field.put(Float64Array.from({ length: count * field.width }, draw));
  learner.reserveUsers(USERS);
  learner.noiseVariance = 0.7;
  for (const [rows, count] of [
    [{ mean: users.p, v: users.v, implicit: users.implicitSum, V0: context.priorVariance, eta: context.eta }, USERS],
    [{ mean: movies.q, v: movies.v, implicit: movies.implicit, V0: movies.priorVariance, eta: movies.eta }, MOVIES],
  ] as const) {
    fill(rows.V0, count, () => size * (0.1 + random.uniform()));
    fill(rows.v, count, () => 0.1 * size * random.uniform());
    fill(rows.mean, count, () => 0.5 * Math.sqrt(size) * random.normal());
    fill(rows.implicit, count, () => 0.1 * Math.sqrt(size) * random.normal());
    fill(rows.eta, count, () => 0.3 * random.normal());
  }
  fill(users.moodVariance, USERS, () => rule.moodVariance);
  fill(users.last, USERS, () => Number.NaN);
  fill(users.implicitCount, USERS, () => random.below(3));
  return learner;
}

/** Everything that ratings change. */
function learned({ users, context, movies, g0, c1, c2 }: Learner) {
  const ofUsers = Object.entries<Field>({ ...users }).map(([name, field]) => [name, [...field.take(USERS)]]);
  const factors = { ...Object.fromEntries(ofUsers), q: [...movies.q.take(MOVIES)], vq: [...movies.v.take(MOVIES)] };
  const noise: Record<string, number[]> = {
    etaUser: [...context.eta.take(USERS)],
    etaMovie: [...movies.eta.take(MOVIES)],
    shared: [g0, c1, c2],
  };
  return { factors, noise };
}

/** Ratings by the page, hours apart, at unknown times and out of order. */
function ratings(count: number): { u: number; i: number; r: number; time: number }[] {
  const random = new Random(2);
  let time = 1e9;
  return Array.from({ length: count }, () => {
    time += random.uniform() < 0.1 ? 5_000 * random.uniform() : random.below(30);
    const told = [time, time, time, time - 100, Number.NaN][random.below(5)]!;
    return { u: random.below(USERS), i: random.below(MOVIES), r: 1 + 4 * random.uniform(), time: told };
  });
}

describe('learning in pairs', () => {
  it.each([
    ['variational', VARIATIONAL_RULE, 10, 0.3],
    ['sampled', SAMPLED_RULE, 10, 0.3],
    ['of two factors', VARIATIONAL_RULE, 2, 0.3],
    ['with means and variances at their bounds', VARIATIONAL_RULE, 4, 1e-5],
  ])('is the plain rule over 500 ratings, bit for bit, and its noise terms to 1e-12: %s', (_, rule, factors, size) => {
    const inPairs = learnerOf(factors, rule, size);
    const plain = learnerOf(factors, rule, size);
    for (const { u, i, r, time } of ratings(500)) {
      inPairs.learnOne(u, i, r, time);
      plain.learnPlainly(u, i, r, time, true);
    }
    const [actual, expected] = [learned(inPairs), learned(plain)];
    expect(actual.factors).toEqual(expected.factors);
    for (const [name, values] of Object.entries(expected.noise)) {
      actual.noise[name]!.forEach((term, at) => {
        expect(Math.abs(term - values[at]!), `${name} ${at}: ${term}, not ${values[at]}`).toBeLessThan(1e-12);
      });
    }
  });

  it('is the same, bit for bit, wherever the records lie', () => {
    const [small, large] = [learnerOf(10, VARIATIONAL_RULE, 0.3), learnerOf(10, VARIATIONAL_RULE, 0.3)];
    ratings(60).forEach(({ u, i, r, time }, at) => {
      if (at % 20 === 10) large.reserveUsers(100 * at);
      if (at % 20 === 15) large.reserveMovies(100 * at);
      small.learnOne(u, i, r, time);
      large.learnOne(u, i, r, time);
    });
    expect(learned(large)).toEqual(learned(small));
  });

  it('takes an even number of factors', () => {
    expect(() => new Learner(3, VARIATIONAL_RULE)).toThrow(/even number of factors; 3 is odd/);
  });
});

describe('scoring in pairs', () => {
  it.each([2, 10, 16])(
    'gives all movies the scores that each has by itself, to the same bits, also after records have moved: %i factors',
    (factors) => {
      const learner = learnerOf(factors, VARIATIONAL_RULE, 0.3);
      const movies = Int32Array.from({ length: MOVIES }, (_, i) => i);
      for (const weight of [1, 0.5]) {
        for (let u = 0; u < USERS; u += 1) {
          const scores = new Float64Array(MOVIES).fill(0.25);
          learner.addScores(u, movies, weight, scores);
          expect([...scores]).toEqual([...movies].map((i) => 0.25 + weight * learner.scoreOf(u, i)));
        }
        learner.reserveMovies(3 * MOVIES);
      }
      const some = Int32Array.of(1, 4, 7);
      const scores = new Float64Array(3);
      learner.addScores(2, some, 1, scores);
      expect([...scores]).toEqual([...some].map((i) => learner.scoreOf(2, i)));
    },
  );
});
