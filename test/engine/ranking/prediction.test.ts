import { describe, expect, it } from 'vitest';
import type { RatingScale } from '../../../src/domain.ts';
import { syntheticRatings } from '../../../src/engine/data/syntheticRatings.ts';
import { normalDensity } from '../../../src/engine/math/gaussian.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { type LiveModel, MEMBER_RULES } from '../../../src/engine/online/liveModel.ts';
import { ModelPrediction, type PredictionRecord, predictRating } from '../../../src/engine/ranking/prediction.ts';
import { applyAll, fittedTo, logOf, rated } from '../online/support.ts';

const SCALES: readonly RatingScale[] = [
  { min: 1, max: 5, step: 0.5 },
  { min: 0.5, max: 5, step: 0.5 },
  { min: 0, max: 100, step: null },
];
const USERS = 60;
const MOVIES = 80;

/** A model of the same tastes on another scale; one user is so enthusiastic, and one so severe, that their scores need clipping. */
function modelOn(scale: RatingScale): LiveModel {
  const { table } = syntheticRatings({ users: USERS, movies: MOVIES, ratings: 3_000, taste: 0.9, noise: 0.4 }, 6);
  const onScale = (r: number) => scale.min + ((r - 1) / 4) * (scale.max - scale.min);
  const model = fittedTo(logOf({ ...table, scale, r: table.r.map(onScale) }));
  applyAll(model, [rated('new', 'm1', onScale(5), 3e9), rated('u3', 'new film', onScale(1.5), 3e9 + 3)]);
  for (const { learner } of model.members.values()) {
    const { p } = learner.users;
    p.set(1, p.get(1, learner.factors) + 2.5, learner.factors);
    p.set(2, p.get(2, learner.factors) - 2.5, learner.factors);
  }
  return model;
}

/** Users and movies known, new and unknown. */
function pairs(count: number): [string, string][] {
  const random = new Random(2);
  return Array.from({ length: count }, () => [
    ['new', 'stranger', ...Array.from({ length: USERS }, (_, u) => `u${u}`)][random.below(USERS + 2)]!,
    ['new film', 'nothing', ...Array.from({ length: MOVIES }, (_, i) => `m${i}`)][random.below(MOVIES + 2)]!,
  ]);
}

/** A prediction with only a score and a doubt. */
function plain(score: number, variance: number, scale: RatingScale): ModelPrediction {
  const record: PredictionRecord = {
    userId: 'u',
    movieId: 'm',
    model: 'MF',
    sequence: 0,
    basis: 'LEARNED',
    scale,
    score,
    epistemicVariance: 0.25 * variance,
    aleatoricVariance: 0.75 * variance,
  };
  return new ModelPrediction(record, () => ({ summary: '', contributions: [] }));
}

describe.each(SCALES)('a prediction on $min to $max', (scale) => {
  const model = modelOn(scale);
  const all = [...pairs(200), ...Array.from({ length: MOVIES }, (_, i): [string, string] => [`u${1 + (i % 2)}`, `m${i}`])];
  const predictions = all.map(([userId, movieId]) => predictRating(model, userId, movieId));

  it('explains itself by parts that add up to the score, clipped ones too', () => {
    let clipped = 0;
    for (const prediction of predictions) {
      const { contributions } = prediction.explain();
      expect(Math.abs(contributions.reduce((sum, { value }) => sum + value, 0) - prediction.score)).toBeLessThan(1e-9);
      const limit = contributions.find(({ kind }) => kind === 'LIMIT')!.value;
      if (Math.abs(limit) > 1e-9) clipped += 1;
      expect(Math.abs(limit) > 1e-9).toBe(prediction.score === scale.min || prediction.score === scale.max);
    }
    expect(clipped).toBeGreaterThan(10);
    expect(predictions.length - clipped).toBeGreaterThan(100);
  });

  it('names mean, user, movie, the readable axes, other tastes and limit, each once and in this order', () => {
    const { contributions } = predictions[0]!.explain();
    const axes = model.axes!.described;
    expect(axes.length).toBeGreaterThan(3);
    expect(contributions.map(({ kind }) => kind)).toEqual(['MEAN', 'USER', 'MOVIE', ...axes.map(() => 'FACTOR'), 'FACTOR', 'LIMIT']);
    const factors = contributions.filter(({ kind }) => kind === 'FACTOR');
    expect(factors.map(({ factor }) => factor?.index ?? null)).toEqual([...axes.keys(), null]);
    expect(factors.map(({ label }) => label)).toEqual([...axes.map(({ label }) => label), 'other tastes']);
  });

  it('stays as it is when the model learns', () => {
    const moving = modelOn(scale);
    const prediction = predictRating(moving, 'u1', 'm1');
    const same = predictRating(moving, 'u1', 'm1')
      .explain()
      .contributions.map(({ value }) => value);
    applyAll(moving, [rated('u1', 'm1', scale.min, 4e9), rated('u1', 'm2', scale.max, 4e9 + 9)]);
    expect(prediction.explain().contributions.map(({ value }) => value)).toEqual(same);
    const later = predictRating(moving, 'u1', 'm1')
      .explain()
      .contributions.map(({ value }) => value);
    expect(later).not.toEqual(same);
  });

  it('says what it rests on', () => {
    const basis = (userId: string, movieId: string) => predictRating(model, userId, movieId).basis;
    expect([
      basis('u1', 'm1'),
      basis('new', 'new film'),
      basis('stranger', 'm1'),
      basis('u1', 'nothing'),
      basis('stranger', 'nothing'),
    ]).toEqual(['LEARNED', 'LEARNED', 'COLD_USER', 'COLD_MOVIE', 'COLD_BOTH']);
  });

  it('has doubt in two parts that make the whole, more of it epistemic where less is known', () => {
    for (const prediction of predictions) {
      expect(prediction.variance).toBe(prediction.epistemicVariance + prediction.aleatoricVariance);
      expect(prediction.standardDeviation).toBe(Math.sqrt(prediction.variance));
      expect(Math.min(prediction.epistemicVariance, prediction.aleatoricVariance)).toBeGreaterThan(0);
    }
    const epistemic = (userId: string) => predictRating(model, userId, 'm5').epistemicVariance;
    expect(epistemic('stranger')).toBeGreaterThan(epistemic('u5'));
    expect(epistemic('stranger')).toBeGreaterThan(epistemic('new'));
  });

  it('says the same on every scale, in its own points', () => {
    const stars = modelOn(SCALES[0]!);
    const points = (scale.max - scale.min) / 4;
    for (const [at, [userId, movieId]] of all.slice(0, 60).entries()) {
      const onStars = predictRating(stars, userId, movieId);
      expect((predictions[at]!.score - scale.min) / points).toBeCloseTo(onStars.score - 1, 9);
      expect(predictions[at]!.epistemicVariance / points ** 2).toBeCloseTo(onStars.epistemicVariance, 9);
      expect(predictions[at]!.aleatoricVariance / points ** 2).toBeCloseTo(onStars.aleatoricVariance, 9);
      expect(predictions[at]!.confidence).toBeCloseTo(onStars.confidence, 9);
    }
  });
});

