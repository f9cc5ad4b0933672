import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Learner, newForecast } from '../../../src/engine/online/learner.ts';
import { type RuleConstants, SAMPLED_RULE, VARIATIONAL_RULE } from '../../../src/engine/online/rule.ts';

interface Step {
  movie: number;
  rating: number;
  time: number;
  before: { mean: number; epistemic_with_mood: number; variance: number };
  after: {
    p: number[];
    user_bias: number;
    v_p: number[];
    v_user_bias: number;
    mood: number;
    v_mood: number;
    eta_user: number;
    q: number[];
    movie_bias: number;
    v_q: number[];
    v_movie_bias: number;
    eta_movie: number;
    g0: number;
    c1: number;
    c2: number;
    implicit_sum: number[];
    implicit_count: number;
  };
}

const worked = JSON.parse(readFileSync(new URL('../../fixtures/online-rule.json', import.meta.url), 'utf8'));
const DIGITS = 7;

const WIDE = { vector: 100, bias: 100 };

/** Some of the hand-sized variances lie beyond their bounds, which have tests of their own and are wide here. */
function startState(rule: RuleConstants): Learner {
  const { start } = worked;
  const learner = new Learner(2, { ...rule, knownUser: WIDE, knownMovie: WIDE });
  learner.reserveUsers(1);
  learner.m0 = start.m0;
  learner.noiseVariance = rule.gainNoise * start.noise_variance;
  learner.users.p.put([...start.p, start.user_bias]);
  learner.users.v.put([...start.v_p, start.v_user_bias]);
  learner.users.moodVariance.set(0, rule.moodVariance);
  learner.users.last.set(0, Number.NaN);
  learner.users.implicitSum.put(start.implicit_sum);
  learner.users.implicitCount.set(0, start.implicit_count);
  learner.context.priorVariance.put(start.V0_user);
  for (const [i, movie] of start.movies.entries()) {
    learner.reserveMovies(i + 1);
    learner.movies.q.write(i, Float64Array.of(...movie.q, movie.bias));
    learner.movies.v.write(i, Float64Array.of(...movie.v_q, movie.v_bias));
    learner.movies.implicit.write(i, Float64Array.from(movie.implicit));
    learner.movies.priorVariance.write(i, Float64Array.from(movie.V0));
  }
  return learner;
}

function close(actual: ArrayLike<number>, expected: number[]): void {
  expected.forEach((value, f) => {
    expect(actual[f]).toBeCloseTo(value, DIGITS);
  });
}

describe('the online rule, worked through by hand-sized numbers', () => {
  it.each([
    ['variational', 'in pairs', VARIATIONAL_RULE],
    ['variational', 'plainly', VARIATIONAL_RULE],
    ['sampled', 'in pairs', SAMPLED_RULE],
    ['sampled', 'plainly', SAMPLED_RULE],
  ])('predicts and learns the four ratings of the %s member, %s, to 1e-7', (member, way, rule) => {
    const learner = startState(rule);
    for (const step of worked[member] as Step[]) {
      const i = step.movie;
      const forecast = learner.predictOne(0, i, learner.gapAt(0, step.time), newForecast());
      expect(forecast.score).toBeCloseTo(step.before.mean, DIGITS);
      expect(forecast.epistemic).toBeCloseTo(step.before.epistemic_with_mood, DIGITS);
      expect(forecast.epistemic + forecast.noise).toBeCloseTo(step.before.variance, DIGITS);

      if (way === 'plainly') learner.learnPlainly(0, i, step.rating, step.time, true);
      else learner.learnOne(0, i, step.rating, step.time);
      const { after } = step;
      close(learner.users.p.read(0), [...after.p, after.user_bias]);
      close(learner.users.v.read(0), [...after.v_p, after.v_user_bias]);
      close([learner.users.mood.get(0), learner.users.moodVariance.get(0)], [after.mood, after.v_mood]);
      close(learner.movies.q.read(i), [...after.q, after.movie_bias]);
      close(learner.movies.v.read(i), [...after.v_q, after.v_movie_bias]);
      close([learner.context.eta.get(0), learner.movies.eta.get(i)], [after.eta_user, after.eta_movie]);
      close([learner.g0, learner.c1, learner.c2], [after.g0, after.c1, after.c2]);
      close(learner.users.implicitSum.read(0), after.implicit_sum);
      expect(learner.users.implicitCount.get(0)).toBe(after.implicit_count);
    }
  });
});
