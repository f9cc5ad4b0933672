import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/domain.ts';
import { movieSideRow, type SideRow, userSideRow } from '../../../src/engine/data/sideFeatures.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { LiveModel } from '../../../src/engine/online/liveModel.ts';
import type { NodePrior } from '../../../src/engine/online/memberState.ts';
import { predictRating } from '../../../src/engine/ranking/prediction.ts';
import { applyAll, copyOf, fittedTo, logOf, movieSide, randomEvents, rated, stateOf, syntheticTable, userSide } from './support.ts';

const TABLE = syntheticTable({ users: 25, movies: 30, ratings: 400 }, 3);
const FITTED = fittedTo(logOf(TABLE));
/** Some life after the fit, so that nothing is as the fit left it. */
applyAll(FITTED, randomEvents(60, 9, 25, 30));

/** A model of its own for each test. */
const model = () => copyOf(FITTED);

/** A copy of `after` in which `twin` is known. */
function withTwin(after: LiveModel): LiveModel {
  const copy = copyOf(after);
  expect(copy.data.users.find('twin')).toBeUndefined();
  copy.apply(copy.sequence + 1, { kind: 'userPut', user: { id: 'twin', age: null, gender: null, occupation: null } });
  return copy;
}

/** The user's side if `twin` had given these ratings alone, against the movies as they are in `after`. */
function alone(after: LiveModel, ratings: readonly EventBody[]): Record<string, number[]> {
  const taught = withTwin(after);
  for (const rating of ratings) {
    if (rating.kind !== 'rated') throw new Error(`Ratings alone, not ${rating.kind}.`);
    applyAll(taught, [rating, { kind: 'withdrawn', userId: rating.userId, movieId: rating.movieId }]);
  }
  const copy = withTwin(after);
  for (const pair of taught.withdrawnPairs) copy.withdrawnPairs.add(pair); // no movie learns from the twin
  applyAll(copy, ratings);
  return userSide(copy, 'twin');
}

/** mu + Σ x w of one node and column. */
function priorMean(prior: NodePrior, { columns, x }: SideRow, f: number): number {
  const K = prior.mean.length;
  return columns.reduce((sum, column, place) => sum + x[place]! * prior.sideMean[column * K + f]!, prior.mean[f]!);
}

describe('a changed rating', () => {
  it('of 5, then 1, leaves a new user as 1 alone would have, bit for bit', () => {
    const live = model();
    applyAll(live, [rated('new', 'm3', 5, 5_000), rated('new', 'm3', 1, 9_000)]);
    expect(userSide(live, 'new')).toEqual(alone(live, [rated('twin', 'm3', 1, 9_000)]));
    expect(userSide(live, 'new')).not.toEqual(alone(live, [rated('twin', 'm3', 5, 9_000)]));
  });

  it('takes its new place among the others, mood and times too', () => {
    const live = model();
    const others = (user: string) => [rated(user, 'm1', 4, 100), rated(user, 'm2', 2, 103), rated(user, 'm5', 4.5, 130)];
    applyAll(live, [rated('new', 'm7', 5, 90), ...others('new'), rated('new', 'm7', 1.5, 133)]);
    const without = alone(live, [...others('twin'), rated('twin', 'm7', 1.5, 133)]);
    expect(userSide(live, 'new')).toEqual(without);
  });

  it('moves nothing when it is the same again, for a rating of the fit and for one after it', () => {
    const live = model();
    applyAll(live, [rated('new', 'm3', 4, 5_000)]);
    const before = stateOf(live);
    const { data } = live;
    let repeated = 0;
    for (const edge of data.ratings.inOrder()) {
      const userId = data.users.all()[data.ratings.userOf(edge)]!;
      const movieId = data.movies.all()[data.ratings.movieOf(edge)]!;
      live.apply(live.sequence + 1, rated(userId, movieId, data.ratings.ratingOf(edge), 3e9));
      repeated += 1;
    }
    expect(repeated).toBeGreaterThan(400);
    expect(stateOf(live)).toEqual(before);
  });

  it('moves a known user by the difference, towards the new rating, and about as far back', () => {
    const live = fittedTo(logOf(TABLE));
    const { data } = live;
    const edge = data.ratings.ofUser(0)[0]!;
    const movieId = data.movies.all()[data.ratings.movieOf(edge)]!;
    const own = data.ratings.ratingOf(edge);
    const score = () => live.scoresBelowHead(0, Int32Array.of(data.ratings.movieOf(edge)), 'MF')[0]!;
    live.apply(live.sequence + 1, rated('u0', movieId, own < 3 ? 5 : 1)); // the movie learns now, and never again
    const far = score();
    live.apply(live.sequence + 1, rated('u0', movieId, own));
    const back = score();
    expect(Math.sign(far - back)).toBe(own < 3 ? 1 : -1);
    live.apply(live.sequence + 1, rated('u0', movieId, own < 3 ? 5 : 1));
    expect(Math.abs(score() - far)).toBeLessThan(0.1 * Math.abs(far - back));
    expect(Math.abs(far - back)).toBeGreaterThan(0.05);
  });
});

