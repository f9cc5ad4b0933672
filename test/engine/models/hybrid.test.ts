import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/math/random.ts';
import { ATTENTION_DEFAULTS, attentionDelta, attentionRowsOf, fitAttention } from '../../../src/engine/models/attention.ts';
import { fitHybrid } from '../../../src/engine/models/hybrid.ts';
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
