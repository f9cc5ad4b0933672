import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/domain.ts';
import { readPlanes } from '../../../src/engine/models/bayes.ts';
import type { FittedHead } from '../../../src/engine/models/hybrid.ts';
import { tilt } from '../../../src/engine/models/memberTrust.ts';
import { LiveHybrid } from '../../../src/engine/online/liveHybrid.ts';
import { predictRating } from '../../../src/engine/ranking/prediction.ts';
import { recommend } from '../../../src/engine/ranking/recommend.ts';
import { request } from '../ranking/requests.ts';
import { answersOf, quickHybrid, STAGES, tableWithUnrated, UNRATED } from './hybridSupport.ts';
import { applyAll, randomEvents, rated } from './support.ts';

const LIVE = await quickHybrid(tableWithUnrated({ users: 40, movies: 60, ratings: 1_500 }, 3));
applyAll(LIVE, [...randomEvents(150, 6, 42, 62), ...['m1', 'm2', 'm3'].map((movieId) => rated('enthusiast', movieId, 5))]);
const HYBRID = LIVE.hybrid!;

const USERS = [0, 5, 17, 39, LIVE.rowOfUser('enthusiast'), LIVE.data.users.size];
const MOVIES = [0, 8, 33, 59, LIVE.rowOfMovie(UNRATED), LIVE.data.movies.size];
const PAIRS = USERS.flatMap((u) => MOVIES.map((i) => [u, i] as const));

/** What a head says of a prediction whose variance is V. */
function reading({ planes }: FittedHead, score: number, V: number) {
  return readPlanes(planes, score, V * Math.exp(-HYBRID.logVarianceShift), { offset: 0, offsetVariance: 0, noiseFactor: 0 });
}

