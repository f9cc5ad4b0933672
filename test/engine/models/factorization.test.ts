import { describe, expect, it } from 'vitest';
import type { MovieRecord, UserRecord } from '../../../src/domain.ts';
import { featureMatrix } from '../../../src/engine/data/featureMatrix.ts';
import { type RatingTable, selectRows } from '../../../src/engine/data/ratingTable.ts';
import type { SideRow } from '../../../src/engine/data/sideFeatures.ts';
import { sparsePair } from '../../../src/engine/data/sparse.ts';
import { checkerboard, rankTwo } from '../../../src/engine/data/syntheticRatings.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { newBlock } from '../../../src/engine/models/factorBlock.ts';
import type { FactorizationFit } from '../../../src/engine/models/factorization.ts';
import { factorizationData } from '../../../src/engine/models/factorizationData.ts';
import { fitVariational, updateHyper, VARIATIONAL_DEFAULTS } from '../../../src/engine/models/variational.ts';
import { updateWeights } from '../../../src/engine/models/weightUpdate.ts';

const NOBODY: UserRecord = { id: '', age: null, gender: null, occupation: null };

interface TableParts {
  readonly users: readonly Partial<UserRecord>[];
  readonly movies: readonly Partial<MovieRecord>[];
  readonly rows: readonly (readonly [u: number, i: number, r: number])[];
}

function tableOf({ users, movies, rows }: TableParts): RatingTable {
  return {
    scale: { min: 1, max: 5, step: null },
    users: users.map((user, u) => ({ ...NOBODY, id: `u${u}`, ...user })),
    movies: movies.map((movie, i) => ({ id: `m${i}`, title: `Movie ${i}`, year: null, genres: [], ...movie })),
    u: Int32Array.from(rows, ([u]) => u),
    i: Int32Array.from(rows, ([, i]) => i),
    r: Float64Array.from(rows, ([, , r]) => r),
    time: new Float64Array(rows.length).fill(Number.NaN),
  };
}

function fitted(table: RatingTable, options: Partial<typeof VARIATIONAL_DEFAULTS> = {}, seed = 1): FactorizationFit {
  return fitVariational(factorizationData(table).data, { ...VARIATIONAL_DEFAULTS, ...options }, new Random(seed));
}

/** m0 + b_u + c_i + p_u·q_i, not clipped. */
function score({ factors, m0, users, movies }: FactorizationFit, u: number, i: number): number {
  const K = factors + 1;
  let s = m0 + users.mean[u * K + factors]! + movies.mean[i * K + factors]!;
  for (let f = 0; f < factors; f += 1) s += users.mean[u * K + f]! * movies.mean[i * K + f]!;
  return s;
}

