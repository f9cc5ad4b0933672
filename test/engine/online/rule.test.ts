import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Learner, newForecast } from '../../../src/engine/online/learner.ts';
import { reserve } from '../../../src/engine/online/memberState.ts';
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

function startState(rule: RuleConstants): Learner {
  const { start } = worked;
  const learner = new Learner(2, rule);
  for (const rows of [learner.users, learner.anchors, learner.context, learner.movies]) reserve(rows, 3);
  learner.m0 = start.m0;
  learner.noiseVariance = rule.gainNoise * start.noise_variance;
  learner.users.p.data.set([...start.p, start.user_bias]);
  learner.users.v.data.set([...start.v_p, start.v_user_bias]);
  learner.users.moodVariance.data[0] = rule.moodVariance;
  learner.users.last.data[0] = Number.NaN;
  learner.users.implicitSum.data.set(start.implicit_sum);
  learner.users.implicitCount.data[0] = start.implicit_count;
  learner.context.priorVariance.data.set(start.V0_user);
  for (const [i, movie] of start.movies.entries()) {
    learner.movies.q.data.set([...movie.q, movie.bias], i * 3);
    learner.movies.v.data.set([...movie.v_q, movie.v_bias], i * 3);
    learner.movies.implicit.data.set(movie.implicit, i * 3);
    learner.movies.priorVariance.data.set(movie.V0, i * 3);
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
    ['variational', VARIATIONAL_RULE],
    ['sampled', SAMPLED_RULE],
  ])('predicts and learns the four ratings of the %s member to 1e-7', (member, rule) => {
    const learner = startState(rule);
    for (const step of worked[member] as Step[]) {
      const i = step.movie;
      const forecast = learner.predictOne(0, i, learner.gapAt(0, step.time), newForecast());
      expect(forecast.score).toBeCloseTo(step.before.mean, DIGITS);
      expect(forecast.epistemic).toBeCloseTo(step.before.epistemic_with_mood, DIGITS);
      expect(forecast.epistemic + forecast.noise).toBeCloseTo(step.before.variance, DIGITS);

      learner.learnOne(0, i, step.rating, step.time);
      const { after } = step;
      close(learner.users.p.data, [...after.p, after.user_bias]);
      close(learner.users.v.data, [...after.v_p, after.v_user_bias]);
      close([learner.users.mood.data[0]!, learner.users.moodVariance.data[0]!], [after.mood, after.v_mood]);
      close(learner.movies.q.data.subarray(i * 3), [...after.q, after.movie_bias]);
      close(learner.movies.v.data.subarray(i * 3), [...after.v_q, after.v_movie_bias]);
      close([learner.context.eta.data[0]!, learner.movies.eta.data[i]!], [after.eta_user, after.eta_movie]);
      close([learner.g0, learner.c1, learner.c2], [after.g0, after.c1, after.c2]);
      close(learner.users.implicitSum.data, after.implicit_sum);
      expect(learner.users.implicitCount.data[0]).toBe(after.implicit_count);
    }
  });
});
