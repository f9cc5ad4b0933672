import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { ATTENTION_DEFAULTS, attentionDelta, attentionRowsOf, fitAttention } from '../../../src/engine/models/attention.ts';
import { fitHybrid, type HybridLesson } from '../../../src/engine/models/hybrid.ts';
import { SERVED_MEMBERS } from '../../../src/engine/online/liveModel.ts';
import { firstRatings, streamLessons } from '../../../src/engine/training/lessons.ts';
import { fitMembers } from '../../../src/engine/training/members.ts';
import { syntheticTable } from '../online/support.ts';

describe('attention in a stream that has nothing for it to find', async () => {
  const random = new Random(4);
  const table = syntheticTable({ users: 30, movies: 40, ratings: 400, step: 1 }, 2);
  const chance = { ...table, r: table.r.map(() => 1 + random.below(5)) };
  const { lessons, shape } = streamLessons(chance, fitMembers(firstRatings(chance), { seed: 1, members: SERVED_MEMBERS }));
  const { attention } = await fitHybrid(lessons, shape, true, new Random(3), null);
  // The first that a fit draws for is attention on all lessons.
  const whole = await fitAttention(lessons, shape, ATTENTION_DEFAULTS, new Random(3), null);
  const deltas = async (weights: typeof whole) => {
    const [rows] = await attentionRowsOf(weights, lessons.slice(-1), null);
    return Array.from({ length: 30 * 40 }, (_, pair) =>
      attentionDelta(weights, rows!.users, Math.floor(pair / 40), rows!.movies, pair % 40),
    );
  };
  const [taken, found] = [await deltas(attention), await deltas(whole)];

  it('is taken by one share everywhere, which is little but not nothing', () => {
    const share = taken[0]! / found[0]!;
    expect(share).toBeGreaterThan(0.001);
    expect(share).toBeLessThan(0.5);
    for (const [pair, delta] of taken.entries()) expect(delta).toBeCloseTo(share * found[pair]!, 12);
  });
});

describe('attention in a stream with very many rows', () => {
  const TARGETS = 100_000;
  const [users, movies] = [20, 30];
  const random = new Random(6);
  const column = (n: number, next: () => number) => Float64Array.from({ length: n }, next);
  const below = (n: number, end: number) => Int32Array.from({ length: n }, () => random.below(end));
  const lesson = (rows: number): HybridLesson => ({
    userFeatures: column(users * 2, () => random.normal()),
    movieFeatures: column(movies * 2, () => random.normal()),
    messages: { u: below(100, users), i: below(100, movies), level: below(100, 3) },
    targets: { u: below(rows, users), i: below(rows, movies), residual: column(rows, () => random.normal()) },
    ...{ score: column(rows, () => 3), variance: column(rows, () => 1), disagreement: column(rows, () => 0) },
    ...{ given: column(rows, () => 5), r: column(rows, () => 3 + random.normal()) },
  });
  const shape = { users, movies, userInputs: 2, movieInputs: 2, levels: 3 };

  /** Losses of the first two steps, and how many are announced. */
  async function beginning(train: (listen: (epochs: number, loss: number) => void) => Promise<unknown>): Promise<number[]> {
    const seen: number[] = [];
    const stop = new Error('enough seen');
    const fitting = train((epochs, loss) => {
      seen.push(epochs, loss);
      if (seen.length === 4) throw stop;
    });
    await expect(fitting).rejects.toBe(stop);
    return seen;
  }

  it.each([
    ['is fitted to the first half, which is enough', TARGETS, 1, 160],
    ['is fitted to all, and to the first half once more, where that has fewer', TARGETS - 1, 2, 240],
  ])('%s', async (_, rows, fitted, steps) => {
    const lessons = [lesson(rows), lesson(500)];
    const seen = await beginning((listen) =>
      fitHybrid(lessons, shape, true, new Random(3), null, (__, ___, epochs, loss) => listen(epochs, loss)),
    );
    const alone = await beginning((listen) =>
      fitAttention(lessons.slice(0, fitted), shape, ATTENTION_DEFAULTS, new Random(3), null, (__, ___, loss) => listen(steps, loss)),
    );
    expect(seen).toEqual(alone);
  });
});