function rmse(model: FactorizationFit, table: RatingTable): number {
  const squares = table.r.map((r, t) => (r - score(model, table.u[t]!, table.i[t]!)) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/** Every number of a fit. */
function numbers({ m0, noiseVariance, users, movies }: FactorizationFit): number[] {
  return [
    m0,
    noiseVariance,
    ...[users, movies].flatMap((side) => Object.values(side).flatMap((array: Float64Array | null) => [...(array ?? [])])),
  ];
}

function expectSound(model: FactorizationFit): void {
  expect(numbers(model).every(Number.isFinite)).toBe(true);
  for (const { variance, ownVariance, sideVariance } of [model.users, model.movies]) {
    for (const array of [variance, ownVariance, sideVariance]) expect(array.every((v) => v > 0)).toBe(true);
  }
}

function split(table: RatingTable, share: number, seed: number): { train: RatingTable; test: RatingTable } {
  const rows = new Random(seed).shuffle([...table.r.keys()]);
  const cut = Math.floor(rows.length * share);
  return { train: selectRows(table, rows.slice(0, cut)), test: selectRows(table, rows.slice(cut)) };
}

describe('the variational factorization', () => {
  it('recovers a rank-2 matrix without noise on held-out cells to an RMSE of 1e-5, where the ratings vary by more than .4', () => {
    const { train, test } = split(rankTwo(60, 50, 2), 0.7, 1);
    const mean = test.r.reduce((sum, r) => sum + r, 0) / test.r.length;
    const spread = Math.sqrt(test.r.reduce((sum, r) => sum + (r - mean) ** 2, 0) / test.r.length);
    expect(spread).toBeGreaterThan(0.4);
    expect(rmse(fitted(train), test)).toBeLessThan(1e-5);
  });

  it('sees the pattern of a checkerboard from two thirds of its cells', () => {
    const { train, test } = split(checkerboard(24, 20), 2 / 3, 2);
    expect(rmse(fitted(train), test)).toBeLessThan(0.05);
  });

  it('gives the same bits for the same seed, and others for another', () => {
    const { train } = split(rankTwo(20, 20, 3), 0.6, 1);
    const one = numbers(fitted(train, {}, 5));
    expect(numbers(fitted(train, {}, 5))).toEqual(one);
    expect(numbers(fitted(train, {}, 6))).not.toEqual(one);
  });

  it('says in each sweep how far it is, with a noise that falls', () => {
    const { train } = split(rankTwo(60, 50, 2), 0.7, 1);
    const seen: number[][] = [];
    fitVariational(factorizationData(train).data, VARIATIONAL_DEFAULTS, new Random(1), (...sweep) => seen.push(sweep));
    expect(seen.map(([sweep, sweeps]) => [sweep, sweeps])).toEqual(Array.from({ length: 40 }, (_, sweep) => [sweep + 1, 40]));
    const losses = seen.map(([, , loss]) => loss!);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 1_000);
    // The noise is what is left of the ratings and the doubt of the factors: at least the training error.
    for (const [, , loss, error] of seen) expect(loss!).toBeGreaterThan(error! ** 2 * 0.999);
  });

  describe('of nodes without ratings', () => {
    // Movies of genre A are rated 1 higher than those of genre B by everybody; the last two movies and user are unrated.
    const random = new Random(4);
    const users = Array.from({ length: 40 }, (_, u): Partial<UserRecord> => (u === 39 ? { age: 30 } : { age: 20 + (u % 2) * 40 }));
    const movies = Array.from({ length: 42 }, (_, i): Partial<MovieRecord> => ({ genres: [i % 2 === 0 ? 'A' : 'B'] }));
    const rows = Array.from({ length: 39 * 40 }, (_, pair) => [Math.floor(pair / 40), pair % 40] as const)
      .filter(() => random.uniform() < 0.5)
      .map(([u, i]) => [u, i, (i % 2 === 0 ? 3.5 : 2.5) + 0.3 * random.normal()] as const);
    const model = fitted(tableOf({ users, movies, rows }));
    const K = model.factors + 1;

    it('starts each from its group mean and what its side features say', () => {
      for (const [side, node, columns] of [
        [model.movies, 40, [0]],
        [model.movies, 41, [1]],
        [model.users, 39, [3]], // age 30: the bucket from 30 to 34, which nobody else is in
      ] as const) {
        for (let f = 0; f < K; f += 1) {
          const prior = columns.reduce((sum, column) => sum + side.sideMean[column * K + f]!, side.ownMean[f]!);
          // The group mean is learned after the nodes of a sweep, so that they hold the one before it.
          expect(side.mean[node * K + f]).toBeCloseTo(prior, 2);
          const doubt = columns.reduce((sum, column) => sum + side.sideVariance[column * K + f]!, side.ownVariance[f]!);
          expect(side.variance[node * K + f]! / doubt).toBeCloseTo(1, 2);
        }
      }
    });

    it('predicts a new movie by its genre', () => {
      for (let u = 0; u < 40; u += 1) expect(score(model, u, 40) - score(model, u, 41)).toBeGreaterThan(0.8);
    });

    it('doubts a node without ratings more than one with many', () => {
      const bias = K - 1;
      expect(model.users.variance[39 * K + bias]!).toBeGreaterThan(3 * model.users.variance[0 * K + bias]!);
      expect(model.movies.variance[40 * K + bias]!).toBeGreaterThan(1.2 * model.movies.variance[0 * K + bias]!);
    });
  });
});

describe('one coordinate update', () => {
  // Two users, three movies; both users share one side feature; ratings (0,0), (0,2), (1,0), (1,1), (1,2).
  const u = Int32Array.of(0, 0, 1, 1, 1);
  const i = Int32Array.of(0, 2, 0, 1, 2);
  const { byUser, byMovie } = sparsePair(u, i, 2, 3);
  const side: SideRow[] = [
    { columns: [0], x: [0.8] },
    { columns: [0], x: [0.5] },
  ];
  const features = featureMatrix(byUser, byMovie, side, { sizes: [1], columns: 1 });
  const q = Float64Array.of(0.9, -0.4, 0.3);
  const vq = Float64Array.of(0.05, 0.02, 0.1);
  const beta = 1.7;
  const start = { factors: 1, initialSpread: 0.1, initialVariance: 0.001, initialPrecision: 5 };

  function block() {
    const made = newBlock(features, byUser, start, new Random(3));
    made.mu[0]!.set([0.3, -0.1, 0.2]);
    made.lambda[0]!.set([4, 6, 2]);
    return made;
  }

  /** x of user `user` and feature j. */
  function x(user: number, j: number): number {
    for (let z = features.ptr[j]!; z < features.ptr[j + 1]!; z += 1) if (features.rows[z] === user) return features.x[z]!;
    return 0;
  }

  /** The expected negative log posterior as a function of the weights of column 0: what each update minimises over one of them. */
  function loss(W: ArrayLike<number>, target: ArrayLike<number>, made: ReturnType<typeof block>): number {
    let sum = 0;
    for (let t = 0; t < u.length; t += 1) {
      let p = 0;
      for (let j = 0; j < features.features; j += 1) p += x(u[t]!, j) * W[j]!;
      // E over q of (target − p q)²: the variance of p adds nothing that depends on the weights' means.
      sum += (beta / 2) * ((target[t]! - p * q[i[t]!]!) ** 2 + p * p * vq[i[t]!]!);
    }
    for (let j = 0; j < features.features; j += 1) {
      const g = features.group[j]!;
      sum += (made.lambda[0]![g]! / 2) * (W[j]! - made.mu[0]![g]!) ** 2;
    }
    return sum;
  }

  /** Sums A and B by plain loops, moves the weights, and lets the residuals follow. */
  function update(made: ReturnType<typeof block>, e: Float64Array): void {
    made.A.fill(0);
    made.B.fill(0);
    made.change.fill(0);
    u.forEach((user, t) => {
      made.A[user]! += q[i[t]!]! ** 2 + vq[i[t]!]!;
      made.B[user]! += q[i[t]!]! * e[t]! - vq[i[t]!]! * made.mean[0]![user]!;
    });
    updateWeights(made, 0, beta, null);
    u.forEach((user, t) => {
      e[t]! -= made.change[user]! * q[i[t]!]!;
    });
  }

  it('puts each weight where the expected loss is least, given the ones before it, and its variance at 1/curvature', () => {
    const made = block();
    const e = Float64Array.of(0.5, -0.7, 1.1, 0.2, -0.3);
    const target = e.map((value, t) => value + made.mean[0]![u[t]!]! * q[i[t]!]!); // rating less everything but this column
    const W = Float64Array.from(made.W[0]!);
    update(made, e);

    for (let j = 0; j < features.features; j += 1) {
      // A parabola in W_j: three points give its least value and its curvature.
      const at = (value: number) => loss(W.with(j, value), target, made);
      const curvature = at(1) - 2 * at(0) + at(-1);
      const least = (at(-1) - at(1)) / (2 * curvature);
      expect(made.W[0]![j]).toBeCloseTo(least, 10);
      expect(made.varianceW[0]![j]).toBeCloseTo(1 / curvature, 10);
      W[j] = least;
    }
    for (let user = 0; user < 2; user += 1) {
      const all = Array.from({ length: features.features }, (_, j) => j);
      expect(made.mean[0]![user]).toBeCloseTo(
        all.reduce((sum, j) => sum + x(user, j) * W[j]!, 0),
        10,
      );
      expect(made.variance[0]![user]).toBeCloseTo(
        all.reduce((sum, j) => sum + x(user, j) ** 2 * made.varianceW[0]![j]!, 0),
        10,
      );
    }
    e.forEach((value, t) => {
      expect(value).toBeCloseTo(target[t]! - made.mean[0]![u[t]!]! * q[i[t]!]!, 10);
    });
  });

  it('comes, repeated, to the solution of the normal equations', () => {
    const made = block();
    const e = Float64Array.of(0.5, -0.7, 1.1, 0.2, -0.3);
    const target = e.map((value, t) => value + made.mean[0]![u[t]!]! * q[i[t]!]!);
    for (let round = 0; round < 2_000; round += 1) update(made, e);
    // (beta Σ (q² + v_q) x xᵀ + Λ) W = beta Σ q target x + Λ mu
    const n = features.features;
    for (let j = 0; j < n; j += 1) {
      const lambda = made.lambda[0]![features.group[j]!]!;
      let left = lambda * made.W[0]![j]!;
      let right = lambda * made.mu[0]![features.group[j]!]!;
      for (let t = 0; t < u.length; t += 1) {
        const weight = q[i[t]!]! ** 2 + vq[i[t]!]!;
        for (let k = 0; k < n; k += 1) left += beta * weight * x(u[t]!, j) * x(u[t]!, k) * made.W[0]![k]!;
        right += beta * q[i[t]!]! * target[t]! * x(u[t]!, j);
      }
      expect(left).toBeCloseTo(right, 10);
    }
  });

  it('learns mu and lambda of a group by hand arithmetic, from rated nodes alone', () => {
    const three = sparsePair(u, i, 3, 3); // user 2 has rated nothing
    const wider = featureMatrix(three.byUser, three.byMovie, [...side, { columns: [], x: [] }], { sizes: [1], columns: 1 });
    const made = newBlock(wider, three.byUser, start, new Random(3));
    made.W[0]!.set([0.6, 0.2, 77, 9, 9, 9, 0.4]);
    made.varianceW[0]!.set([0.1, 0.3, 77, 1, 1, 1, 0.5]);
    updateHyper(made, 0);
    // Own group: n 2, mu = .8/3; lambda = 3/(1 + (.6 − mu)² + .1 + (.2 − mu)² + .3 + mu²).
    const mu = 0.8 / 3;
    expect(made.mu[0]![0]).toBeCloseTo(mu, 12);
    expect(made.lambda[0]![0]).toBeCloseTo(3 / (1 + (0.6 - mu) ** 2 + 0.1 + (0.2 - mu) ** 2 + 0.3 + mu * mu), 12);
    // Side group: n 1, mu = .2; lambda = 2/(1 + .04 + .5 + .04).
    expect(made.mu[0]![2]).toBeCloseTo(0.2, 12);
    expect(made.lambda[0]![2]).toBeCloseTo(2 / 1.58, 12);
  });
});

describe('a fit is finite and has variances above 0', () => {
  const GENRES = Array.from({ length: 30 }, (_, genre) => `genre ${genre}`);
  const random = new Random(8);
  const rated = (users: number, movies: number, rating: () => number) =>
    Array.from({ length: users * movies }, (_, pair) => [Math.floor(pair / movies), pair % movies, rating()] as const);

  it.each<[string, TableParts]>([
    ['all ratings equal', { users: Array(6).fill({}), movies: Array(7).fill({}), rows: rated(6, 7, () => 3) }],
    ['one user and one movie', { users: [{}], movies: [{}], rows: [[0, 0, 5]] }],
    ['no ratings', { users: [{}, {}], movies: [{}], rows: [] }],
    [
      'a movie of 30 genres',
      {
        users: Array(5).fill({}),
        movies: [{ genres: GENRES }, {}, { genres: ['genre 3'] }],
        rows: rated(5, 3, () => 1 + 4 * random.uniform()),
      },
    ],
    [
      'users without age, gender or occupation beside one with all',
      {
        users: [{}, { age: 44, gender: 'F', occupation: 'writer' }, {}],
        movies: Array(4).fill({}),
        rows: rated(3, 4, () => 1 + 4 * random.uniform()),
      },
    ],
    [
      'only the two ends of the scale',
      { users: Array(9).fill({}), movies: Array(9).fill({}), rows: rated(9, 9, () => (random.uniform() < 0.5 ? 1 : 5)) },
    ],
  ])('of %s', (_, parts) => {
    expectSound(fitted(tableOf(parts)));
  });

  it('of a user with 5,000 ratings', () => {
    const movies = 5_000;
    const users = [{}, {}, {}];
    const rows = Array.from({ length: movies }, (_, i) => [0, i, 1 + (i % 9) / 2] as const);
    const model = fitted(tableOf({ users, movies: Array(movies).fill({}), rows: [...rows, [1, 0, 5], [2, 1, 1]] }), { sweeps: 6 });
    expectSound(model);
  });
});
