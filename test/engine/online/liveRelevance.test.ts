import { describe, expect, it } from 'vitest';
import { foldIn } from '../../../src/engine/models/implicitAls.ts';
import type { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { influencesOn } from '../../../src/engine/ranking/influence.ts';
import { predictRating } from '../../../src/engine/ranking/prediction.ts';
import { restoreSnapshot, takeSnapshot } from '../../../src/engine/training/snapshot.ts';
import { decodeTensors, encodeTensors } from '../../../src/engine/training/tensorFile.ts';
import { applyAll, fittedTo, logOf, rated, syntheticTable } from './support.ts';

const TABLE = syntheticTable({ users: 30, movies: 50, ratings: 700 }, 8);
const LOG = logOf(TABLE);

/** Two newcomers, one of them asked questions, and a film that the fit did not see. */
function grown(): LiveModel {
  const model = fittedTo(LOG);
  applyAll(model, [
    { kind: 'moviePut', movie: { id: 'new film', title: 'New film', year: 1970, genres: ['War'] } },
    rated('ann', 'm1', 5, 4e9),
    rated('ann', 'new film', 4, 4e9 + 1),
    { ...rated('bob', 'm3', 4.5, 4e9 + 2), onboarding: true } as never,
    { kind: 'notSeen', userId: 'bob', movieId: 'm7' },
    rated('u4', 'm2', 2, 4e9 + 3),
    { kind: 'userPut', user: { id: 'carl', age: 20, gender: 'M', occupation: null } },
  ]);
  return model;
}

const MODEL = grown();
const USERS = ['u0', 'u4', 'u17', 'ann', 'bob', 'carl', 'stranger'];

const scoresFor = (model: LiveModel, userId: string) => model.relevance!.scoresOf(model.rowOfUser(userId));

function vectorsOf(model: LiveModel): Float32Array {
  return Float32Array.from(model.data.movieRecords.flatMap((_, i) => [...model.relevance!.vectorOf(i)]));
}

describe('relevance', () => {
  it('is the sum of its parts for every user and movie: ratings by their exact weights, and the population', () => {
    for (const userId of USERS) {
      const u = MODEL.rowOfUser(userId);
      for (let j = 0; j < MODEL.data.movies.size; j += 1) {
        const { ratings, population } = MODEL.relevance!.partsOf(u, j);
        const sum = ratings.reduce((total, { weight }) => total + weight, population);
        expect(Math.abs(sum - scoresFor(MODEL, userId)[j]!)).toBeLessThan(1e-6);
        expect(ratings).toHaveLength(MODEL.data.ratings.ofUser(u).length);
      }
    }
  });

  it('follows a new rating at once: what is liked together with it rises', () => {
    const model = grown();
    const { ease } = model.relevance!.fit;
    const before = scoresFor(model, 'u0').slice();
    const unrated = TABLE.movies.findIndex(
      ({ id }) => !model.data.ratings.ofUser(0).some((edge) => model.data.movieRecords[model.data.ratings.movieOf(edge)]!.id === id),
    );
    const row = ease.W.subarray(unrated * ease.movies.length, (unrated + 1) * ease.movies.length);
    const strongest = row.indexOf(Math.max(...row));
    applyAll(model, [rated('u0', TABLE.movies[unrated]!.id, 5, 5e9)]);
    expect(scoresFor(model, 'u0')[strongest]!).toBeGreaterThan(before[strongest]!);
    expect(scoresFor(model, 'u1')).toEqual(scoresFor(MODEL, 'u1'));
  });

  it('is that of a model which never saw a rating that was withdrawn', () => {
    const model = grown();
    applyAll(model, [rated('ann', 'm9', 5, 5e9)]);
    expect(scoresFor(model, 'ann')).not.toEqual(scoresFor(MODEL, 'ann'));
    applyAll(model, [{ kind: 'withdrawn', userId: 'ann', movieId: 'm9' }]);
    expect(scoresFor(model, 'ann')).toEqual(scoresFor(MODEL, 'ann'));
  });

  it('takes older ratings for less: half after 200 newer ones, in the order of their times', () => {
    const model = fittedTo(LOG);
    // A film without genres, year and column moves nothing but the rank of what is older.
    applyAll(model, [rated('eve', 'm1', 5, 4e9), rated('eve', 'nothing', 1, 4e9 + 1)]);
    const u = model.rowOfUser('eve');
    const { ratings } = model.relevance!.partsOf(u, 0);
    const { W, movies } = model.relevance!.fit.ease;
    const c = 1.2 * 2 ** (-1 / 200);
    const y = model.relevance!.vectorOf(1);
    const folded = foldIn(model.relevance!.fit.als, [1, model.rowOfMovie('nothing')], [c, 0.1], vectorsOf(model));
    const solved = Float64Array.from(model.relevance!.vectorOf(0));
    folded.solve(solved);
    const als = y.reduce((sum, value, f) => sum + c * value * solved[f]!, 0);
    expect(ratings[0]!.weight).toBeCloseTo(c * W[movies.length]! + als, 9);
    expect(ratings[1]!.weight).toBeCloseTo(0, 12);
    // Told the other way round, the older one is the other one.
    const backwards = fittedTo(LOG);
    applyAll(backwards, [rated('eve', 'nothing', 1, 4e9 + 1), rated('eve', 'm1', 5, 4e9)]);
    expect(scoresFor(backwards, 'eve')).toEqual(scoresFor(model, 'eve'));
  });

  it('hears the population of a stranger and of who has few ratings, longer of who is being asked', () => {
    const model = grown();
    const share = (userId: string) => model.relevance!.partsOf(model.rowOfUser(userId), 0).population;
    expect(share('stranger')).toBeCloseTo(model.relevance!.fit.population.mean[0]!, 6);
    expect(share('u0')).toBe(0);
    for (let film = 1; film <= 21; film += 1) {
      const [ann, bob] = [rated('fresh', `m${film}`, 4, 5e9 + film), rated('asked', `m${film}`, 4, 5e9 + film)];
      applyAll(model, [ann, bob.kind === 'rated' ? { ...bob, onboarding: true } : bob]);
      expect([share('fresh') !== 0, share('asked') !== 0]).toEqual([film <= 10, film <= 20]);
    }
  });

  it('takes "not seen" for an answer: it moves the list', () => {
    const model = grown();
    const before = scoresFor(model, 'bob').slice();
    applyAll(model, [{ kind: 'notSeen', userId: 'bob', movieId: 'm11' }]);
    expect(scoresFor(model, 'bob')).not.toEqual(before);
  });

  it('expects other films of somebody of whom something is known', () => {
    expect(scoresFor(MODEL, 'carl')).not.toEqual(scoresFor(MODEL, 'stranger'));
  });

  it('places a film that nobody has rated by its genres and year', () => {
    const model = grown();
    const put = (genres: string[]) => applyAll(model, [{ kind: 'moviePut', movie: { id: 'unrated', title: 'U', year: 1970, genres } }]);
    put(['War']);
    const war = scoresFor(model, 'u0')[model.rowOfMovie('unrated')]!;
    put(['Comedy']);
    expect(scoresFor(model, 'u0')[model.rowOfMovie('unrated')]!).not.toBe(war);
    put([]);
    expect(scoresFor(model, 'u0')).toHaveLength(model.data.movies.size);
  });

  it('counts who likes a film as ratings come, change and go', () => {
    const model = grown();
    const count = () => model.relevance!.likedCount(model.rowOfMovie('m1'));
    const start = count();
    applyAll(model, [rated('dan', 'm1', 4)]);
    expect(count()).toBe(start + 1);
    applyAll(model, [rated('dan', 'm1', 3.5)]);
    expect(count()).toBe(start);
    applyAll(model, [rated('dan', 'm1', 5), { kind: 'withdrawn', userId: 'dan', movieId: 'm1' }]);
    expect(count()).toBe(start);
    expect(fittedTo(LOG).relevance!.likedCount(0)).toBe(TABLE.r.filter((r, t) => TABLE.i[t] === 0 && r >= 4).length);
  });

  it('is the same, bit for bit, after a restart from a snapshot', () => {
    const bytes = Buffer.concat(encodeTensors(takeSnapshot(MODEL, 'settings')).chunks);
    const restored = restoreSnapshot(decodeTensors(bytes));
    for (const userId of USERS) expect(scoresFor(restored, userId)).toEqual(scoresFor(MODEL, userId));
    expect(restored.axes).toEqual(MODEL.axes);
  });
});

describe('what a recommendation rests on', () => {
  it("holds the user's own ratings at or above the user's mean that bring most, largest first", () => {
    for (const userId of ['u0', 'u4', 'u17', 'ann']) {
      const u = MODEL.rowOfUser(userId);
      const own = MODEL.data.ratings.ofUser(u).map((edge) => MODEL.data.ratings.ratingOf(edge));
      const mean = own.reduce((sum, r) => sum + r, 0) / own.length;
      for (const movieId of ['m0', 'm20', 'new film']) {
        const influences = influencesOn(MODEL, predictRating(MODEL, userId, movieId), 1_000);
        const { ratings } = MODEL.relevance!.partsOf(u, MODEL.rowOfMovie(movieId));
        const expected = ratings
          .filter(({ edge, weight }) => weight > 0 && MODEL.data.ratings.ratingOf(edge) >= mean - 1e-9)
          .map(({ weight }) => weight)
          .sort((a, b) => b - a);
        expect(influences.map(({ weight }) => weight)).toEqual(expected);
        expect(influencesOn(MODEL, predictRating(MODEL, userId, movieId), 2)).toEqual(influences.slice(0, 2));
      }
    }
  });

  it('is what the prediction knew, however late it is asked for', () => {
    const model = grown();
    const prediction = predictRating(model, 'ann', 'm20');
    const known = influencesOn(model, prediction, 10);
    applyAll(model, [rated('ann', 'm4', 5, 5e9), rated('ann', 'm5', 5, 5e9 + 1)]);
    expect(influencesOn(model, prediction, 10)).toEqual(known);
    expect(influencesOn(model, predictRating(model, 'ann', 'm20'), 10)).not.toEqual(known);
  });

  it('is nothing for a stranger and for a movie that nobody has named', () => {
    expect(influencesOn(MODEL, predictRating(MODEL, 'stranger', 'm1'), 5)).toEqual([]);
    expect(influencesOn(MODEL, predictRating(MODEL, 'u0', 'nothing'), 5)).toEqual([]);
  });
});
