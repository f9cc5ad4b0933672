import { expect, it } from 'vitest';
import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import { SERVED_MEMBERS } from '../../../src/engine/online/liveModel.ts';
import { fitOnTop } from '../../../src/engine/training/fit.ts';
import { dataOf, streamLessons } from '../../../src/engine/training/lessons.ts';
import { fitMembers } from '../../../src/engine/training/members.ts';
import { rated, syntheticTable } from './support.ts';

const USERS = 80;
const MOVIES = 120;
/** How a user's ratings of each genre grow with the logarithm of how many they have given. Genres come in turns. */
const MATURING = [0.5, 0, -0.5];

/**
 * Tastes that mature: who has rated much likes comedies more and war films less. Factors follow that too late, one user after
 * the other; attention sees it in the counts, and is trusted because there is something for it to find.
 */
function maturingTastes(): RatingTable {
  const table = syntheticTable({ users: USERS, movies: MOVIES, ratings: 4_000, noise: 0.4, step: 1 }, 3);
  const given = new Array<number>(USERS).fill(0);
  const r = table.r.map((rating, row) => {
    const n = given[table.u[row]!]!++;
    const grown = rating + MATURING[table.i[row]! % 3]! * (Math.log(1 + n) - 3);
    return Math.min(5, Math.max(1, Math.round(grown)));
  });
  return { ...table, r };
}

it('after one rating each of the three parts of the answer moves, on at least 45 of 50 other films', async () => {
  const table = maturingTastes();
  const options = { seed: 1, members: SERVED_MEMBERS };
  const at = { version: 1, sequence: table.r.length };
  const live = await fitOnTop(streamLessons(table, options), fitMembers(table, options), dataOf(table), at, { seed: 1, device: null });

  for (const [u, rating] of [
    [7, 1],
    [41, 5],
    [60, 1],
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
