import { describe, expect, it } from 'vitest';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { selectRows } from '../../../src/engine/data/ratingTable.ts';
import type { AttentionEdges } from '../../../src/engine/kernels/attentionGraph.ts';
import type { HybridLesson } from '../../../src/engine/models/hybrid.ts';
import { SERVED_MEMBERS } from '../../../src/engine/online/liveModel.ts';
import { dataOf, firstRatings, foldLessons, graphOf, newest, streamLessons } from '../../../src/engine/training/lessons.ts';
import { fitMembers, modelOfFits } from '../../../src/engine/training/members.ts';
import { rated, syntheticTable } from '../online/support.ts';

const RATINGS = 303;
const SMALL = syntheticTable({ users: 25, movies: 30, ratings: RATINGS }, 5);
/** A last movie that is rated in the last quarter alone, and one that is never rated. */
const TABLE: RatingTable = {
  ...SMALL,
  movies: [...SMALL.movies, ...['late', 'never'].map((id) => ({ id, title: id, year: 1960, genres: ['War'] }))],
  i: SMALL.i.map((i, row) => (row === 240 || row === 280 ? 30 : i)),
};
const LATE = 30;
const NEVER = 31;
const START = 181; // ⌊.6 × 303⌋
const OPTIONS = { seed: 4, members: SERVED_MEMBERS };
/** Places of count in the features of a node. */
const COUNT = 1;

const STREAM = streamLessons(TABLE, fitMembers(firstRatings(TABLE), OPTIONS));
const FOLDS = foldLessons(TABLE, OPTIONS);

const pairOf = (u: number, i: number) => `${u} ${i}`;
const rowOf = new Map(Array.from(TABLE.r, (_, row) => [pairOf(TABLE.u[row]!, TABLE.i[row]!), row]));

/** The rows of the table that these pairs are. */
function rowsOf({ u, i }: { readonly u: Int32Array; readonly i: Int32Array }): number[] {
  return Array.from(u, (user, at) => rowOf.get(pairOf(user, i[at]!))!);
}

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);

/** Ratings of each node that a lesson counts, from its features. */
function counted({ userFeatures, movieFeatures }: HybridLesson, shape: typeof STREAM.shape): { users: number[]; movies: number[] } {
  const counts = (features: Float64Array, nodes: number, inputs: number, centre: number) =>
    upTo(nodes).map((node) => Math.round(Math.exp(features[node * inputs + COUNT]! + centre) - 1));
  return {
    users: counts(userFeatures, shape.users, shape.userInputs, 3.5),
    movies: counts(movieFeatures, shape.movies, shape.movieInputs, 3),
  };
}

function occurrences(column: Int32Array, nodes: number): number[] {
  const counts = new Array<number>(nodes).fill(0);
  for (const node of column) counts[node]! += 1;
  return counts;
}

describe.each([
  ['stream', STREAM],
  ['fold', FOLDS],
] as const)('%s lessons', (_, { lessons, shape, bounds }) => {
  it('have a residual, a score, a variance and a rating of each target', () => {
    for (const { targets, score, variance, disagreement, given, r } of lessons) {
      expect([targets.u, targets.i, score, variance, disagreement, given, r].map(({ length }) => length)).toEqual(
        new Array(7).fill(targets.residual.length),
      );
      rowsOf(targets).forEach((row, t) => {
        expect(r[t]).toBe(TABLE.r[row]); // the scale is the working scale
        expect(targets.residual[t]).toBe(r[t]! - score[t]!);
        expect(variance[t]).toBeGreaterThan(0);
      });
    }
  });

  it('count for each node the ratings whose messages it may hear', () => {
    for (const lesson of lessons) {
      expect(counted(lesson, shape)).toEqual({
        users: occurrences(lesson.messages.u, shape.users),
        movies: occurrences(lesson.messages.i, shape.movies),
      });
    }
  });

  it('send each rating at its own level, one for each step of the scale', () => {
    expect(shape).toMatchObject({ users: 25, movies: 32, levels: 9 });
    expect([...bounds]).toEqual(upTo(8).map((level) => 1.25 + level / 2));
    for (const { messages } of lessons) {
      expect([...messages.level]).toEqual(rowsOf(messages).map((row) => 2 * (TABLE.r[row]! - 1)));
    }
  });
});

