import { describe, expect, it } from 'vitest';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { ListProperties } from '../../../src/engine/evaluation/listProperties.ts';

const GENRES = [['War'], ['War', 'Drama'], ['Comedy'], []];

/** Ten movies; the first of them rated by as many users as there are in `counts`. */
function tableOf(counts: readonly number[]): RatingTable {
  const i = counts.flatMap((count, movie) => Array.from({ length: count }, () => movie));
  return {
    scale: { min: 1, max: 5, step: 1 },
    users: [],
    movies: Array.from({ length: 10 }, (_, movie) => ({ id: `m${movie}`, title: `M${movie}`, year: null, genres: GENRES[movie] ?? [] })),
    u: new Int32Array(i.length),
    i: Int32Array.from(i),
    r: new Float64Array(i.length).fill(3),
    time: new Float64Array(i.length),
  };
}

describe('what lists show', () => {
  it('agrees with hand arithmetic', () => {
    const properties = new ListProperties(tableOf([9, 4, 6, 1, 10])); // a third of 30 ratings: movie 4 alone holds it
    properties.add([0, 1, 2]);
    properties.add([4, 3]);
    const { coverage, meanPopularity, longTailShare, genreSimilarity } = properties.summary();
    expect(coverage).toBe(5 / 10);
    expect(meanPopularity).toBe((9 + 4 + 6 + 10 + 1) / 5);
    expect(longTailShare).toBe(4 / 5);
    // War and War with Drama share one genre of 1 x 2; the other pairs share none.
    expect(genreSimilarity).toBeCloseTo((1 / Math.SQRT2 / 3 + 0) / 2, 12);
  });

  it('takes the lower index into the head of equally rated movies', () => {
    const properties = new ListProperties(tableOf([2, 2, 2, 2])); // one of four holds a quarter, two hold half
    properties.add([0, 1, 2, 3]);
    expect(properties.summary().longTailShare).toBe(2 / 4);
  });

  it('is the more novel the fewer users have rated what is shown', () => {
    // Four users: movie 0 is known to all, movie 1 to two, movie 2 to one, movie 3 to nobody, which counts as one.
    const rows = [0, 1, 2, 3].map((u) => [u, 0] as const);
    const pairs = [...rows, [0, 1], [1, 1], [0, 2]] as const;
    const table = tableOf(new Array(pairs.length).fill(1));
    const train = { ...table, u: Int32Array.from(pairs, ([u]) => u), i: Int32Array.from(pairs, ([, i]) => i) };
    const properties = new ListProperties(train);
    properties.add([0, 1, 2, 3]);
    expect(properties.summary().novelty).toBeCloseTo((0 + 1 + 2 + 2) / 4, 12);
  });

  it('has no figures for no lists', () => {
    expect(new ListProperties(tableOf([1])).summary()).toEqual({
      coverage: 0,
      meanPopularity: null,
      longTailShare: null,
      novelty: null,
      genreSimilarity: null,
    });
  });
});