describe('a withdrawn rating', () => {
  it('leaves a new user as if it had never been given', () => {
    const live = model();
    applyAll(live, [rated('new', 'm3', 5, 5_000), rated('new', 'm4', 2, 5_010), { kind: 'withdrawn', userId: 'new', movieId: 'm3' }]);
    expect(userSide(live, 'new')).toEqual(alone(live, [rated('twin', 'm4', 2, 5_010)]));
    live.apply(live.sequence + 1, { kind: 'withdrawn', userId: 'new', movieId: 'm4' });
    expect(userSide(live, 'new')).toEqual(alone(live, []));
    expect(live.basis(live.rowOfUser('new'), live.rowOfMovie('m3'))).toBe('COLD_USER');
  });

  it('of the fit takes its movie out of what the user is known to have seen, and can be given again', () => {
    const live = fittedTo(logOf(TABLE));
    const { data } = live;
    const u = 4;
    const edge = data.ratings.ofUser(u)[2]!;
    const movieId = data.movies.all()[data.ratings.movieOf(edge)]!;
    const before = userSide(live, 'u4');
    live.apply(live.sequence + 1, { kind: 'withdrawn', userId: 'u4', movieId });
    const implicit = live.members.get('variational')!.learner.movies.implicit;
    const i = live.rowOfMovie(movieId);
    const y = implicit.read(i);
    const after = userSide(live, 'u4');
    expect(after['variational implicitCount']).toEqual([before['variational implicitCount']![0]! - 1]);
    after['variational implicitSum']!.forEach((sum, f) => {
      expect(sum).toBeCloseTo(before['variational implicitSum']![f]! - y[f]!, 12);
    });
    live.apply(live.sequence + 1, rated('u4', movieId, 4));
    expect(userSide(live, 'u4')['variational implicitCount']).toEqual(before['variational implicitCount']);
  });

  it('that was never given changes nothing and creates nobody', () => {
    const live = model();
    const before = stateOf(live);
    applyAll(live, [
      { kind: 'withdrawn', userId: 'nobody', movieId: 'm1' },
      { kind: 'withdrawn', userId: 'u1', movieId: 'nothing' },
    ]);
    expect(stateOf(live)).toEqual(before);
  });
});

