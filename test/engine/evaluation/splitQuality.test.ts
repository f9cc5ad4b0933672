import { describe, expect, it } from 'vitest';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { overFolds } from '../../../src/engine/evaluation/folds.ts';
import { evaluateSplit } from '../../../src/engine/evaluation/split.ts';
import { joinedPredictions, joinedRows, splitQuality, squaredErrors, testRows } from '../../../src/engine/evaluation/splitQuality.ts';
import { type EvaluatedModel, familyOfOne } from '../../../src/engine/models/model.ts';

/** Ratings [user, movie, rating] over 4 users and 14 movies. */
function tableOf(rows: readonly (readonly [number, number, number])[]): RatingTable {
  return {
    scale: { min: 1, max: 5, step: 1 },
    users: Array.from({ length: 4 }, (_, u) => ({ id: `u${u}`, age: null, gender: null, occupation: null })),
    movies: Array.from({ length: 14 }, (_, i) => ({ id: `m${i}`, title: `Movie ${i}`, year: null, genres: [] })),
    u: Int32Array.from(rows, (row) => row[0]),
    i: Int32Array.from(rows, (row) => row[1]),
    r: Float64Array.from(rows, (row) => row[2]),
    time: new Float64Array(rows.length).fill(Number.NaN),
  };
}

const TRAIN = tableOf([
  [0, 0, 3],
  [0, 1, 4],
  [1, 0, 5],
]);
const TEST = tableOf([
  [0, 2, 5], // cold movie, shown: a low index is ranked first
  [1, 1, 1], // shown
  [2, 0, 3], // cold user, shown, though nothing that the user rated is liked
  [3, 13, 4], // cold user, cold movie, not shown
]);

/** Predicts 3 with a deviation of 1. */
function constant(variance: number | null): EvaluatedModel {
  return { fit: () => {}, learnOne: () => {}, predictOne: () => ({ mean: 3, variance }), rankingScore: (_, i) => -i };
}

async function resultOf(variance: number | null) {
  const results = await evaluateSplit(
    familyOfOne('it', constant(variance), () => 0),
    TRAIN,
    TEST,
  );
  return results.get('it')!;
}

describe('the quality on a split', () => {
  it('agrees with hand arithmetic: as a whole, on what would be recommended, and on what nothing was known of', async () => {
    const { predictions, lists } = await resultOf(1);
    const quality = splitQuality(testRows(TRAIN, TEST), predictions);
    expect(quality.accuracy.rmse).toBeCloseTo(Math.sqrt((4 + 4 + 0 + 1) / 4), 12);
    expect([...predictions.shown]).toEqual([1, 1, 1, 0]);
    expect(quality.topTen).toMatchObject({ ratings: 3, predicted: 1, bias: 0 });
    expect(quality.topTen!.observed).toBeCloseTo(Math.sqrt(8 / 3), 12);
    expect(quality.coldUsers).toMatchObject({ ratings: 2, rmse: Math.sqrt(1 / 2) });
    expect(quality.coldMovies).toMatchObject({ ratings: 2, rmse: Math.sqrt(5 / 2) });
    expect(lists.users).toBe(2); // users 0 and 3 like something
    expect(lists.mrrAt10).toBeCloseTo((1 + 0) / 2, 12); // movie 2 is the first that user 0 has not seen
  });

  it('has no doubt to judge where the model has none', async () => {
    const { predictions } = await resultOf(null);
    const quality = splitQuality(testRows(TRAIN, TEST), predictions);
    expect(quality).toMatchObject({ topTen: null, byDoubt: null, byActivity: null, coldUsers: { ratings: 2, nll: null } });
  });

  it('is over all folds at once what it is over one test', async () => {
    const { predictions } = await resultOf(1);
    const rows = testRows(TRAIN, TEST);
    const twice = splitQuality(joinedRows([rows, rows]), joinedPredictions([predictions, predictions]));
    const once = splitQuality(rows, predictions);
    expect(twice.accuracy).toMatchObject({ ratings: 8, rmse: once.accuracy.rmse, crps: once.accuracy.crps });
    expect(twice.topTen).toMatchObject({ ratings: 6, observed: once.topTen!.observed });
    expect([...squaredErrors(rows, predictions)]).toEqual([4, 4, 0, 1]);
  });
});

describe('folds', () => {
  it('have a mean and its standard error', () => {
    // s = √((1 + 0 + 1)/2) = 1
    expect(overFolds([1, 2, 3])).toEqual({ mean: 2, standardError: expect.closeTo(1 / Math.sqrt(3), 12) });
    expect(overFolds([4])).toEqual({ mean: 4, standardError: null });
    expect(overFolds([4, null])).toBeNull();
    expect(overFolds([])).toBeNull();
  });
});
