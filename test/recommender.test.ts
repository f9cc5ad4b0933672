import { afterEach, describe, expect, it } from 'vitest';
import type { ModelUpdate } from '../src/domain.ts';
import { RequestError } from '../src/errors.ts';
import type { RecommenderOptions } from '../src/recommender/options.ts';
import { request } from './engine/ranking/requests.ts';
import { openTestRecommender, rateMany, rating, type TestRecommender, trained } from './support/recommender.ts';

let open: TestRecommender[] = [];

function start(options: Partial<RecommenderOptions> = {}): TestRecommender {
  const running = openTestRecommender(options);
  open.push(running);
  return running;
}

afterEach(async () => {
  for (const running of open.reverse()) await running.remove();
  open = [];
});

describe('a rating', () => {
  it('is answered with the prediction before and after it, and is in the next answer', async () => {
    const { recommender } = start();
    await rateMany(recommender, 6, 8);
    const { before, after, rating: stored, duplicate } = await recommender.rate(rating('ann', 'm1', 5));
    expect(duplicate).toBe(false);
    expect(stored).toMatchObject({ userId: 'ann', movieId: 'm1', rating: 5 });
    expect(after.score).toBeGreaterThan(before.score);
    expect(after.epistemicVariance).toBeLessThan(before.epistemicVariance);
    expect(recommender.predict('ann', 'm1', 'HYBRID').score).toBe(after.score);
    const movies = recommender.recommend('ann', request({ n: 50, model: 'HYBRID' })).map(({ prediction }) => prediction.movieId);
    expect(movies).not.toContain('m1');
    expect(movies).toHaveLength(7);
  });

  it('that is refused stores nothing and moves nothing', async () => {
    const { recommender, store } = start();
    await rateMany(recommender, 4, 4);
    const sequence = store.lastSequence();
    const wrong = [
      rating('', 'm1', 3),
      rating('ann', '', 3),
      rating('a'.repeat(201), 'm1', 3),
      rating('ann\u0000', 'm1', 3),
      rating('ann', 'm1', 0.5),
      rating('ann', 'm1', 5.5),
      rating('ann', 'm1', 3.25),
      rating('ann', 'm1', Number.NaN),
      rating('ann', 'm1', Number.POSITIVE_INFINITY),
      { ...rating('ann', 'm1', 3), ratedAt: Date.UTC(2026, 0, 3) },
    ];
    for (const input of wrong) await expect(recommender.rate(input)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(store.lastSequence()).toBe(sequence);
    expect(recommender.user('ann')).toBeNull();
  });

  it('in a list is accepted, recognised or rejected on its own', async () => {
    const { recommender } = start();
    const result = await recommender.rateMany([
      rating('ann', 'm1', 4),
      rating('ann', 'm1', 4),
      rating('ann', 'm2', 9),
      rating('ann', 'm3', 2),
    ]);
    expect(result).toMatchObject({ accepted: 2, duplicates: 1, rejected: [{ index: 2, code: 'BAD_USER_INPUT' }] });
    await expect(recommender.rateMany(Array(1001).fill(rating('ann', 'm1', 4)))).rejects.toMatchObject({
      details: { argument: 'ratings' },
    });
  });

  it('beyond the bound of the queue fails at once and is not stored', async () => {
    const { recommender, store } = start({ writeQueue: 2 });
    const outcomes = await Promise.allSettled(['m1', 'm2', 'm3'].map((movie) => recommender.rate(rating('ann', movie, 3))));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((outcomes[2] as PromiseRejectedResult).reason).toBeInstanceOf(RequestError);
    expect((outcomes[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'OVERLOADED' });
    expect(store.rating('ann', 'm3')).toBeNull();
  });
});

describe('a repeated requestId', () => {
  it('returns the first answer and changes nothing, also when the rating has changed since', async () => {
    const { recommender } = start();
    await rateMany(recommender, 4, 6);
    const first = await recommender.rate(rating('ann', 'm1', 5, 'r-1'));
    await recommender.rate(rating('ann', 'm1', 1, 'r-2'));
    const again = await recommender.rate(rating('ann', 'm1', 5, 'r-1'));
    expect(again).toMatchObject({ duplicate: true, sequence: first.sequence, rating: first.rating });
    expect(again.before.score).toBe(first.before.score);
    expect(again.after.explain()).toEqual(first.after.explain());
    expect(recommender.user('ann')!.meanRating).toBe(1);
  });

  it('with other arguments is refused', async () => {
    const { recommender } = start();
    await recommender.rate(rating('ann', 'm1', 5, 'r-1'));
    await expect(recommender.rate(rating('ann', 'm2', 5, 'r-1'))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument: 'requestId' },
    });
  });

  it.each(['a clean restart', 'a crash that lost the stored answer'])('returns the first answer after %s', async (how) => {
    const running = start();
    await rateMany(running.recommender, 4, 6);
    const first = await running.recommender.rate(rating('ann', 'm1', 5, 'r-1'));
    const next = how === 'a clean restart' ? await running.reopen() : running.crash();
    open = how === 'a clean restart' ? [next] : [running, next];
    const again = await next.recommender.rate(rating('ann', 'm1', 5, 'r-1'));
    expect(again).toMatchObject({ duplicate: true, sequence: first.sequence });
    expect(again.before.score).toBe(first.before.score);
    expect(again.after.score).toBe(first.after.score);
  });
});

