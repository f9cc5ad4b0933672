import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../src/domain.ts';
import type { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { recommend } from '../../../src/engine/ranking/recommend.ts';
import { drawScores } from '../../../src/engine/ranking/thompson.ts';
import { applyAll, fittedTo, logOf, rated, stateOf, syntheticTable } from '../online/support.ts';
import { request } from './requests.ts';

const TABLE = syntheticTable({ users: 25, movies: 60, ratings: 600 }, 8);

function fresh(): LiveModel {
  const model = fittedTo(logOf(TABLE));
  applyAll(model, [rated('ann', 'm3', 5, 4e9), rated('ann', 'm9', 2, 4e9 + 1)]);
  return model;
}

const MODEL = fresh();
const rowsOf = (strategy: Strategy, userId = 'ann', given = {}, model = MODEL) =>
  recommend(model, userId, request({ strategy, n: 60, ...given }));
const idsOf = (strategy: Strategy, userId = 'ann', given = {}, model = MODEL) =>
  rowsOf(strategy, userId, given, model).map(({ prediction }) => prediction.movieId);

describe('every strategy', () => {
  it.each(['RELEVANCE', 'EXPECTED', 'UPPER_CONFIDENCE', 'THOMPSON'] as const)(
    '%s sorts by its ranking score and shows the same prediction',
    (strategy) => {
      const rows = rowsOf(strategy);
      rows.forEach(({ rankingScore }, row) => {
        if (row > 0) expect(rankingScore).toBeLessThanOrEqual(rows[row - 1]!.rankingScore);
      });
      const expected = new Map(rowsOf('EXPECTED').map((row) => [row.prediction.movieId, row]));
      expect(rows).toHaveLength(expected.size);
      for (const { prediction, relevance } of rows) {
        const other = expected.get(prediction.movieId)!;
        expect([prediction.score, prediction.variance, relevance]).toEqual([
          other.prediction.score,
          other.prediction.variance,
          other.relevance,
        ]);
      }
    },
  );

  it.each(['RELEVANCE', 'EXPECTED', 'UPPER_CONFIDENCE', 'THOMPSON'] as const)(
    '%s answers the same twice, changes nothing, and keeps its first rows when more are wanted',
    (strategy) => {
      const before = stateOf(MODEL);
      for (const given of [{}, { popularity: 0.25 }, { diversity: 0.3 }, { popularity: 0.5, diversity: 0.2 }]) {
        const all = idsOf(strategy, 'u3', given);
        expect(idsOf(strategy, 'u3', given)).toEqual(all);
        expect(idsOf(strategy, 'u3', { ...given, n: 7 })).toEqual(all.slice(0, 7));
      }
      expect(stateOf(MODEL)).toEqual(before);
    },
  );

  it('orders differently from the others', () => {
    const orders = (['RELEVANCE', 'EXPECTED', 'UPPER_CONFIDENCE', 'THOMPSON'] as const).map((strategy) => idsOf(strategy, 'u3').join());
    expect(new Set(orders).size).toBe(4);
  });
});

describe('RELEVANCE', () => {
  it('sorts by relevance', () => {
    for (const { rankingScore, relevance } of rowsOf('RELEVANCE', 'u3')) expect(rankingScore).toBe(relevance);
  });

  it('is the default order of nobody in particular: films that most like, for a stranger', () => {
    const [first] = idsOf('RELEVANCE', 'stranger');
    const { mean } = MODEL.relevance!.fit.population;
    expect(first).toBe(TABLE.movies[mean.indexOf(Math.max(...mean))]!.id);
  });

  it('alone listens to popularity', () => {
    expect(idsOf('EXPECTED', 'u3', { popularity: 2 })).toEqual(idsOf('EXPECTED', 'u3'));
    expect(idsOf('RELEVANCE', 'u3', { popularity: 2 })).not.toEqual(idsOf('RELEVANCE', 'u3'));
  });
});

describe('UPPER_CONFIDENCE', () => {
  it('adds one epistemic standard deviation to the score', () => {
    for (const { prediction, rankingScore } of rowsOf('UPPER_CONFIDENCE', 'u3')) {
      const score = prediction.explain().contributions.reduce((sum, { kind, value }) => sum + (kind === 'LIMIT' ? 0 : value), 0);
      expect(rankingScore).toBeCloseTo(score + Math.sqrt(prediction.epistemicVariance), 9);
    }
    const bold = recommend(MODEL, 'u3', request({ strategy: 'UPPER_CONFIDENCE' }), 3);
    for (const { prediction, rankingScore } of bold)
      expect(rankingScore).toBeGreaterThan(prediction.score + 2.9 * Math.sqrt(prediction.epistemicVariance) - 1e-9);
  });
});

describe('THOMPSON', () => {
  it("draws anew after each of the user's ratings, and not after those of others", () => {
    const model = fresh();
    const before = rowsOf('THOMPSON', 'u3', {}, model).map(({ rankingScore }) => rankingScore);
    applyAll(model, [rated('ann', 'm20', 4, 5e9)]);
    const others = new Map(rowsOf('THOMPSON', 'u3', {}, model).map((row) => [row.prediction.movieId, row.rankingScore]));
    // Only the film that somebody else has rated has moved.
    const known = new Map(rowsOf('THOMPSON', 'u3').map((row) => [row.prediction.movieId, row.rankingScore]));
    for (const [id, score] of others) if (id !== 'm20') expect(score).toBe(known.get(id));
    const unrated = idsOf('EXPECTED', 'u3', {}, model)[0]!;
    applyAll(model, [rated('u3', unrated, 3, 5e9 + 1)]);
    expect(rowsOf('THOMPSON', 'u3', {}, model).map(({ rankingScore }) => rankingScore)).not.toEqual(before);
  });

  it('draws the same for a film whatever the filter', () => {
    const all = new Map(rowsOf('THOMPSON', 'u3').map((row) => [row.prediction.movieId, row.rankingScore]));
    const filtered = rowsOf('THOMPSON', 'u3', { filter: { genresAny: ['War'] } });
    expect(filtered.length).toBeGreaterThan(5);
    for (const { prediction, rankingScore } of filtered) expect(rankingScore).toBe(all.get(prediction.movieId));
  });

  it('draws from the posterior: mean and variance of many draws are those of the factorization without noise', () => {
    const model = fresh();
    const u = model.rowOfUser('u3');
    const i = 7;
    const draws = Array.from(
      { length: 4000 },
      (_, key) => drawScores(model, Int32Array.of(i), { u, userId: `key ${key}`, model: 'MF' })[0]!,
    );
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    // Members are drawn independently and averaged: a quarter of the sum of two variances.
    const members = [...model.members.values()].map(({ learner }) =>
      learner.predictOne(u, i, Number.POSITIVE_INFINITY, { score: 0, epistemic: 0, moodVariance: 0, noise: 0, moodLeft: 0 }),
    );
    const expected = members.reduce((sum, { epistemic, moodVariance }) => sum + (epistemic - moodVariance) / members.length ** 2, 0);
    expect(Math.abs(mean - model.scoresBelowHead(u, Int32Array.of(i), 'MF')[0]!)).toBeLessThan(4 * Math.sqrt(expected / draws.length));
    expect(variance / expected).toBeGreaterThan(0.9);
    expect(variance / expected).toBeLessThan(1.1);
  });
});
