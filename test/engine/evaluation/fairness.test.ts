import { describe, expect, it } from 'vitest';
import type { EventBody, FairnessFigures, UserRecord } from '../../../src/domain.ts';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { fairnessOf } from '../../../src/engine/evaluation/fairness.ts';
import { fairnessSummary } from '../../../src/engine/evaluation/fairnessSummary.ts';
import { liveFairness } from '../../../src/engine/evaluation/liveFairness.ts';
import type { ModelAnswers } from '../../../src/engine/models/model.ts';
import { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { statisticsOf } from '../../../src/engine/statistics/statistics.ts';

type Row = readonly [u: number, i: number, r: number];

const GENRES = [['Drama'], ['Drama', 'War'], ['War'], ['Comedy']];

function tableOf(rows: readonly Row[], users: readonly Partial<UserRecord>[], movies = GENRES): RatingTable {
  return {
    scale: { min: 1, max: 5, step: 1 },
    users: users.map((user, u) => ({ id: `u${u}`, age: null, gender: null, occupation: null, ...user })),
    movies: movies.map((genres, i) => ({ id: `m${i}`, title: `Film ${i}`, year: 1985 + 10 * (i % 2), genres })),
    u: Int32Array.from(rows, (row) => row[0]),
    i: Int32Array.from(rows, (row) => row[1]),
    r: Float64Array.from(rows, (row) => row[2]),
    time: new Float64Array(rows.length).fill(Number.NaN),
  };
}

/** Predicts so, and ranks so. */
const answers = (mean: (u: number, i: number) => number, rank: (u: number, i: number) => number): ModelAnswers => ({
  predictOne: (u, i) => ({ mean: mean(u, i), variance: null }),
  rankingScore: rank,
});

const groupOf = ({ groups }: FairnessFigures, attribute: string, group: string) =>
  groups.find((one) => one.attribute === attribute && one.group === group);

describe('fairness on a split', () => {
  const users = [
    { gender: 'F', age: 17 },
    { gender: 'F', age: 18 },
    { gender: 'M', age: 24 },
    { gender: 'M', age: 60 },
  ];
  // Counts 4, 2, 1, 0: movie 0 has 4 of 7 ratings, more than a third, so it alone is the head.
  const train = tableOf(
    [
      [0, 0, 5],
      [1, 0, 4],
      [2, 0, 3],
      [3, 0, 3],
      [0, 1, 1],
      [1, 1, 2],
      [2, 2, 5],
    ],
    users,
  );
  const test = tableOf(
    [
      [0, 2, 4],
      [1, 3, 5],
      [2, 1, 5],
      [3, 1, 1],
    ],
    users,
  );
  // Men are predicted two points too low and three too high.
  const model = answers(
    (u, i) => (u < 2 ? test.r[u]! : i === 1 && u === 2 ? 3 : 4),
    (_, i) => -i,
  );
  const figures = fairnessOf(model, train, test, 0);

  it('has errors and NDCG of each group, by hand', () => {
    expect(groupOf(figures, 'gender', 'F')).toMatchObject({ users: 2, ratings: 2, rmse: 0, rmseLow: 0, rmseHigh: 0 });
    expect(groupOf(figures, 'gender', 'M')).toMatchObject({ users: 2, ratings: 2, rmse: Math.sqrt((4 + 9) / 2), rmseLow: 2, rmseHigh: 3 });
    // Lists without what is rated, by rising index: user 0 has 2, 3; user 1 2, 3; user 2 1, 3; user 3 likes nothing.
    expect(groupOf(figures, 'gender', 'F')!.ndcgAt10).toBeCloseTo((1 + 1 / Math.log2(3)) / 2, 12);
    expect(groupOf(figures, 'gender', 'M')!.ndcgAt10).toBe(1);
    expect(groupOf(figures, 'ageBand', '18-24')).toMatchObject({ users: 2, rmse: Math.sqrt(2) });
    expect(groupOf(figures, 'ageBand', 'under 18')).toBeUndefined(); // one user is no group
    expect(figures.groups.some(({ attribute }) => attribute === 'occupation')).toBe(false);
    // Numbers of ratings 2, 2, 2, 1: only two of the quarters differ, and the lower one has a single user.
    expect(figures.groups.filter(({ attribute }) => attribute === 'activity').map(({ group, users: n }) => [group, n])).toEqual([
      ['2 ratings and more', 3],
    ]);
  });

  it('has what is shown beside what is rated, by hand', () => {
    // Users 0, 1 and 2 get lists of movies with 1, 0 / 1, 0 / 2, 0 ratings; they rated 4, 2 / 4, 2 / 4, 1.
    expect(figures.popularityOfRecommended).toBeCloseTo((0.5 + 0.5 + 1) / 3, 12);
    expect(figures.popularityOfRated).toBeCloseTo((3 + 3 + 2.5) / 3, 12);
    expect(figures.longTailShare).toBe(1);
    // Shown 0, 1, 2, 3 times: (−3 · 0 − 1 · 1 + 1 · 2 + 3 · 3) / (4 · 6).
    expect(figures.gini).toBeCloseTo(10 / 24, 12);
    const exposure = (attribute: string, group: string) =>
      figures.exposure.find((one) => one.attribute === attribute && one.group === group);
    expect(exposure('genre', 'War')).toEqual({
      attribute: 'genre',
      group: 'War',
      movies: 2,
      shareOfRated: 3 / 7,
      shareOfRecommended: 3 / 6,
    });
    expect(exposure('decade', '1990s')).toEqual({
      attribute: 'decade',
      group: '1990s',
      movies: 2,
      shareOfRated: 2 / 7,
      shareOfRecommended: 4 / 6,
    });
  });

  it('says it in plain words', () => {
    expect(figures.summary[0]).toMatch(/0\.7 ratings on average, .* 2\.8: lists lean to less popular movies, by 76 %/);
    expect(figures.summary.join(' ')).toMatch(/100 % of what is shown is long tail.*of what these users rated, 50 %/);
    expect(figures.summary.join(' ')).toContain(
      "The error is 1.803 (RMSE); of groups of at least 10 users, no group's interval lies apart from it.",
    );
    expect(figures.summary.at(-1)).toBe(
      'Errors of 4 ratings that were held back, by 4 users; lists for the 3 of them who like something of it.',
    );
  });

  it('is the same every time', () => {
    expect(fairnessOf(model, train, test, 0)).toEqual(figures);
  });
});

describe('the summary', () => {
  it('names the groups of enough users that are predicted worse or better than all', () => {
    const exposure = {
      ...{ popularityOfRecommended: 5, popularityOfRated: 5, gini: 0.5, coverage: 0.5, longTailShare: 0.5, longTailOfRated: 0.5 },
      byGroup: [],
    };
    const group = (name: string, users: number, rmse: number) => ({
      ...{ attribute: 'occupation', group: name, users, ratings: 9, ndcgAt10: null },
      ...{ rmse, rmseLow: rmse - 0.1, rmseHigh: rmse + 0.1 },
    });
    const groups = [group('nurse', 10, 1.2), group('pilot', 9, 2), group('baker', 30, 0.8), group('clerk', 30, 1.05)];
    const summary = fairnessSummary({ exposure, giniOfRated: 0.6, groups, rmse: 1, basis: 'All.' });
    expect(summary).toContain(
      'The error is 1.000 (RMSE); of groups of at least 10 users, worse predicted: occupation nurse (1.200); better predicted: occupation baker (0.800). Of 3 intervals of 95 %, one in twenty would lie apart by chance alone.',
    );
    expect(summary[0]).toContain('lists are as popular as what people choose themselves');
    expect(summary.at(-1)).toBe('All.');
  });
});

describe('the interval of an error', () => {
  it('holds the truth in about nineteen cases of twenty, and is wider for fewer users', () => {
    const widths: number[] = [];
    let inside = 0;
    const CASES = 60;
    for (let seed = 0; seed < CASES; seed += 1) {
      // Users whose errors are alike: half always miss by 1, half by 2; the truth is √2.5.
      const n = 40;
      const users = Array.from({ length: n }, () => ({ gender: 'F' }));
      const missBy = users.map((_, u) => ((u * 7919 + seed * 104_729) % 101 < 50.5 ? 1 : 2));
      const rows = users.flatMap((_, u) => [0, 1, 2, 3].map((i): Row => [u, i, 3]));
      const table = tableOf(rows, users);
      const { rmseLow, rmseHigh } = groupOf(
        fairnessOf(
          answers(
            (u) => 3 + missBy[u]!,
            () => 0,
          ),
          table,
          table,
          seed,
        ),
        'gender',
        'F',
      )!;
      if (rmseLow <= Math.sqrt(2.5) && Math.sqrt(2.5) <= rmseHigh) inside += 1;
      widths.push(rmseHigh - rmseLow);
    }
    expect(inside / CASES).toBeGreaterThan(0.85);
    // Of the mean square: 1.96 · 1.5 / √40; of its root that over 2 √2.5, on either side.
    expect(Math.max(...widths)).toBeLessThan((2 * 1.96 * 1.5 * 1.3) / Math.sqrt(40) / (2 * Math.sqrt(2.5)));
    expect(Math.min(...widths)).toBeGreaterThan((2 * 1.96 * 1.5 * 0.7) / Math.sqrt(40) / (2 * Math.sqrt(2.5)));
  });
});

describe('fairness of the live model', () => {
  function modelWith(users: number, movies: number): LiveModel {
    const model = LiveModel.untrained({ min: 1, max: 5, step: 0.5 }, 4, 0);
    const apply = (body: EventBody) => model.apply(model.sequence + 1, body);
    for (let u = 0; u < users; u += 1) {
      apply({ kind: 'userPut', user: { id: `u${u}`, age: null, gender: u % 2 ? 'F' : 'M', occupation: null } });
      for (let i = 0; i < movies; i += 1) {
        if ((u + i) % 3 === 0) continue;
        apply({ kind: 'rated', userId: `u${u}`, movieId: `m${i}`, rating: u % 2 ? 5 : 3, ratedAt: null });
      }
    }
    return model;
  }

  function report(model: LiveModel): FairnessFigures {
    const steps = liveFairness(model, statisticsOf(model.data.columns()), 0);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  it('has the errors of predictions made before each rating was learned, and no NDCG', () => {
    const model = modelWith(10, 12);
    const figures = report(model);
    const [women, men] = ['F', 'M'].map((gender) => groupOf(figures, 'gender', gender)!) as [
      FairnessFigures['groups'][0],
      FairnessFigures['groups'][0],
    ];
    expect([women.users, men.users]).toEqual([5, 5]);
    expect(women.ratings + men.ratings).toBe(80);
    // A model that begins at 3 misses those who rate 5.
    expect(women.rmse).toBeGreaterThan(men.rmse);
    const { rmse } = model.metrics.metrics(1)!;
    expect(Math.sqrt((women.ratings * women.rmse ** 2 + men.ratings * men.rmse ** 2) / 80)).toBeCloseTo(rmse, 10);
    expect(figures.groups.every(({ ndcgAt10 }) => ndcgAt10 === null)).toBe(true);
    expect(figures.summary.at(-1)).toMatch(/^Lists of 10 for all 10 users with a rating; errors of the newest 80 ratings, by 10 users/);
  });

  it('leaves out a rating that was changed or taken back since, and who was forgotten', () => {
    const model = modelWith(10, 12);
    model.apply(model.sequence + 1, { kind: 'withdrawn', userId: 'u1', movieId: 'm1' });
    model.forget('u3');
    const women = groupOf(report(model), 'gender', 'F')!;
    expect(women).toMatchObject({ users: 4, ratings: 5 * 8 - 8 - 1 });
  });

  it('draws a sample of many users, and says so; nothing of nobody', () => {
    const figures = report(modelWith(520, 3));
    expect(figures.summary.at(-1)).toMatch(/^Lists of 10 for 500 of 520 users, drawn at random;/);
    const empty = report(LiveModel.untrained({ min: 1, max: 5, step: 0.5 }, 4, 0));
    expect(empty).toMatchObject({ popularityOfRecommended: 0, popularityOfRated: 0, gini: 0, longTailShare: 0, groups: [], exposure: [] });
    expect(empty.summary.join(' ')).toContain('No rating has been predicted yet');
  });

  it('counts the newest 2,000 predictions, as they are after a restart, too', () => {
    const model = modelWith(80, 45); // 2,400 ratings
    expect(report(model).summary.at(-1)).toContain('errors of the newest 2,000 ratings');
    model.metrics.load(model.metrics.save());
    expect(report(model).summary.at(-1)).toContain('errors of the newest 2,000 ratings');
  });

  it('gives way after every list', () => {
    const model = modelWith(10, 12);
    const steps = liveFairness(model, statisticsOf(model.data.columns()), 0);
    let turns = 0;
    while (!steps.next().done) turns += 1;
    expect(turns).toBeGreaterThanOrEqual(10);
  });
});