describe('training beside serving', () => {
  it('publishes a version, hands over, and says so', async () => {
    const { recommender } = start();
    await rateMany(recommender, 20, 12);
    const heard: ModelUpdate[] = [];
    recommender.onModelUpdated((update) => heard.push(update));
    expect(await trained(recommender)).toBeNull();
    expect(heard.map(({ kind }) => kind)).toEqual(['TRAINED', 'ACTIVATED']);
    expect(recommender.modelStatus()).toMatchObject({ version: 1, serving: 'MF', stale: false, training: false });
    const [version] = recommender.modelVersions(1);
    expect(version).toMatchObject({ version: 1, active: true, refusedBecause: null });
    expect(version!.losses).toHaveLength(240); // 40 sweeps of the variational member, 200 of the sampled one
    expect(recommender.predict('u0', 'm0', 'MF').score).toBeGreaterThan(recommender.predict('u0', 'm1', 'MF').score + 1);
  });

  it('starts by itself when the ratings pass the schedule, and keeps what arrives meanwhile', async () => {
    const { recommender } = start({ autoTrain: true });
    const serving = new Promise<void>((resolve) => {
      recommender.onModelUpdated(({ kind }) => {
        if (kind === 'ACTIVATED') resolve();
      });
    });
    const count = await rateMany(recommender, 10, 8);
    expect(count).toBeGreaterThanOrEqual(50);
    expect(recommender.modelStatus().training).toBe(true);
    const { rating: late } = await recommender.rate(rating('late', 'm1', 4));
    await serving;
    expect(recommender.modelStatus().version).toBe(1);
    expect(recommender.ratingsOf('late', { first: 1, after: null }).nodes).toEqual([late]);
    expect(recommender.predict('late', 'm1', 'HYBRID').basis).toBe('LEARNED');
  });

  it('that runs out of memory leaves the last version serving, and says so', async () => {
    const { recommender } = start({ trainerMemory: 4 });
    await rateMany(recommender, 20, 12);
    const before = recommender.predict('u0', 'm0', 'HYBRID').score;
    expect(await trained(recommender)).toMatch(/ran out of its 4 MiB of memory; raise TASTEGRAPH_TRAINER_MEMORY/);
    expect(recommender.modelStatus()).toMatchObject({
      version: 0,
      stale: true,
      lastTrainingError: expect.stringMatching(/trainer process/),
    });
    expect(recommender.predict('u0', 'm0', 'HYBRID').score).toBe(before);
  });

  it('publishes the factorization first and the hybrid after it, which serves from then on and over a restart', async () => {
    const running = start();
    const { recommender } = running;
    await rateMany(recommender, 40, 20);
    const heard: ModelUpdate[] = [];
    recommender.onModelUpdated((update) => heard.push(update));
    expect(await trained(recommender)).toBeNull();
    expect(heard.map(({ kind, serving }) => [kind, serving])).toEqual([
      ['TRAINED', 'MF'],
      ['ACTIVATED', 'MF'],
      ['TRAINED', 'MF'],
      ['ACTIVATED', 'HYBRID'],
    ]);
    const status = recommender.modelStatus();
    expect(status).toMatchObject({ version: 2, serving: 'HYBRID', compute: 'webasm', stale: false });
    expect(status.metrics.map(({ model }) => model)).toEqual(['MF', 'HYBRID']);
    const [hybrid, factorization] = recommender.modelVersions(2);
    expect([hybrid!.models, factorization!.models]).toEqual([['MF', 'GNN', 'BNN', 'HYBRID'], ['MF']]);
    expect(new Set(hybrid!.losses.map(({ model }) => model))).toEqual(new Set(['MF', 'GNN', 'BNN', 'HYBRID']));

    await recommender.rate(rating('u0', 'new film', 5));
    const answers = (of: typeof recommender) =>
      (['MF', 'GNN', 'BNN', 'HYBRID'] as const).map((model) => {
        const { score, epistemicVariance, aleatoricVariance } = of.predict('u0', 'm3', model);
        return [score, epistemicVariance, aleatoricVariance];
      });
    const before = answers(recommender);
    expect(new Set(before.map(([score]) => score)).size).toBe(4);
    const crashed = running.crash();
    open = [crashed];
    expect(answers(crashed.recommender)).toEqual(before);
    expect(crashed.recommender.modelStatus().serving).toBe('HYBRID');
  });

  it('trains the factorization alone when asked for no more', async () => {
    const { recommender } = start();
    await rateMany(recommender, 40, 20);
    const finished = new Promise<void>((resolve) => {
      recommender.onTrainingProgress((progress) => {
        if (progress.finished) resolve();
      });
    });
    recommender.train(['MF']);
    await finished;
    expect(recommender.modelStatus()).toMatchObject({ version: 1, serving: 'MF' });
    expect(() => recommender.predict('u0', 'm0', 'GNN')).toThrow(/not trained yet/);
  });

  it('is not asked for no model at all, nor without ratings', async () => {
    const { recommender } = start();
    expect(() => recommender.train(null)).toThrow(/no rating to learn from/);
    await rateMany(recommender, 3, 3);
    expect(() => recommender.train([])).toThrow(/models is empty/);
    expect(() => recommender.predict('u0', 'm0', 'MF')).toThrow(/not trained yet/);
  });
});