describe('stream lessons', () => {
  it('ask for exactly the last 40 %, once, in order, in 20 blocks', () => {
    expect(STREAM.lessons.flatMap(({ targets }) => rowsOf(targets))).toEqual(upTo(RATINGS - START, START));
    expect(STREAM.lessons).toHaveLength(20);
    for (const { r } of STREAM.lessons) expect(Math.abs(r.length - (RATINGS - START) / 20)).toBeLessThan(1);
  });

  it('hear in each block exactly the ratings before it', () => {
    for (const { messages, targets } of STREAM.lessons) {
      expect(rowsOf(messages)).toEqual(upTo(rowsOf(targets)[0]!));
    }
  });

  it('predict each rating as a model does that is fitted to the first 60 % and has learned what lies between', () => {
    const first = selectRows(TABLE, upTo(START));
    const model = modelOfFits(fitMembers(first, OPTIONS), dataOf(first), { version: 0, sequence: START });
    const scores = STREAM.lessons.flatMap(({ score }) => [...score]);
    const variances = STREAM.lessons.flatMap(({ variance }) => [...variance]);
    const disagreements = STREAM.lessons.flatMap(({ disagreement }) => [...disagreement]);
    const given = STREAM.lessons.flatMap((lesson) => [...lesson.given]);
    for (let row = START; row < RATINGS; row += 1) {
      const [u, i, time] = [TABLE.u[row]!, TABLE.i[row]!, TABLE.time[row]!];
      const { score, epistemic, aleatoric, disagreement } = model.predictAt(u, i, time);
      expect(scores[row - START], `row ${row}`).toBe(score);
      expect(disagreements[row - START], `row ${row}`).toBe(disagreement);
      expect(given[row - START], `row ${row}`).toBe(model.data.ratings.ofUser(u).length);
      expect(variances[row - START], `row ${row}`).toBe(epistemic + aleatoric);
      model.apply(row + 1, rated(TABLE.users[u]!.id, TABLE.movies[i]!.id, TABLE.r[row]!, time));
    }
  });

  it('describe users by the bias that learning had given them when a block began, which is none before the first rating', () => {
    const first = selectRows(TABLE, upTo(START));
    const model = modelOfFits(fitMembers(first, OPTIONS), dataOf(first), { version: 0, sequence: START });
    let row = START;
    for (const { userFeatures, targets } of STREAM.lessons) {
      for (let u = 0; u < STREAM.shape.users; u += 1) {
        const { users, factors } = model.members.get('sampled')!.learner;
        const bias = model.data.ratings.ofUser(u).length === 0 ? 0 : users.p.get(u, factors);
        expect(userFeatures[u * STREAM.shape.userInputs], `user ${u}, row ${row}`).toBe(2 * bias);
      }
      for (const end = row + targets.u.length; row < end; row += 1) {
        const [u, i] = [TABLE.u[row]!, TABLE.i[row]!];
        model.apply(row + 1, rated(TABLE.users[u]!.id, TABLE.movies[i]!.id, TABLE.r[row]!, TABLE.time[row]!));
      }
    }
  });

  it('say nothing of the bias of a movie that the members were not fitted to, though they count its ratings', () => {
    const { movieInputs: inputs } = STREAM.shape;
    const last = STREAM.lessons.at(-1)!;
    const late = last.movieFeatures.subarray(LATE * inputs, (LATE + 1) * inputs);
    expect([late[0]! + 0, late[3]! + 0]).toEqual([0, 0]);
    expect(counted(last, STREAM.shape).movies.slice(LATE)).toEqual([2, 0]);
    expect(Math.abs(last.movieFeatures[0]!)).toBeGreaterThan(0);
  });
});

