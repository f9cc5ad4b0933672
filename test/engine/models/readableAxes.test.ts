import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MovieRecord } from '../../../src/domain.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { type AxisWords, wordsOfAxes } from '../../../src/engine/models/axisLabels.ts';
import { type AxesInput, fitReadableAxes, positionsOf, type ReadableAxes, splitOnAxes } from '../../../src/engine/models/readableAxes.ts';

const D = 4;

/** Films of two genres: how much a user likes horror and how much musicals are independent, and both are mixed over all factors. */
function planted(users: number, movies: number, seed: number): AxesInput {
  const random = new Random(seed);
  const mixing = Float64Array.from({ length: 2 * D }, () => random.normal());
  const mixed = (a: number, b: number) => Array.from({ length: D }, (_, f) => a * mixing[f]! + b * mixing[D + f]! + 0.01 * random.normal());
  const inverse = pseudoInverse(mixing);
  const records: MovieRecord[] = [];
  const q: number[] = [];
  for (let i = 0; i < movies; i += 1) {
    const isHorror = i % 2 === 0;
    const strength = 0.5 + random.uniform();
    records.push({ id: `m${i}`, title: `M${i}`, year: 1990 + (i % 5), genres: [isHorror ? 'Horror' : 'Musical'] });
    const [a, b] = isHorror ? [2 * strength, 0] : [0, strength];
    q.push(...Array.from({ length: D }, (_, f) => a * inverse[f]! + b * inverse[D + f]!));
  }
  const p = Array.from({ length: users }, () => mixed(random.normal(), random.normal())).flat();
  const ratingCounts = Float64Array.from({ length: movies }, (_, i) => 10 + (i % 7));
  return { width: D, users: Float64Array.from(p), movies: Float64Array.from(q), ratingCounts, records };
}

/** Rows v with v_a · m_b = 1 for a = b, else 0. */
function pseudoInverse(m: Float64Array): Float64Array {
  const dot = (a: number, b: number) => Array.from({ length: D }, (_, f) => m[a * D + f]! * m[b * D + f]!).reduce((sum, x) => sum + x, 0);
  const [aa, ab, bb] = [dot(0, 0), dot(0, 1), dot(1, 1)];
  const det = aa * bb - ab * ab;
  return Float64Array.from({ length: 2 * D }, (_, at) => {
    const f = at % D;
    return at < D ? (bb * m[f]! - ab * m[D + f]!) / det : (aa * m[D + f]! - ab * m[f]!) / det;
  });
}

const INPUT = planted(300, 60, 3);
const AXES = fitReadableAxes(INPUT);

describe('the split on readable axes', () => {
  it('adds up to p·q, for factors that the fit did not see and degenerate ones too', () => {
    const factor = fc.double({ min: -5, max: 5, noNaN: true });
    const vector = fc.array(factor, { minLength: D, maxLength: D }).map((values) => Float64Array.from(values));
    const degenerate = fitReadableAxes({ ...INPUT, users: new Float64Array(300 * D).fill(0.5) });
    const flat = fitReadableAxes({ ...INPUT, users: INPUT.users.map((value, at) => (at % D < 2 ? value : 1)) });
    expect([degenerate.axes, flat.axes]).toEqual([0, 2]);
    fc.assert(
      fc.property(vector, vector, fc.constantFrom(AXES, degenerate, flat), (p, q, axes) => {
        const { constant, user, movie, positions, loadings, rest } = splitOnAxes(axes, p, q);
        const sum = positions.reduce((total, position, f) => total + position * loadings[f]!, constant + user + movie + rest);
        const product = p.reduce((total, value, f) => total + value * q[f]!, 0);
        expect(Math.abs(sum - product)).toBeLessThan(1e-12);
      }),
    );
  });

  it('leaves nothing over where users differ in every direction', () => {
    for (let u = 0; u < 50; u += 1) {
      const p = INPUT.users.subarray(u * D, (u + 1) * D);
      const { rest } = splitOnAxes(AXES, p, INPUT.movies.subarray(0, D));
      expect(Math.abs(rest)).toBeLessThan(1e-9);
    }
  });
});