describe('each stage', () => {
  it('of the factorization is the mean of its members, without attention or head', () => {
    for (const [u, i] of PAIRS) {
      const { score, graph, bayes } = LIVE.predict(u, i, 'MF');
      const parts = LIVE.parts(u, i);
      const sum = parts.mean + parts.user + parts.movie + parts.p.reduce((total, p, f) => total + p * parts.q[f]!, 0);
      expect(score).toBeCloseTo(sum, 10);
      expect([graph, bayes]).toEqual([0, 0]);
    }
  });

  it('with attention adds delta to the score, and leaves the doubt as it is', () => {
    for (const [u, i] of PAIRS) {
      const mf = LIVE.predict(u, i, 'MF');
      const delta = HYBRID.attention.delta(u, i);
      expect(LIVE.predict(u, i, 'GNN')).toEqual({ ...mf, score: mf.score + delta, graph: delta });
    }
  });

  it.each([
    ['BNN', HYBRID.bnn],
    ['HYBRID', HYBRID.hybrid],
  ] as const)(
    '%s has its head on what is below: weighs the members, + offset, noise factor × V + variance of the offset',
    (stage, head) => {
      for (const [u, i] of PAIRS) {
        const below = LIVE.predict(u, i, stage === 'BNN' ? 'MF' : 'GNN');
        const V = below.epistemic + below.aleatoric;
        const weighed = tilt(head.trust, LIVE.data.ratings.ofUser(u).length) * below.disagreement;
        const { offset, offsetVariance, noiseFactor } = reading(head, below.score + weighed, V);
        const { score, epistemic, aleatoric, graph, bayes } = LIVE.predict(u, i, stage);
        expect(score).toBeCloseTo(below.score + weighed + offset, 12);
        expect(bayes).toBe(weighed + offset);
        expect(graph).toBe(below.graph);
        const total = noiseFactor * V + offsetVariance;
        expect(epistemic + aleatoric).toBeCloseTo(total, 12);
        expect(epistemic).toBeCloseTo(Math.min(below.epistemic + offsetVariance, total), 12);
        expect(aleatoric).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it('has both heads differ, and the mood of the moment go through all of them', () => {
    const scores = STAGES.map((stage) => LIVE.predict(3, 4, stage).score);
    expect(new Set(scores).size).toBe(4);
    const u = LIVE.rowOfUser('enthusiast');
    LIVE.apply(LIVE.sequence + 1, rated('enthusiast', 'm9', 5, 3e9));
    for (const stage of STAGES) {
      expect(LIVE.predictAt(u, 11, 3e9, stage).score - LIVE.predict(u, 11, stage).score).toBeGreaterThan(0.001);
    }
  });

  it('never says more of ignorance than of doubt in all: where the head finds little noise, the rest is 0', () => {
    const { planes, ...head } = HYBRID.hybrid;
    const little = { ...head, planes: { ...planes, logNoise: planes.logNoise.map(() => Math.log(0.01)) } };
    const sure = new LiveHybrid({ attention: HYBRID.attention, bnn: HYBRID.bnn, hybrid: little, logVarianceShift: 0 });
    const mf = { score: 3, epistemic: 0.5, aleatoric: 0.5, disagreement: 0, graph: 0, bayes: 0 };
    const { epistemic, aleatoric } = sure.correct('HYBRID', mf, 2, 3, 9);
    const below = 3 + HYBRID.attention.delta(2, 3);
    const { offsetVariance } = readPlanes(planes, below, 1, { offset: 0, offsetVariance: 0, noiseFactor: 0 });
    expect(aleatoric).toBe(0);
    expect(epistemic).toBeCloseTo(0.01 + offsetVariance, 12);
  });

  it('stands for one model: by default the whole hybrid', () => {
    expect(LIVE.serving).toBe('HYBRID');
    expect(LIVE.predict(1, 2)).toEqual(LIVE.predict(1, 2, 'HYBRID'));
  });
});

describe('a fit', () => {
  it('gives the same answers for the same data and seed, and others for another seed', async () => {
    const table = tableWithUnrated({ users: 15, movies: 20, ratings: 220 }, 5);
    const answers = async (seed: number) => answersOf(await quickHybrid(table, seed), ['u1', 'u9', 'stranger'], ['m3', UNRATED]);
    const first = await answers(4);
    expect(await answers(4)).toEqual(first);
    expect(await answers(5)).not.toEqual(first);
  });
});

describe('what a head adds its offset to', () => {
  it.each(STAGES)('of %s is the members as it weighs them, and what attention says', (stage) => {
    for (const [u, i] of PAIRS) {
      const { score, bayes, disagreement } = LIVE.predict(u, i, stage);
      const [variational, sampled] = [...LIVE.members.values()].map(({ learner }) => learner.scoreOf(u, i));
      expect(disagreement).toBeCloseTo(variational! - sampled!, 12);
      const head = { MF: null, GNN: null, BNN: HYBRID.bnn, HYBRID: HYBRID.hybrid }[stage];
      const weighed = head === null ? 0 : tilt(head.trust, LIVE.data.ratings.ofUser(u).length) * disagreement;
      expect(LIVE.scoresBelowHead(u, Int32Array.of(i), stage)[0]).toBeCloseTo(score - bayes + weighed, 12);
    }
  });
});

describe('the bounds of a head', () => {
  it.each([
    ['BNN', HYBRID.bnn],
    ['HYBRID', HYBRID.hybrid],
  ] as const)('of %s hold whatever it can say, and no more', (stage, head) => {
    const { least, most } = LIVE.offsetBounds(stage)!;
    let [lowest, highest] = [Infinity, -Infinity];
    for (let score = 0.5; score < 5.5; score += 0.013) {
      for (let lnV = -6; lnV < 4; lnV += 0.11) {
        const { offset } = reading(head, score, Math.exp(lnV));
        lowest = Math.min(lowest, offset);
        highest = Math.max(highest, offset);
      }
    }
    expect(lowest).toBeGreaterThanOrEqual(least - 1e-15);
    expect(highest).toBeLessThanOrEqual(most + 1e-15);
    expect(highest - lowest).toBeGreaterThan(0.8 * (most - least));
  });

  it('are none where there is no head', () => {
    expect([LIVE.offsetBounds('MF'), LIVE.offsetBounds('GNN')]).toEqual([null, null]);
  });
});

describe('an explanation', () => {
  const users = ['u0', 'u17', 'enthusiast', 'stranger'];
  const movies = ['m0', 'm33', UNRATED, 'unknown'];

  it.each<[Model, readonly string[]]>([
    ['MF', []],
    ['GNN', ['GRAPH']],
    ['BNN', ['BAYES']],
    ['HYBRID', ['GRAPH', 'BAYES']],
  ])('of %s adds up to the score, and tells of attention and head where it has them', (stage, kinds) => {
    for (const userId of users) {
      for (const movieId of movies) {
        const prediction = predictRating(LIVE, userId, movieId, stage);
        const { contributions } = prediction.explain();
        const sum = contributions.reduce((total, { value }) => total + value, 0);
        expect(Math.abs(sum - prediction.score), `${userId} ${movieId}`).toBeLessThan(1e-6);
        expect(contributions.map(({ kind }) => kind).filter((kind) => kind === 'GRAPH' || kind === 'BAYES')).toEqual(kinds);
        const value = (wanted: string) => contributions.find(({ kind }) => kind === wanted)?.value;
        const { graph, bayes } = LIVE.predict(LIVE.rowOfUser(userId), LIVE.rowOfMovie(movieId), stage);
        if (kinds.includes('GRAPH')) expect(value('GRAPH')).toBeCloseTo(graph, 12);
        if (kinds.includes('BAYES')) expect(value('BAYES')).toBeCloseTo(bayes, 12);
      }
    }
  });
});

describe('recommendations', () => {
  /** Every candidate predicted in full, best first, ties by id. */
  function bruteForce(userId: string, stage: Model): { movieId: string; score: number }[] {
    const u = LIVE.rowOfUser(userId);
    const seen = new Set(LIVE.data.ratings.ofUser(u).map((edge) => LIVE.data.ratings.movieOf(edge) as number));
    return LIVE.data.movieRecords
      .map(({ id }, i) => ({ movieId: id, i, score: LIVE.predict(u, i, stage).score }))
      .filter(({ i }) => !seen.has(i))
      .sort((left, right) => right.score - left.score || (left.movieId < right.movieId ? -1 : 1))
      .map(({ movieId, score }) => ({ movieId, score }));
  }

  it.each(['HYBRID', 'BNN', 'GNN'] as const)('of %s are the first of a full ranking, however few are wanted', (stage) => {
    for (const userId of ['u0', 'u3', 'u17', 'u39', 'enthusiast', 'stranger']) {
      const all = bruteForce(userId, stage);
      expect(all.length).toBeGreaterThan(10);
      for (const n of [1, 2, 10, all.length - 1, 1_000]) {
        const rows = recommend(LIVE, userId, request({ n, model: stage }));
        expect(rows.map(({ prediction }) => prediction.movieId)).toEqual(all.slice(0, n).map(({ movieId }) => movieId));
        rows.forEach(({ rankingScore, rank, prediction }, row) => {
          expect(rank).toBe(row + 1);
          expect(rankingScore).toBeCloseTo(all[row]!.score, 12);
          const asked = predictRating(LIVE, userId, prediction.movieId, stage);
          expect(prediction.explain()).toEqual(asked.explain());
          expect(prediction.variance).toBe(asked.variance);
        });
      }
    }
  });

  it('are not those of the factorization: attention and the head change ranks', () => {
    const order = (stage: Model) => bruteForce('u3', stage).map(({ movieId }) => movieId);
    expect(order('HYBRID')).not.toEqual(order('MF'));
    expect(order('BNN')).not.toEqual(order('HYBRID'));
  });
});
