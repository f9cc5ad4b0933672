import { describe, expect, it } from 'vitest';
import { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { predictRating } from '../../../src/engine/ranking/prediction.ts';
import { recommend } from '../../../src/engine/ranking/recommend.ts';
import { applyAll, fittedTo, logOf, rated, stateOf, syntheticTable } from '../online/support.ts';
import { request } from './requests.ts';

const TABLE = syntheticTable({ users: 20, movies: 60, ratings: 400 }, 8);
const model = fittedTo(logOf(TABLE));
applyAll(model, [
  { kind: 'moviePut', movie: { id: 'unrated b', title: 'B', year: 1990, genres: ['War'] } },
  { kind: 'moviePut', movie: { id: 'unrated a', title: 'A', year: 1990, genres: ['War'] } },
  { kind: 'moviePut', movie: { id: 'unrated c', title: 'C', year: 1990, genres: ['War'] } },
  rated('new', 'm4', 2),
]);

const idsFor = (userId: string, n: number, includeRated = false) =>
  recommend(model, userId, request({ n, includeRated })).map(({ prediction }) => prediction.movieId);

function ratedBy(userId: string): Set<string> {
  const u = model.data.users.find(userId);
  const edges = u === undefined ? [] : model.data.ratings.ofUser(u);
  return new Set(edges.map((edge) => model.data.movieRecords[model.data.ratings.movieOf(edge)]!.id));
}

/** All movies by score, ties by id; scores are not clipped. */
function sorted(userId: string): string[] {
  const score = new Map(
    model.data.movieRecords.map(({ id }) => [
      id,
      model.scoresBelowHead(model.rowOfUser(userId), Int32Array.of(model.rowOfMovie(id)), 'MF')[0]!,
    ]),
  );
  return [...score.keys()].sort((left, right) => score.get(right)! - score.get(left)! || (left < right ? -1 : 1));
}

describe('recommendations', () => {
  it.each(['u0', 'u7', 'new', 'stranger'])('for %s are the first of a full sort of what is unrated', (userId) => {
    const unrated = sorted(userId).filter((id) => !ratedBy(userId).has(id));
    for (const n of [1, 10, 30]) expect(idsFor(userId, n)).toEqual(unrated.slice(0, n));
  });

  it('hold no rated movie unless asked', () => {
    for (let u = 0; u < 20; u += 1) {
      const seen = ratedBy(`u${u}`);
      expect(seen.size).toBeGreaterThan(0);
      expect(idsFor(`u${u}`, 1_000).filter((id) => seen.has(id))).toEqual([]);
      expect(idsFor(`u${u}`, 1_000, true)).toEqual(sorted(`u${u}`));
    }
  });

  it('are as many as there are, where fewer than wanted', () => {
    expect(idsFor('u3', 1_000)).toHaveLength(63 - ratedBy('u3').size);
    expect(recommend(LiveModel.untrained({ min: 1, max: 5, step: 0.5 }, 10, 0), 'u', request())).toEqual([]);
  });

  it('put movies of equal scores in the order of their ids', () => {
    const order = idsFor('u5', 1_000).filter((id) => id.startsWith('unrated'));
    expect(order).toEqual(['unrated a', 'unrated b', 'unrated c']);
    const all = idsFor('u5', 1_000);
    expect(all.indexOf('unrated c') - all.indexOf('unrated a')).toBe(2);
    // The cut between equal ones too.
    expect(idsFor('u5', all.indexOf('unrated a') + 1).at(-1)).toBe('unrated a');
  });

  it('never rank higher what scores lower, and number their rows', () => {
    const rows = recommend(model, 'u9', request({ n: 25 }));
    expect(rows.map(({ rank }) => rank)).toEqual(Array.from({ length: 25 }, (_, row) => row + 1));
    for (let row = 1; row < 25; row += 1) expect(rows[row]!.rankingScore).toBeLessThanOrEqual(rows[row - 1]!.rankingScore);
  });

  it('carry the prediction that is given when it is asked for alone', () => {
    for (const { prediction } of recommend(model, 'u9', request({ n: 5 }))) {
      const asked = predictRating(model, 'u9', prediction.movieId);
      expect([prediction.score, prediction.variance, prediction.basis]).toEqual([asked.score, asked.variance, asked.basis]);
      expect(prediction.explain()).toEqual(asked.explain());
    }
  });

  it('leave out a movie as soon as it is rated, bring it back when that is withdrawn, and change nothing by being asked', () => {
    const [best] = idsFor('new', 1);
    model.apply(model.sequence + 1, rated('new', best!, 5));
    expect(idsFor('new', 1_000)).not.toContain(best);
    model.apply(model.sequence + 1, { kind: 'withdrawn', userId: 'new', movieId: best! });
    const before = stateOf(model);
    expect(idsFor('new', 1_000)).toContain(best);
    expect(stateOf(model)).toEqual(before);
  });
});
