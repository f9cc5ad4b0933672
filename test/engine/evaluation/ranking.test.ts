import { describe, expect, it } from 'vitest';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { bestMovies, discountedGain, RankingQuality, rankedUsers, relevantFrom } from '../../../src/engine/evaluation/ranking.ts';
import type { EvaluatedModel } from '../../../src/engine/models/model.ts';

/** Ratings [user, movie, rating] over 3 users and 14 movies. */
function tableOf(rows: readonly (readonly [number, number, number])[]): RatingTable {
  return {
    scale: { min: 1, max: 5, step: 1 },
    users: Array.from({ length: 3 }, (_, u) => ({ id: `u${u}`, age: null, gender: null, occupation: null })),
    movies: Array.from({ length: 14 }, (_, i) => ({ id: `m${i}`, title: `Movie ${i}`, year: null, genres: [] })),
    u: Int32Array.from(rows, (row) => row[0]),
    i: Int32Array.from(rows, (row) => row[1]),
    r: Float64Array.from(rows, (row) => row[2]),
    time: new Float64Array(rows.length).fill(Number.NaN),
  };
}

/** Ranks by a function of user and movie. */
function rankedBy(rankingScore: (u: number, i: number) => number): EvaluatedModel {
  return { fit: () => {}, learnOne: () => {}, predictOne: () => ({ mean: 3, variance: null }), rankingScore };
}

const discount = (rank: number) => 1 / Math.log2(rank + 1);

/** Judges the list of every user that can be judged. */
function rankingQuality(model: EvaluatedModel, train: RatingTable, test: RatingTable) {
  const quality = new RankingQuality();
  for (const { u, relevant, seen } of rankedUsers(train, test)) {
    quality.add(
      bestMovies((i) => model.rankingScore(u, i), train.movies.length, seen),
      relevant,
    );
  }
  return quality.summary();
}

describe('ranking quality', () => {
  it('agrees with hand arithmetic', () => {
    // Higher index first: 13, 12, 11, .. User 0 has rated 13, so that movie 12 has rank 1 and movie 10 rank 3.
    const train = tableOf([[0, 13, 5]]);
    const test = tableOf([
      [0, 10, 4], // relevant, rank 3
      [0, 12, 3], // not relevant
      [0, 0, 5], // relevant, beyond rank 10
      [1, 13, 5], // relevant, rank 1
      [2, 5, 3], // user 2 likes nothing: not counted
    ]);
    const summary = rankingQuality(
      rankedBy((_, i) => i),
      train,
      test,
    );
    expect(summary.users).toBe(2);
    expect(summary.ndcgAt10).toBeCloseTo((discount(3) / (discount(1) + discount(2)) + 1) / 2, 12);
    expect(summary.recallAt10).toBeCloseTo((1 / 2 + 1) / 2, 12);
    expect(summary.precisionAt10).toBeCloseTo((1 / 10 + 1 / 10) / 2, 12);
    expect(summary.mrrAt10).toBeCloseTo((1 / 3 + 1) / 2, 12);
  });

  it('agrees with published worked examples', () => {
    // https://en.wikipedia.org/wiki/Discounted_cumulative_gain, "Example": judged 3, 2, 3, 0, 1, 2; more judged 3 and 2 are not shown.
    expect(discountedGain([3, 2, 3, 0, 1, 2])).toBeCloseTo(6.861, 3);
    expect(discountedGain([3, 3, 3, 2, 2, 2])).toBeCloseTo(8.74, 3);
    // The example of scikit-learn's ndcg_score: relevance 10, 0, 0, 1, 5 under scores .1, .2, .3, 4, 70 makes .69.
    expect(discountedGain([5, 1, 0, 0, 10]) / discountedGain([10, 5, 1, 0, 0])).toBeCloseTo(0.6957, 4);
    // https://en.wikipedia.org/wiki/Mean_reciprocal_rank: the right answer third, second and first make 11/18.
    const quality = new RankingQuality();
    for (const rank of [3, 2, 1]) quality.add([1, 2, 3], new Set([rank]));
    expect(quality.summary().mrrAt10).toBeCloseTo(11 / 18, 12);
    // https://en.wikipedia.org/wiki/Precision_and_recall: 5 of 8 found are dogs, of 12 dogs; here among ten, so that 5 of 10 are.
    const dogs = new RankingQuality();
    dogs.add([0, 1, 2, 3, 4, 20, 21, 22], new Set(Array.from({ length: 12 }, (_, i) => i)));
    expect(dogs.summary()).toMatchObject({ precisionAt10: 5 / 10, recallAt10: 5 / 12 });
  });

  it('has the NDCG of its definition, whatever is found', () => {
    for (let hits = 0; hits < 1024; hits += 1) {
      const list = Array.from({ length: 10 }, (_, row) => row);
      const relevant = new Set(list.filter((row) => (hits >> row) % 2 === 1));
      if (relevant.size === 0) continue;
      const quality = new RankingQuality();
      quality.add(list, relevant);
      let [gain, ideal] = [0, 0];
      for (let rank = 1; rank <= 10; rank += 1) gain += relevant.has(rank - 1) ? discount(rank) : 0;
      for (let rank = 1; rank <= relevant.size; rank += 1) ideal += discount(rank);
      expect(quality.summary().ndcgAt10).toBeCloseTo(gain / ideal, 12);
    }
  });

  it('breaks ties by movie index', () => {
    const first = rankingQuality(
      rankedBy(() => 1),
      tableOf([]),
      tableOf([[0, 1, 5]]),
    );
    expect(first.ndcgAt10).toBeCloseTo(discount(2), 12);
    const beyond = rankingQuality(
      rankedBy(() => 1),
      tableOf([]),
      tableOf([[0, 10, 5]]),
    );
    expect(beyond).toEqual({ users: 1, ndcgAt10: 0, recallAt10: 0, precisionAt10: 0, mrrAt10: 0 });
  });

  it('takes the first ten as ideal when more than ten movies are relevant', () => {
    const test = tableOf(Array.from({ length: 12 }, (_, i) => [0, i, 5] as const));
    const summary = rankingQuality(
      rankedBy((_, i) => -i),
      tableOf([]),
      test,
    );
    expect(summary.ndcgAt10).toBeCloseTo(1, 12);
    expect(summary.recallAt10).toBeCloseTo(10 / 12, 12);
  });

  it('has no candidate among movies rated in the training file', () => {
    const train = tableOf([[0, 3, 2]]);
    expect(
      rankingQuality(
        rankedBy(() => 0),
        train,
        tableOf([[0, 3, 5]]),
      ),
    ).toEqual({ users: 0, ndcgAt10: null, recallAt10: null, precisionAt10: null, mrrAt10: null });
  });

  it('calls a rating relevant from 80 % of the top on', () => {
    expect(relevantFrom({ min: 1, max: 5, step: 1 })).toBe(4);
    expect(relevantFrom({ min: 0.5, max: 5, step: 0.5 })).toBe(4);
    expect(relevantFrom({ min: 0, max: 100, step: null })).toBe(80);
    expect(relevantFrom({ min: -10, max: 0, step: null })).toBe(0);
  });
});
