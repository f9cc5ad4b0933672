import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/domain.ts';
import { WorkingScale } from '../../../src/engine/data/workingScale.ts';
import { attentionRows } from '../../../src/engine/models/attention.ts';
import { describeMovie, describeUser, movieInputs, userInputs } from '../../../src/engine/models/nodeFeatures.ts';
import { levelOf } from '../../../src/engine/models/ratingLevels.ts';
import type { LiveModel } from '../../../src/engine/online/liveModel.ts';
import { answersOf, quickHybrid, STAGES, tableWithUnrated, UNRATED } from './hybridSupport.ts';
import { applyAll, copyOf, randomEvents, rated, stateOf } from './support.ts';

const TABLE = tableWithUnrated({ users: 40, movies: 60, ratings: 1_500 }, 3);
const PUBLISHED = await quickHybrid(TABLE);

/** A model of its own for each test. */
const model = () => copyOf(PUBLISHED);

const ids = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}${n}`);

function userRow(live: LiveModel, userId: string): number[] {
  const { users } = live.hybrid!.attention;
  const u = live.rowOfUser(userId);
  return [...users.data.subarray(u * users.width, (u + 1) * users.width)];
}

function movieRow(live: LiveModel, movieId: string): number[] {
  const { movies } = live.hybrid!.attention;
  const i = live.rowOfMovie(movieId);
  return [...movies.data.subarray(i * movies.width, (i + 1) * movies.width)];
}

/** The layer over every user and movie as they are in the model now. @param countOf ratings of a movie that its features tell of */
function layer(live: LiveModel, countOf = (i: number) => live.data.ratings.ofMovie(i).length) {
  const { attention } = live.hybrid!;
  const { data, vocabulary } = live;
  const widths = [userInputs(vocabulary), movieInputs(vocabulary)] as const;
  const userFeatures = new Float64Array(data.users.size * widths[0]);
  const movieFeatures = new Float64Array(data.movies.size * widths[1]);
  const nodeOf = (rows: typeof attention.userFit, node: number, count: number) => ({
    bias: rows.data[node * 3]!,
    eta: rows.data[node * 3 + 1]!,
    count,
  });
  data.userRecords.forEach((user, u) => {
    const node = { ...nodeOf(attention.userFit, u, data.ratings.ofUser(u).length), bias: attention.userBias.data[u]! };
    describeUser(vocabulary, user, node, userFeatures.subarray(u * widths[0], (u + 1) * widths[0]));
  });
  data.movieRecords.forEach((movie, i) => {
    const node = nodeOf(attention.movieFit, i, countOf(i));
    describeMovie(vocabulary, movie, node, movieFeatures.subarray(i * widths[1], (i + 1) * widths[1]));
  });
  const { u, i, r } = data.table();
  const working = new WorkingScale(data.scale);
  const level = Int32Array.from(r, (rating) => levelOf(attention.bounds, working.toWorking(rating)));
  return attentionRows(attention.weights, userFeatures, movieFeatures, { u, i, level }, null);
}

/** Ratings of each movie at publication, 0 for those not met before. */
const publishedCount = (i: number) => PUBLISHED.data.ratings.ofMovie(i).length;

function expectClose(actual: readonly number[], expected: Float64Array | readonly number[], digits = 11): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, at) => {
    expect(actual[at], `element ${at}`).toBeCloseTo(value, digits);
  });
}

const rowIn = (rows: Float64Array, node: number, width: number) => rows.subarray(node * width, (node + 1) * width);

describe('the row of a user', () => {
  it.each([
    ['u3', 'm5', 1],
    ['u3', 'm5', 5],
    ['u17', 'm44', 3.5],
  ])('after %s rates %s %f is the one of the whole layer, and others stay', async (userId, movieId, rating) => {
    const live = model();
    if (live.data.ratings.find(live.rowOfUser(userId), live.rowOfMovie(movieId)) >= 0) {
      live.apply(live.sequence + 1, { kind: 'withdrawn', userId, movieId });
    }
    const before = userRow(live, userId);
    const others = userRow(live, 'u9');
    live.apply(live.sequence + 1, rated(userId, movieId, rating));
    expect(userRow(live, userId)).not.toEqual(before);
    const { users } = await layer(live, publishedCount);
    expectClose(userRow(live, userId), rowIn(users, live.rowOfUser(userId), before.length));
    expect(userRow(live, 'u9')).toEqual(others);
    const { attention } = live.hybrid!;
    const u = live.rowOfUser(userId);
    expect(attention.userBias.data[u]).toBe(live.members.get('sampled')!.learner.users.p.get(u, 10));
  });

  it('follows a changed and a withdrawn rating, and is back where it was when a rating is taken back', async () => {
    const live = model();
    const free = TABLE.movies.findIndex((_, i) => i < 60 && live.data.ratings.find(4, i) < 0);
    const before = userRow(live, 'u4');
    live.apply(live.sequence + 1, rated('u4', `m${free}`, 5));
    const high = userRow(live, 'u4');
    live.apply(live.sequence + 1, rated('u4', `m${free}`, 1));
    const low = userRow(live, 'u4');
    expect(low).not.toEqual(high);
    expectClose(low, rowIn((await layer(live, publishedCount)).users, 4, low.length));
    live.apply(live.sequence + 1, { kind: 'withdrawn', userId: 'u4', movieId: `m${free}` });
    expectClose(userRow(live, 'u4'), before);
    const [own] = live.data.ratings.ofUser(4);
    live.apply(live.sequence + 1, {
      kind: 'withdrawn',
      userId: 'u4',
      movieId: live.data.movieRecords[live.data.ratings.movieOf(own!)]!.id,
    });
    expect(userRow(live, 'u4')).not.toEqual(before);
    expectClose(userRow(live, 'u4'), rowIn((await layer(live, publishedCount)).users, 4, low.length));
  });

  it('follows what is newly said of them', async () => {
    const live = model();
    const before = userRow(live, 'u6');
    live.apply(live.sequence + 1, { kind: 'userPut', user: { id: 'u6', age: 71, gender: 'M', occupation: null } });
    expect(userRow(live, 'u6')).not.toEqual(before);
    expectClose(userRow(live, 'u6'), rowIn((await layer(live, publishedCount)).users, 6, before.length));
  });

  it('who is new is made from their record, then from each rating', async () => {
    const live = model();
    const user = { id: 'new', age: 30, gender: 'F', occupation: null };
    applyAll(live, [{ kind: 'userPut', user }]);
    const u = live.rowOfUser('new');
    for (const [movieId, rating] of [
      ['m3', 5],
      ['m8', 2],
      ['m9', 4],
    ] as const) {
      expectClose(userRow(live, 'new'), rowIn((await layer(live, publishedCount)).users, u, userRow(live, 'new').length));
      live.apply(live.sequence + 1, rated('new', movieId, rating));
    }
  });

  it('hears the newest 128 ratings alone, and counts all', () => {
    const [live, same] = [model(), model()];
    const events = (first: number) => Array.from({ length: 140 }, (_, n) => rated('long', `long${n}`, n < 12 ? first : 1 + (n % 9) / 2));
    // The movies are rated by somebody else first, so that they say the same whatever `long` gives them.
    const others = Array.from({ length: 140 }, (_, n) => rated('u1', `long${n}`, 3));
    applyAll(live, [...others, ...Array.from({ length: 140 }, (_, n) => rated('u2', `long${n}`, 3)), ...events(1)]);
    applyAll(same, [...others, ...Array.from({ length: 140 }, (_, n) => rated('u2', `long${n}`, 3)), ...events(5)]);
    // What was not heard has moved the bias, which is made the same here.
    for (const { hybrid, data } of [live, same]) hybrid!.attention.userChanged(data.users.find('long')!, 0.3, data);
    expect(userRow(same, 'long')).toEqual(userRow(live, 'long'));
    const edge = live.data.ratings.ofUser(live.rowOfUser('long'))[139]!;
    same.apply(same.sequence + 1, rated('long', `long${live.data.ratings.movieOf(edge) - live.rowOfMovie('long0')}`, 5));
    expect(userRow(same, 'long')).not.toEqual(userRow(live, 'long'));
    expect(live.hybrid!.attention.alphas(live.rowOfUser('long'), live.data).size).toBe(128);
  });
});

describe('the row of a movie', () => {
  it('that had ratings at publication stays as of then, whatever is rated and said', () => {
    const live = model();
    const rows = ids('m', 60).map((id) => movieRow(live, id));
    applyAll(live, randomEvents(300, 5, 45, 60));
    expect(ids('m', 60).map((id) => movieRow(live, id))).toEqual(rows);
  });

  it.each([UNRATED, 'new film'])(
    '%j, unseen at publication, is made anew at its ratings 1, 2, 5, 10, 20 and at no other',
    async (movieId) => {
      const live = model();
      const changed: number[] = [];
      let before = movieRow(live, movieId);
      for (let count = 1; count <= 24; count += 1) {
        live.apply(live.sequence + 1, rated(`u${count}`, movieId, 1 + (count % 9) / 2));
        const now = movieRow(live, movieId);
        if (now.some((value, at) => value !== before[at])) changed.push(count);
        before = now;
        if (![1, 5, 20].includes(count)) continue;
        const i = live.rowOfMovie(movieId);
        const { movies } = await layer(live);
        expectClose(now, rowIn(movies, i, now.length));
      }
      expect(changed).toEqual([1, 2, 5, 10, 20]);
    },
  );

  it('that is new follows what is said of it until it has ratings, and after', async () => {
    const live = model();
    const put = (year: number): EventBody => ({ kind: 'moviePut', movie: { id: 'film', title: 'F', year, genres: ['Drama'] } });
    applyAll(live, [put(1950)]);
    const before = movieRow(live, 'film');
    applyAll(live, [put(1995)]);
    expect(movieRow(live, 'film')).not.toEqual(before);
    applyAll(live, [rated('u1', 'film', 5), put(1930)]);
    const { movies } = await layer(live);
    expectClose(movieRow(live, 'film'), rowIn(movies, live.rowOfMovie('film'), before.length));
  });
});

describe('the rows at publication', () => {
  it('are those that a recomputation gives', () => {
    const live = model();
    const { attention } = live.hybrid!;
    for (let u = 0; u < 40; u += 1) {
      const published = userRow(live, `u${u}`);
      attention.refreshUser(u, live.data);
      expectClose(userRow(live, `u${u}`), published);
    }
    for (const i of [0, 13, 59, 60]) {
      const id = live.data.movieRecords[i]!.id;
      const published = movieRow(live, id);
      attention.refreshMovie(i, live.data);
      expectClose(movieRow(live, id), published);
    }
  });

  it('say different things of different pairs', () => {
    const { attention } = PUBLISHED.hybrid!;
    const deltas = Array.from({ length: 400 }, (_, n) => attention.delta(n % 40, (7 * n) % 60));
    expect(Math.max(...deltas) - Math.min(...deltas)).toBeGreaterThan(0.1);
  });
});

describe('attention to each rating', () => {
  it('is one share of each, more than none, 1 in all', () => {
    const live = model();
    applyAll(live, randomEvents(100, 4, 40, 60));
    for (let u = 0; u < 40; u += 1) {
      const alphas = live.hybrid!.attention.alphas(u, live.data);
      expect([...alphas.keys()]).toEqual([...live.data.ratings.ofUser(u)]);
      expect(Math.min(...alphas.values())).toBeGreaterThan(0);
      expect([...alphas.values()].reduce((sum, alpha) => sum + alpha, 0)).toBeCloseTo(1, 12);
    }
    expect(live.hybrid!.attention.alphas(live.data.users.size, live.data).size).toBe(0);
  });
});

describe('being asked', () => {
  it('changes nothing: not what it holds, and not what comes after', () => {
    const events = randomEvents(150, 8, 45, 65);
    const [asked, left] = [model(), model()];
    for (const body of events) {
      answersOf(asked, ['u1', 'u44', 'stranger'], ['m1', 'm64', UNRATED, 'unknown']);
      for (const u of [0, 3, asked.data.users.size]) asked.hybrid!.attention.alphas(u, asked.data);
      asked.apply(asked.sequence + 1, body);
      left.apply(left.sequence + 1, body);
    }
    expect(stateOf(asked)).toEqual(stateOf(left));
  });

  it('about a stranger and an unknown film is answered with finite numbers, the same as once they are there', () => {
    const live = model();
    const asked = answersOf(live, ['stranger', 'u2'], ['unknown', 'm2']);
    for (const value of asked) expect(value).toSatisfy(Number.isFinite);
    applyAll(live, [
      { kind: 'userPut', user: { id: 'stranger', age: null, gender: null, occupation: null } },
      { kind: 'moviePut', movie: { id: 'unknown', title: 'U', year: null, genres: [] } },
    ]);
    expect(answersOf(live, ['stranger', 'u2'], ['unknown', 'm2'])).toEqual(asked);
  });
});

describe('a snapshot', () => {
  const USERS = [...ids('u', 46), 'stranger'];
  const MOVIES = [...ids('m', 66), UNRATED, 'unknown'];

  it.each([
    ['at publication', 0],
    ['later', 400],
  ])('taken %s and restored answers bit for bit the same at every stage, now and after further events', (_, count) => {
    const live = model();
    applyAll(live, randomEvents(count, 14, 44, 64));
    const restored = copyOf(live);
    expect(answersOf(restored, USERS, MOVIES)).toEqual(answersOf(live, USERS, MOVIES));
    expect(restored.serving).toBe('HYBRID');
    const events = [...randomEvents(250, 15, 46, 66), ...ids('u', 12).map((userId) => rated(userId, UNRATED, 4))];
    for (const one of [live, restored]) applyAll(one, events);
    expect(answersOf(restored, USERS, MOVIES)).toEqual(answersOf(live, USERS, MOVIES));
    expect(stateOf(restored)).toEqual(stateOf(live));
  });

  it('holds what every stage needs: without the hybrid they would all say the same', () => {
    const live = model();
    const scores = STAGES.map((stage) => live.predict(3, 4, stage).score);
    expect(new Set(scores).size).toBe(4);
    expect(scores.every(Number.isFinite)).toBe(true);
  });
});
