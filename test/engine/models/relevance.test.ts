import { describe, expect, it } from 'vitest';
import type { MovieRecord } from '../../../src/domain.ts';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { vocabularyOf } from '../../../src/engine/data/sideFeatures.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { coveredMovies, EASE_DEFAULTS, fitEase, gramOf } from '../../../src/engine/models/ease.ts';
import { gradedMatrix, gradeOf } from '../../../src/engine/models/grades.ts';
import { fitImplicitAls, foldIn, IMPLICIT_ALS_DEFAULTS } from '../../../src/engine/models/implicitAls.ts';
import { conditionOn, fitPopulation, priorMean } from '../../../src/engine/models/population.ts';
import { fitRelevance } from '../../../src/engine/models/relevance.ts';
import { syntheticTable } from '../online/support.ts';

/** Two camps: half of the users rate films of the first half high, the others those of the second half. */
function camps(users: number, movies: number): RatingTable {
  const rows: [number, number, number][] = [];
  const random = new Random(3);
  for (let u = 0; u < users; u += 1) {
    for (let i = 0; i < movies; i += 1) {
      const own = u < users / 2 === i < movies / 2;
      if (own && random.uniform() < 0.5) rows.push([u, i, 4 + random.below(2)]);
    }
  }
  const movie = (_: unknown, i: number): MovieRecord => ({
    id: `m${i}`,
    title: `M${i}`,
    year: null,
    genres: [i < movies / 2 ? 'War' : 'Comedy'],
  });
  return {
    scale: { min: 1, max: 5, step: 1 },
    users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, age: null, gender: u < users / 2 ? 'F' : 'M', occupation: null })),
    movies: Array.from({ length: movies }, movie),
    u: Int32Array.from(rows, ([u]) => u),
    i: Int32Array.from(rows, ([, i]) => i),
    r: Float64Array.from(rows, ([, , r]) => r),
    time: Float64Array.from(rows, (_, t) => t),
  };
}

const TABLE = camps(40, 20);
const X = gradedMatrix(TABLE);
const COVERED = coveredMovies(X, EASE_DEFAULTS);
const G = gramOf(X, COVERED);

describe('grades', () => {
  it('are .1, .2, .4, .8 and 1.2 at whole stars, in proportion between them, and end there', () => {
    expect([1, 2, 3, 4, 5].map(gradeOf)).toEqual([0.1, 0.2, 0.4, 0.8, 1.2]);
    expect(gradeOf(4.5)).toBeCloseTo(1, 12);
    expect(gradeOf(2.25)).toBeCloseTo(0.25, 12);
    expect([gradeOf(0), gradeOf(7)]).toEqual([0.1, 1.2]);
  });
});

describe('EASE', () => {
  const { W, movies } = fitEase(G, COVERED, EASE_DEFAULTS);
  const n = movies.length;

  it('solves its ridge regression: the gradient of the loss is 0 off the diagonal, the diagonal is 0', () => {
    // (G + λI) W = G off the diagonal of each column up to a multiple of the identity: (G + λI)(I − W) is diagonal.
    for (let a = 0; a < n; a += 1) {
      expect(W[a * n + a]).toBe(0);
      for (let b = 0; b < n; b += 1) {
        if (a === b) continue;
        let s = 0;
        for (let q = 0; q < n; q += 1) {
          const ridge = G[a * n + q]! + (a === q ? EASE_DEFAULTS.lambda : 0);
          s += ridge * ((q === b ? 1 : 0) - W[q * n + b]!);
        }
        expect(Math.abs(s)).toBeLessThan(1e-4);
      }
    }
  });

  it('finds that films of one camp speak for each other, and not for those of the other', () => {
    const mean = (from: number, to: number) => {
      let [sum, count] = [0, 0];
      for (let a = 0; a < n; a += 1) {
        for (let b = 0; b < n; b += 1) {
          if (a === b || (a < n / 2 ? 0 : 1) !== from || (b < n / 2 ? 0 : 1) !== to) continue;
          sum += W[a * n + b]!;
          count += 1;
        }
      }
      return sum / count;
    };
    for (const camp of [0, 1]) expect(mean(camp, camp)).toBeGreaterThan(10 * Math.abs(mean(camp, 1 - camp)));
  });

  it('covers the most rated films where there are many', () => {
    const few = coveredMovies(X, { ...EASE_DEFAULTS, mostCovered: 10, coveredOfMany: 5 });
    const counts = TABLE.movies.map((_, i) => TABLE.i.filter((movie) => movie === i).length);
    const least = Math.min(...Array.from(few, (i) => counts[i]!));
    expect(few).toHaveLength(5);
    expect([...few]).toEqual([...few].sort((a, b) => a - b));
    expect(counts.filter((count) => count > least).length).toBeLessThan(5);
  });
});