describe('what a lost subscription missed', () => {
  it('is told from memory, and after a restart from the log', async () => {
    const running = start();
    const { recommender } = running;
    const start1 = recommender.modelStatus().sequence;
    await recommender.rate(rating('ann', 'm1', 5));
    await recommender.rate(rating('bob', 'm1', 2));
    const updates = recommender.updates(start1, 10);
    expect(updates.map(({ userId, rating: value }) => [userId, value])).toEqual([
      ['ann', 5],
      ['bob', 2],
    ]);
    expect(updates[0]!.after).toBeGreaterThan(updates[0]!.before!);
    const next = await running.reopen();
    open = [next];
    expect(next.recommender.updates(start1, 10).map(({ userId, sequence }) => [userId, sequence])).toEqual(
      updates.map(({ userId, sequence }) => [userId, sequence]),
    );
  });
});

describe('updates from before this process', () => {
  it('are found behind any number of events that are none', async () => {
    const running = start();
    for (let i = 0; i < 12; i += 1) await running.recommender.putMovie({ id: `m${i}`, title: `Movie ${i}` });
    await running.recommender.rate(rating('ann', 'm1', 5));
    const next = await running.reopen();
    open = [next];
    expect(next.recommender.updates(0, 5).map(({ userId }) => userId)).toEqual(['ann']);
    await next.recommender.rate(rating('bob', 'm1', 2));
    const told = next.recommender.updates(0, 5);
    expect(told.map(({ userId, before }) => [userId, before === null])).toEqual([
      ['ann', true],
      ['bob', false],
    ]);
    expect(next.recommender.updates(0, 1)).toEqual(told.slice(0, 1));
  });
});

describe('records', () => {
  it('keep what a patch leaves out and lose what it sets to null', async () => {
    const { recommender } = start();
    await recommender.putMovie({ id: 'm1', title: 'Heat', year: 1995, genres: ['Crime', 'Drama'] });
    expect(await recommender.putMovie({ id: 'm1', title: 'Heat', genres: null })).toMatchObject({ year: 1995, genres: [] });
    await recommender.putUser({ id: 'ann', age: 30, gender: 'F' });
    expect(await recommender.putUser({ id: 'ann', age: null })).toMatchObject({ age: null, gender: 'F' });
    await expect(recommender.putUser({ id: 'ann', age: -1 })).rejects.toMatchObject({ details: { argument: 'age' } });
    await expect(recommender.putMovie({ id: 'm1', title: ' ' })).rejects.toMatchObject({ details: { argument: 'title' } });
  });

  it('are listed in pages that join without gaps', async () => {
    const { recommender } = start();
    await rateMany(recommender, 7, 5);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = recommender.users({ first: 3, after }, '');
      seen.push(...page.nodes.map(({ id }) => id));
      if (!page.hasNextPage) break;
      after = page.endCursor;
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
  });
});

describe('the dataset', () => {
  it('is counted as by hand', async () => {
    const { recommender } = start();
    await recommender.rateMany([rating('a', 'x', 1), rating('a', 'y', 3), rating('b', 'x', 5), rating('b', 'z', 3)]);
    const { mean, variance, sparsity, histogram, ratingCount } = recommender.dataset();
    expect({ mean, variance, sparsity, ratingCount }).toEqual({ mean: 3, variance: 2, sparsity: 1 - 4 / 6, ratingCount: 4 });
    expect(histogram.filter(({ count }) => count > 0)).toEqual([
      { value: 1, count: 1 },
      { value: 3, count: 2 },
      { value: 5, count: 1 },
    ]);
    expect(recommender.mostRated(1)[0]).toMatchObject({ id: 'x', ratingCount: 2, meanRating: 3 });
    expect(recommender.heatmap(2, 2)).toMatchObject({
      users: ['a', 'b'],
      ratings: [
        [1, 3],
        [5, null],
      ],
    });
  });
});