describe('a movie', () => {
  it('learns once from a pair since the hand-over, however often the user changes, withdraws and rates again', () => {
    const live = model();
    const fresh = movieSide(live, 'm6');
    live.apply(live.sequence + 1, rated('new', 'm6', 1));
    const learned = movieSide(live, 'm6');
    expect(learned).not.toEqual(fresh);
    for (let flip = 0; flip < 50; flip += 1) {
      live.apply(live.sequence + 1, rated('new', 'm6', flip % 2 === 0 ? 5 : 1));
      if (flip % 7 === 0) live.apply(live.sequence + 1, { kind: 'withdrawn', userId: 'new', movieId: 'm6' });
    }
    expect(movieSide(live, 'm6')).toEqual(learned);
    live.apply(live.sequence + 1, rated('another', 'm6', 5));
    expect(movieSide(live, 'm6')).not.toEqual(learned);
  });

  it('learns once from the change of a rating that the fit had seen', () => {
    const live = fittedTo(logOf(TABLE));
    const edge = live.data.ratings.ofUser(2)[0]!;
    const movieId = live.data.movies.all()[live.data.ratings.movieOf(edge)]!;
    const fresh = movieSide(live, movieId);
    const flips = [1, 5, 1.5, 4.5, 1, 5].filter((rating) => rating !== live.data.ratings.ratingOf(edge));
    live.apply(live.sequence + 1, rated('u2', movieId, flips[0]!));
    const learned = movieSide(live, movieId);
    expect(learned).not.toEqual(fresh);
    for (const rating of flips.slice(1)) live.apply(live.sequence + 1, rated('u2', movieId, rating));
    expect(movieSide(live, movieId)).toEqual(learned);
  });
});

describe('what a user has rated since the hand-over', () => {
  it('is taken together at the second rating and whenever it has grown by a quarter, up to 200', () => {
    const live = model();
    const [given, r, counts]: [number[], number[], number[]] = [[], [], []];
    const learners = [...live.members.values()].map(({ learner }) => learner);
    for (let count = 1; count <= 230; count += 1) {
      const rating = 1 + (count % 9) / 2;
      live.apply(live.sequence + 1, rated('new', `long${count}`, rating, 1_000 * count));
      given.push(live.rowOfMovie(`long${count}`));
      r.push(live.scale.toWorking(rating));
      const u = live.rowOfUser('new');
      const before = learners.map(({ users }) => ({ p: users.p.read(u), v: users.v.read(u) }));
      for (const learner of learners) learner.foldInUser(u, given, r);
      if (learners.every(({ users }, at) => users.p.read(u).every((p, f) => p === before[at]!.p[f]))) counts.push(count);
      learners.forEach(({ users }, at) => {
        users.p.write(u, before[at]!.p);
        users.v.write(u, before[at]!.v);
      });
    }
    expect(counts).toEqual([2, 3, 4, 5, 7, 9, 12, 15, 19, 24, 30, 38, 48, 60, 75, 94, 118, 148, 185]);
  });
});

describe('before the first fit', () => {
  it('ratings are learned one by one, and are not taken together', () => {
    const [live, bare] = [0, 1].map(() => LiveModel.untrained({ min: 1, max: 5, step: 0.5 }, 10, 3)) as [LiveModel, LiveModel];
    for (const model of [live, bare]) {
      for (let i = 0; i < 20; i += 1) {
        model.apply(model.sequence + 1, { kind: 'moviePut', movie: { id: `m${i}`, title: 'T', year: null, genres: [] } });
      }
      model.apply(model.sequence + 1, { kind: 'userPut', user: { id: 'new', age: null, gender: null, occupation: null } });
    }
    for (let i = 0; i < 20; i += 1) {
      live.apply(live.sequence + 1, rated('new', `m${i}`, 1 + (i % 9) / 2, 100 * i));
      for (const { learner } of bare.members.values()) learner.learnOne(0, i, 1 + (i % 9) / 2, 100 * i);
    }
    expect(userSide(live, 'new')).toEqual(userSide(bare, 'new'));
  });
});