describe('implicit ALS', () => {
  const options = { ...IMPLICIT_ALS_DEFAULTS, factors: 6, sweeps: 60 };
  const fit = fitImplicitAls(X, options, new Random(1));
  const ratingsOf = (u: number) => {
    const rows = Array.from(TABLE.u.keys()).filter((t) => TABLE.u[t] === u);
    return { i: rows.map((t) => TABLE.i[t]!), c: rows.map((t) => gradeOf(TABLE.r[t]!)) };
  };

  it('folds a user in where the gradient of the loss is 0', () => {
    const k = options.factors;
    for (const u of [0, 7, 33]) {
      const { i, c } = ratingsOf(u);
      const { z } = foldIn(fit, i, c, fit.vectors);
      for (let f = 0; f < k; f += 1) {
        let gradient = fit.ridge * Math.sqrt(i.length + fit.unseen) * z[f]!;
        for (let j = 0; j < TABLE.movies.length; j += 1) {
          const score = z.reduce((sum, value, g) => sum + value * fit.vectors[j * k + g]!, 0);
          const place = i.indexOf(j);
          const pull = place < 0 ? 0 : c[place]! * (score - 1);
          gradient += fit.vectors[j * k + f]! * (options.unseenWeight * score + pull);
        }
        expect(Math.abs(gradient)).toBeLessThan(1e-6);
      }
    }
  });

  it('scores films of the own camp above those of the other', () => {
    const k = options.factors;
    for (const u of [3, 25]) {
      const { i, c } = ratingsOf(u);
      const { z } = foldIn(fit, i, c, fit.vectors);
      const scores = TABLE.movies.map((_, j) => z.reduce((sum, value, f) => sum + value * fit.vectors[j * k + f]!, 0));
      const own = scores.filter((_, j) => j < 10 === u < 20);
      const other = scores.filter((_, j) => j < 10 !== u < 20);
      expect(Math.min(...own)).toBeGreaterThan(Math.max(...other));
    }
  });

  it('is the same for the same seed', () => {
    expect(fitImplicitAls(X, options, new Random(1)).vectors).toEqual(fit.vectors);
    expect(fitImplicitAls(X, options, new Random(2)).vectors).not.toEqual(fit.vectors);
  });
});

describe('the population', () => {
  const vocabulary = vocabularyOf(TABLE.users, TABLE.movies);
  const sides = TABLE.users.map(({ gender }) => ({ columns: [9 + vocabulary.genders.indexOf(gender!)], x: [1] }));
  const population = fitPopulation(X, COVERED, G, sides, 11);

  it('expects of a stranger the mean grade of everybody, unseen films counted as 0', () => {
    const prior = priorMean(population, { columns: [], x: [] });
    TABLE.movies.forEach((_, i) => {
      const sum = Array.from(TABLE.r.keys()).reduce((total, t) => total + (TABLE.i[t] === i ? gradeOf(TABLE.r[t]!) : 0), 0);
      expect(prior[i]).toBeCloseTo(sum / TABLE.users.length, 6);
    });
  });

  it('expects more of the own camp from what is known of the user', () => {
    const prior = priorMean(population, sides[0]!);
    const plain = priorMean(population, { columns: [], x: [] });
    for (let i = 0; i < 20; i += 1) expect(prior[i]! > plain[i]!).toBe(i < 10);
  });

  it('learns from an answer what covariance says: a film of one camp speaks for that camp, not having seen it against', () => {
    const loved = priorMean(population, { columns: [], x: [] });
    const before = loved.slice();
    conditionOn(population, COVERED, loved, [2], [1.2]);
    const unseen = before.slice();
    conditionOn(population, COVERED, unseen, [2], [0]);
    for (const i of [0, 1, 5]) {
      expect(loved[i]!).toBeGreaterThan(before[i]!);
      expect(unseen[i]!).toBeLessThan(before[i]!);
    }
    for (const i of [12, 15]) expect(loved[i]!).toBeLessThan(before[i]!);
    // One answer, by hand: x̂_2 = m + C/(C + .1) (x − m).
    const C = population.covariance[2 * 20 + 2]!;
    expect(loved[2]).toBeCloseTo(before[2]! + (C / (C + 0.1)) * (1.2 - before[2]!), 6);
  });

  it('asks each question once, and first the one whose answer removes most variance', () => {
    expect([...population.questions].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    const gain = (j: number) => {
      let sum = 0;
      for (let k = 0; k < 20; k += 1) sum += population.covariance[j * 20 + k]! ** 2;
      return sum / (population.covariance[j * 20 + j]! + 0.1);
    };
    const gains = Array.from({ length: 20 }, (_, j) => gain(j));
    expect(gains[population.questions[0]!]).toBeCloseTo(Math.max(...gains), 6);
  });
});

describe('relevance', () => {
  it('is the same fit for the same ratings and seed, of a table without ratings too', () => {
    const table = syntheticTable({ users: 25, movies: 30, ratings: 300 }, 2);
    const vocabulary = vocabularyOf(table.users, table.movies);
    expect(fitRelevance(table, vocabulary, new Random(5))).toEqual(fitRelevance(table, vocabulary, new Random(5)));
    const empty = { ...table, u: new Int32Array(0), i: new Int32Array(0), r: new Float64Array(0), time: new Float64Array(0) };
    expect(fitRelevance(empty, vocabulary, new Random(5)).ease.W.every((w) => w === 0)).toBe(true);
  });
});