describe('readable axes', () => {
  it('place users with variance 1 and without correlation', () => {
    const n = 300;
    const rows = Array.from({ length: n }, (_, u) => positionsOf(AXES, INPUT.users.subarray(u * D, (u + 1) * D)));
    for (let f = 0; f < AXES.axes; f += 1) {
      for (let g = 0; g <= f; g += 1) {
        const product = rows.reduce((sum, row) => sum + row[f]! * row[g]!, 0) / n;
        expect(product).toBeCloseTo(f === g ? 1 : 0, 8);
      }
    }
  });

  it('are the tastes that were planted, named after their genres, the one that moves ratings most first', () => {
    const [horror, musical] = AXES.described;
    expect([horror!.label, musical!.label].map((label) => label.split(' against ').sort().join())).toEqual([
      'Horror,Musical',
      'Horror,Musical',
    ]);
    const isHorror = (i: number) => i % 2 === 0;
    // The first axis tells horror films apart by how much of it they are, the second musicals.
    const ends = (order: Int32Array) => [order.slice(0, 10), order.slice(-10)].map((films) => [...films].filter(isHorror).length);
    expect(Math.max(...ends(horror!.order))).toBe(10);
    expect(Math.min(...ends(musical!.order))).toBe(0);
    expect(horror!.share).toBeGreaterThan(musical!.share);
    expect(horror!.share + musical!.share).toBeGreaterThan(0.99);
    expect(horror!.strength).toBeGreaterThan(2);
  });

  it('are the same when users come in another order, and when they are made again', () => {
    const order = new Random(1).shuffle(Array.from({ length: 300 }, (_, u) => u));
    const users = Float64Array.from(order.flatMap((u) => [...INPUT.users.subarray(u * D, (u + 1) * D)]));
    const again = fitReadableAxes({ ...INPUT, users });
    // The other two axes are the noise of the plan, of which nothing is left in the movies.
    const told = ({ described }: ReadableAxes) => described.slice(0, 2).map(({ label, order: films }) => [label, [...films]]);
    expect(told(again)).toEqual(told(AXES));
    for (let at = 0; at < 2 * D; at += 1) expect(again.movieMap[at]!).toBeCloseTo(AXES.movieMap[at]!, 6);
    expect(fitReadableAxes(INPUT)).toEqual(AXES);
  });

  it('point to where the largest loadings are', () => {
    AXES.described.forEach(({ order }, f) => {
      const loading = (i: number) => splitOnAxes(AXES, INPUT.users.subarray(0, D), INPUT.movies.subarray(i * D, (i + 1) * D)).loadings[f]!;
      expect(Math.abs(loading(order[0]!))).toBeGreaterThanOrEqual(Math.abs(loading(order.at(-1)!)));
      expect(loading(order[0]!)).toBeGreaterThan(loading(order.at(-1)!));
    });
  });

  it.each([
    [19, false],
    [20, true],
  ])('with %d films of ten ratings or more are turned: %s', (enough, isTurned) => {
    const { movieMap } = fitReadableAxes({ ...INPUT, ratingCounts: INPUT.ratingCounts.map((_, i) => (i < enough ? 10 : 9)) });
    // Principal directions are at right angles; Λ^½ Vᵀ turned is not.
    const product = movieMap.subarray(0, D).reduce((sum, value, f) => sum + value * movieMap[D + f]!, 0);
    expect(Math.abs(product) > 1e-6).toBe(isTurned);
  });

  it('are unnamed where nothing goes with them', () => {
    const records = INPUT.records.map((record) => ({ ...record, genres: [], year: null }));
    const { described } = fitReadableAxes({ ...INPUT, records, ratingCounts: new Float64Array(60).fill(20) });
    expect(described.map(({ label, strength, genres }) => ({ label, strength, genres }))).toEqual(
      described.map(() => ({ label: 'unnamed', strength: 0, genres: [] })),
    );
  });

  it('are none without users, without movies, or without factors', () => {
    const none = new Float64Array(0);
    expect(fitReadableAxes({ ...INPUT, users: none }).axes).toBe(0);
    expect(fitReadableAxes({ width: 0, users: none, movies: none, ratingCounts: none, records: [] }).axes).toBe(0);
    expect(
      fitReadableAxes({ ...INPUT, movies: none, ratingCounts: none, records: [] }).described.every(({ order }) => order.length === 0),
    ).toBe(true);
    expect(fitReadableAxes({ ...INPUT, users: INPUT.users.subarray(0, D) }).axes).toBe(0);
  });
});

describe('the words of an axis', () => {
  const films = 200;
  const count = (i: number) => 1 + 5 * i;

  /** Of one axis with these loadings and a little noise; every fourth film has the same genre and decade. */
  function words(loading: (i: number) => number, of: { genres?: readonly string[][]; years?: readonly number[] }): AxisWords {
    const random = new Random(4);
    const records = Array.from({ length: films }, (_, i) => ({
      id: `m${i}`,
      title: `M${i}`,
      year: of.years?.[i % 4] ?? null,
      genres: of.genres?.[i % 4] ?? [],
    }));
    const loadings = Float64Array.from({ length: films }, (_, i) => loading(i) + 0.1 * random.normal());
    return wordsOfAxes({
      loadings,
      axes: 1,
      named: 1,
      records,
      ratingCounts: Float64Array.from({ length: films }, (_, i) => count(i)),
    })[0]!;
  }

  const fame = (i: number) => Math.log1p(count(i));

  it('are fame where nothing else tells the ends apart, whichever end has it', () => {
    expect(words(fame, {})).toMatchObject({ high: 'well-known films', low: 'little-known films' });
    expect(words((i) => -fame(i), {})).toMatchObject({ high: 'little-known films', low: 'well-known films' });
  });

  it('are as strong as what they name, however strong the fame that they leave out', () => {
    const genres = [['Drama'], ['Comedy'], [], []];
    const difference = (i: number) => [0.3, -0.3, 0, 0][i % 4]!;
    const plain = words(difference, { genres });
    const withFame = words((i) => difference(i) + fame(i), { genres });
    expect(withFame.label).toBe('Drama against Comedy');
    expect(withFame.strength / plain.strength).toBeGreaterThan(0.5);
    expect(withFame.strength / plain.strength).toBeLessThan(1.5);
  });

  it('say what the other end is unlike where one end has nothing of its own', () => {
    const one = (i: number) => (i % 4 === 0 ? 1 : 0);
    expect(words(one, { genres: [['Drama'], [], [], []] })).toMatchObject({ high: 'Drama', low: 'films unlike Drama', genres: ['Drama'] });
    expect(words((i) => -one(i), { genres: [['Drama'], [], [], []] })).toMatchObject({
      high: 'films unlike Drama',
      low: 'Drama',
      genres: [],
    });
    // A film without a year is of no decade.
    expect(words(one, { years: [1994] })).toMatchObject({ high: 'films of the 1990s', low: 'films unlike those of the 1990s' });
  });

  it('put a genre and a decade together, and the years before 1960 into one era', () => {
    const signs = [1, 0, 0, -1];
    expect(words((i) => signs[i % 4]!, { genres: [['Western'], [], [], ['Sci-Fi']], years: [1939, 1972, 1972, 1985] })).toMatchObject({
      high: 'Western of the years before 1960',
      low: 'Sci-Fi of the 1980s',
    });
  });
});