describe('a user with more than 200 ratings since the hand-over', () => {
  const movies = 240;
  const random = new Random(6);
  const ratings = (user: string) => Array.from({ length: movies }, (_, i) => rated(user, `long${i}`, 1 + (i % 9) / 2, 1_000 + 5 * i));

  function long(): LiveModel {
    const live = model();
    for (let i = 0; i < movies; i += 1) live.apply(live.sequence + 1, rated('u1', `long${i}`, 1 + random.below(9) / 2));
    applyAll(live, ratings('new'));
    return live;
  }

  it('has all but the newest 200 folded into the anchor, where they were in order', () => {
    const live = long();
    const twin = withTwin(live);
    const u = twin.rowOfUser('twin');
    for (let i = 0; i < movies - 200; i += 1) {
      const row = twin.rowOfMovie(`long${i}`);
      for (const { learner } of twin.members.values()) learner.replayOne(u, row, 1 + (i % 9) / 2, 1_000 + 5 * i);
    }
    expect(userSide(live, 'new', 'anchors')).toEqual(userSide(twin, 'twin'));
  });

  it('keeps out of the anchor what was withdrawn', () => {
    const live = model();
    const given = ratings('new');
    applyAll(live, given.slice(0, 150));
    for (let i = 0; i < 100; i += 1) live.apply(live.sequence + 1, { kind: 'withdrawn', userId: 'new', movieId: `long${i}` });
    const anchor = userSide(live, 'new', 'anchors');
    applyAll(live, given.slice(150, 240));
    expect(live.data.ratings.ofUser(live.rowOfUser('new'))).toHaveLength(140);
    expect(userSide(live, 'new', 'anchors')).toEqual(anchor);
  });

  it('changes one of the newest by a replay of 200, and an older one by its difference', () => {
    const live = long();
    const anchor = userSide(live, 'new', 'anchors');
    live.apply(live.sequence + 1, rated('new', `long${movies - 1}`, 1));
    expect(userSide(live, 'new', 'anchors')).toEqual(anchor);
    expect(userSide(live, 'new')['variational implicitCount']).toEqual([movies]);

    const [before] = userSide(live, 'new')['variational p']!.slice(-1);
    live.apply(live.sequence + 1, rated('new', 'long0', 5)); // was 1
    expect(userSide(live, 'new', 'anchors')['variational implicitCount']).toEqual([movies - 200]);
    expect(userSide(live, 'new', 'anchors')).not.toEqual(anchor);
    expect(userSide(live, 'new')['variational p']!.at(-1)).toBeGreaterThan(before!);
    expect(userSide(live, 'new')['variational implicitCount']).toEqual([movies]);
  });
});

describe('someone about whom nothing is known', () => {
  it.each([
    ['after a fit', model],
    ['before any', () => LiveModel.untrained({ min: 1, max: 5, step: 0.5 }, 10, 4)],
  ])('is predicted as they would be once they are there, and is not created by being asked about, %s', (_, create) => {
    const live = create();
    const before = stateOf(live);
    const asked = predictRating(live, 'nobody', 'nothing').record;
    predictRating(live, 'u1', 'nothing');
    predictRating(live, 'nobody', 'm1');
    expect(stateOf(live)).toEqual(before);
    expect([live.data.users.find('nobody'), live.data.movies.find('nothing')]).toEqual([undefined, undefined]);
    expect(asked.basis).toBe('COLD_BOTH');

    applyAll(live, [
      { kind: 'userPut', user: { id: 'nobody', age: null, gender: null, occupation: null } },
      { kind: 'moviePut', movie: { id: 'nothing', title: 'Nothing', year: null, genres: [] } },
    ]);
    expect(predictRating(live, 'nobody', 'nothing').record).toEqual({ ...asked, sequence: live.sequence });
  });
});