describe('a prediction by several members', () => {
  const { table } = syntheticRatings({ users: 30, movies: 40, ratings: 600 }, 6);
  const log = logOf(table);
  const names = Object.keys(MEMBER_RULES);
  const [both, ...each] = [names, ...names.map((name) => [name])].map((members) => {
    const model = fittedTo(log, members);
    applyAll(model, [rated('new', 'm1', 5, 3e9), rated('u3', 'm2', 1, 3e9 + 3), rated('u3', 'm5', 2, 3e9 + 5)]);
    return model;
  });

  it('has the mean of their scores and the mean of their variances, each having learned from its own error', () => {
    expect(each.length).toBeGreaterThan(1);
    for (const [userId, movieId] of pairs(60)) {
      const whole = both!.predict(both!.rowOfUser(userId), both!.rowOfMovie(movieId));
      const own = each.map((model) => model.predict(model.rowOfUser(userId), model.rowOfMovie(movieId)));
      for (const part of ['score', 'epistemic', 'aleatoric'] as const) {
        expect(whole[part]).toBeCloseTo(own.reduce((sum, one) => sum + one[part], 0) / own.length, 12);
      }
    }
  });

  it('explains itself by parts of all of them, which add up', () => {
    for (const [userId, movieId] of pairs(60)) {
      const prediction = predictRating(both!, userId, movieId);
      const { contributions } = prediction.explain();
      expect(contributions.filter(({ kind }) => kind === 'FACTOR')).toHaveLength(both!.axes!.described.length + 1);
      expect(Math.abs(contributions.reduce((sum, { value }) => sum + value, 0) - prediction.score)).toBeLessThan(1e-9);
    }
  });
});

describe('an interval', () => {
  const scale = { min: 0, max: 100, step: null };

  it.each([
    [0.5, 0.674_489_750_196],
    [0.8, 1.281_551_565_545],
    [0.9, 1.644_853_626_951],
    [0.95, 1.959_963_984_54],
    [0.999, 3.290_526_731_492],
  ])('of level %d reaches %d standard deviations to each side', (level, deviations) => {
    const interval = plain(50, 25, scale).interval(level);
    expect(interval.level).toBe(level);
    expect(interval.high - 50).toBeCloseTo(5 * deviations, 9);
    expect(50 - interval.low).toBeCloseTo(5 * deviations, 9);
  });

  it('ends where the scale ends', () => {
    expect(plain(97, 25, scale).interval(0.9)).toMatchObject({ high: 100 });
    expect(plain(97, 25, scale).interval(0.9).low).toBeGreaterThan(80);
    expect(plain(2, 25, scale).interval(0.9)).toMatchObject({ low: 0 });
    expect(plain(50, 1e6, scale).interval(0.9)).toEqual({ low: 0, high: 100, level: 0.9 });
  });
});

describe('confidence', () => {
  it.each([
    [{ min: 1, max: 5, step: 0.5 }, 0.7, 0.5],
    [{ min: 0.5, max: 5, step: 0.5 }, 1.3, 0.5625],
    [{ min: 0, max: 100, step: null }, 4, 12.5],
  ] as const)('on %o with variance %d is the mass of the density within %d points of the score', (scale, variance, half) => {
    const std = Math.sqrt(variance);
    const cells = 10_000;
    let mass = 0;
    for (let cell = 0; cell < cells; cell += 1) {
      const x = -half + ((cell + 0.5) * 2 * half) / cells;
      mass += (normalDensity(x / std) / std) * ((2 * half) / cells);
    }
    expect(plain(3, variance, scale).confidence).toBeCloseTo(mass, 7);
  });
});