describe('fold lessons', () => {
  it('ask for every rating exactly once, in five lessons of one size', () => {
    const asked = FOLDS.lessons.flatMap(({ targets }) => rowsOf(targets));
    expect(asked.toSorted((left, right) => left - right)).toEqual(upTo(RATINGS));
    expect(FOLDS.lessons.map(({ r }) => r.length).toSorted()).toEqual([60, 60, 61, 61, 61]);
  });

  it('hear in each lesson every rating but those that they ask for', () => {
    for (const { messages, targets } of FOLDS.lessons) {
      const heard = rowsOf(messages);
      expect(heard).toEqual(heard.toSorted((left, right) => left - right));
      expect([...heard, ...rowsOf(targets)].toSorted((left, right) => left - right)).toEqual(upTo(RATINGS));
    }
  });

  it('are drawn at random and not in time order, the same for the same seed', () => {
    const { targets } = FOLDS.lessons[0]!;
    const mean = rowsOf(targets).reduce((sum, row) => sum + row, 0) / targets.u.length;
    expect(Math.abs(mean - RATINGS / 2)).toBeLessThan(40); // a standard error of 11
    const again = foldLessons(TABLE, { ...OPTIONS, members: ['sampled'] });
    expect(rowsOf(again.lessons[0]!.targets)).toEqual(rowsOf(targets));
  });

  it('predict each rating as a model does that was fitted to the other folds, as if given much later', () => {
    const { messages, targets, score, variance } = FOLDS.lessons[2]!;
    const known = selectRows(TABLE, rowsOf(messages));
    const fits = fitMembers(known, { ...OPTIONS, sampledSweeps: 120 });
    const model = modelOfFits(fits, dataOf(known), { version: 0, sequence: known.r.length });
    targets.u.forEach((u, t) => {
      const answer = model.predict(u, targets.i[t]!, 'MF');
      expect(score[t]).toBe(answer.score);
      expect(variance[t]).toBe(answer.epistemic + answer.aleatoric);
    });
  });

  it('describe a movie without ratings by what is said of it alone', () => {
    const { movieInputs: inputs } = FOLDS.shape;
    for (const { movieFeatures } of FOLDS.lessons) {
      // Without bias, count and noise; genres Comedy, Drama, War; 1960.
      const never = Array.from(movieFeatures.subarray(NEVER * inputs, (NEVER + 1) * inputs), (x) => x + 0);
      expect(never).toEqual([0, -3, 1, 0, 0, 0, 1, -3]);
    }
  });
});

describe('messages', () => {
  it('of a table up to a million ratings are all heard, with the levels of the bounds that are given', () => {
    const { edges, bounds } = graphOf(TABLE, Float64Array.of(2.75));
    expect([...bounds]).toEqual([2.75]);
    expect([...edges.level]).toEqual(Array.from(TABLE.r, (r) => (r > 2.75 ? 1 : 0)));
    expect(newest(edges)).toBe(edges);
  });

  it('of more than that are the newest hundred of each user and movie, in order', () => {
    const n = 1_000_001;
    // User 0 gives every hundredth rating; otherwise users and movies are many.
    const many: AttentionEdges = {
      u: Int32Array.from({ length: n }, (_, e) => (e % 100 === 0 ? 0 : 1 + (e % 20_011))),
      i: Int32Array.from({ length: n }, (_, e) => e % 30_011),
      level: Int32Array.from({ length: n }, (_, e) => e % 7),
    };
    const heard = newest(many);
    expect(Math.max(...occurrences(heard.u, 20_012), ...occurrences(heard.i, 30_011))).toBe(100);
    const ofFirst = [...heard.u.keys()].filter((e) => heard.u[e] === 0);
    expect(ofFirst.map((e) => heard.i[e])).toEqual(upTo(100).map((at) => (1_000_000 - 100 * (99 - at)) % 30_011));
    expect(ofFirst.map((e) => heard.level[e])).toEqual(upTo(100).map((at) => (1_000_000 - 100 * (99 - at)) % 7));

    const fewer = newest(many, 5_000);
    for (const column of ['u', 'i', 'level'] as const) expect(fewer[column]).toEqual(heard[column].slice(-5_000));
  });
});