describe('what is said of a node', () => {
  const MOVIE = { id: 'new film', title: 'New', year: 1994, genres: ['War', 'Drama'] };
  const USER = { id: 'new', age: 33, gender: 'F', occupation: null };

  it("starts a new one at the group's mean and the fit's weights of its features", () => {
    const live = model();
    applyAll(live, [
      { kind: 'moviePut', movie: MOVIE },
      { kind: 'userPut', user: USER },
    ]);
    const { learner, priors } = live.members.get('variational')!;
    const K = learner.factors + 1;
    for (let f = 0; f < K; f += 1) {
      const q = learner.movies.q.get(live.rowOfMovie('new film'), f);
      expect(q).toBeCloseTo(priorMean(priors.movie, movieSideRow(live.vocabulary, MOVIE), f), 12);
      const p = learner.users.p.get(live.rowOfUser('new'), f);
      expect(p).toBeCloseTo(priorMean(priors.user, userSideRow(live.vocabulary, USER), f), 12);
    }
    expect(movieSideRow(live.vocabulary, MOVIE).columns).toHaveLength(3);
    expect(movieSide(live, 'new film')['variational q']).not.toEqual(movieSide(live, 'stranger')['variational q']);
  });

  it('moves one that has learned by the difference of what is said now and what was said before', () => {
    const live = model();
    applyAll(live, [
      { kind: 'moviePut', movie: MOVIE },
      { kind: 'userPut', user: USER },
      rated('new', 'new film', 5),
      rated('u2', 'new film', 2),
    ]);
    const film = movieSide(live, 'new film')['variational q']!;
    const user = userSide(live, 'new')['variational p']!;
    const anchor = userSide(live, 'new', 'anchors')['variational p']!;
    const [newFilm, newUser] = [
      { ...MOVIE, year: 1955, genres: ['Comedy'] },
      { ...USER, age: null },
    ];
    applyAll(live, [
      { kind: 'moviePut', movie: newFilm },
      { kind: 'userPut', user: newUser },
    ]);
    const { priors } = live.members.get('variational')!;
    const words = live.vocabulary;
    for (let f = 0; f < film.length; f += 1) {
      const ofFilm = priorMean(priors.movie, movieSideRow(words, newFilm), f) - priorMean(priors.movie, movieSideRow(words, MOVIE), f);
      expect(movieSide(live, 'new film')['variational q']![f]! - film[f]!).toBeCloseTo(ofFilm, 12);
      const ofUser = priorMean(priors.user, userSideRow(words, newUser), f) - priorMean(priors.user, userSideRow(words, USER), f);
      expect(userSide(live, 'new')['variational p']![f]! - user[f]!).toBeCloseTo(ofUser, 12);
      expect(userSide(live, 'new', 'anchors')['variational p']![f]! - anchor[f]!).toBeCloseTo(ofUser, 12);
    }
  });

  it('moves nothing when it is said again', () => {
    const live = model();
    applyAll(live, [{ kind: 'moviePut', movie: MOVIE }, rated('u2', 'new film', 2)]);
    const before = stateOf(live);
    live.apply(live.sequence + 1, { kind: 'moviePut', movie: { ...MOVIE } });
    expect(stateOf(live)).toEqual(before);
  });
});

describe('the fold', () => {
  it('is deterministic: the same events give the same state, whatever was asked in between', () => {
    const events = randomEvents(600, 12, 40, 45);
    const [one, other] = [model(), model()];
    applyAll(one, events);
    for (const body of events) {
      predictRating(other, 'u1', 'm44');
      other.apply(other.sequence + 1, body);
      predictRating(other, 'u39', 'm2').explain();
    }
    expect(stateOf(other)).toEqual(stateOf(one));
    expect(other.sequence).toBe(one.sequence);
  });

  it('measures each rating as it was predicted, a changed one again and a repeated one not', () => {
    const live = fittedTo(logOf(TABLE));
    const expected: number[] = [];
    const rate = (rating: number) => {
      expected.push((rating - predictRating(live, 'new', 'm3').score) ** 2);
      live.apply(live.sequence + 1, rated('new', 'm3', rating)); // of unknown time: without mood
    };
    rate(5);
    rate(2);
    live.apply(live.sequence + 1, rated('new', 'm3', 2));
    const { ratings, rmse } = live.metrics.metrics(1)!;
    expect(ratings).toBe(2);
    expect(rmse).toBeCloseTo(Math.sqrt((expected[0]! + expected[1]!) / 2), 12);
  });
});
