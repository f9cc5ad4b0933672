import { expect, it } from 'vitest';
import { SERVED_MEMBERS } from '../../../src/engine/online/liveModel.ts';
import { fitOnTop } from '../../../src/engine/training/fit.ts';
import { dataOf, firstRatings, streamLessons } from '../../../src/engine/training/lessons.ts';
import { fitMembers } from '../../../src/engine/training/members.ts';
import { rated, syntheticTable } from './support.ts';

it('after one rating each of the three parts of the answer moves, on at least 45 of 50 other films', async () => {
  // Nothing in these ratings is left for attention to find; it is heard all the same.
  const table = syntheticTable({ users: 40, movies: 100, ratings: 1_200 }, 3);
  const options = { seed: 1, members: SERVED_MEMBERS };
  const at = { version: 1, sequence: table.r.length };
  const lessons = streamLessons(table, fitMembers(firstRatings(table), options));
  const live = await fitOnTop(lessons, fitMembers(table, options), dataOf(table), at, { seed: 1, device: null });

  for (const [u, rating] of [
    [7, 1],
    [21, 5],
    [33, 1],
  ] as const) {
    const unrated = [...table.movies.keys()].filter((i) => live.data.ratings.find(u, i) < 0);
    expect(live.data.ratings.ofUser(u).length).toBeGreaterThan(10);
    const others = unrated.slice(1, 51);
    expect(others).toHaveLength(50);
    const parts = () => ({
      factorization: others.map((i) => live.predict(u, i, 'MF').score),
      attention: others.map((i) => live.hybrid!.attention.delta(u, i)),
      head: others.map((i) => live.predict(u, i, 'HYBRID').bayes),
    });
    const before = parts();
    live.apply(live.sequence + 1, rated(`u${u}`, `m${unrated[0]}`, rating));
    const after = parts();
    for (const part of ['factorization', 'attention', 'head'] as const) {
      const moved = others.filter((_, n) => Math.abs(after[part][n]! - before[part][n]!) > 1e-4).length;
      expect(moved, `${part}, user ${u}`).toBeGreaterThanOrEqual(45);
    }
  }
}, 180_000);
