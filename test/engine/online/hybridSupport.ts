import type { RatingTable } from '../../../src/engine/data/ratingTable.ts';
import type { SyntheticOptions } from '../../../src/engine/data/syntheticRatings.ts';
import { Random } from '../../../src/engine/math/random.ts';
import { ATTENTION_DEFAULTS, fitAttention } from '../../../src/engine/models/attention.ts';
import { fitHead, HEAD_DEFAULTS, type HeadRows, headPlanes } from '../../../src/engine/models/bayes.ts';
import type { FittedHead, HybridLesson } from '../../../src/engine/models/hybrid.ts';
import { type LiveModel, SERVED_MEMBERS } from '../../../src/engine/online/liveModel.ts';
import { dataOf, firstRatings, streamLessons } from '../../../src/engine/training/lessons.ts';
import { fitMembers, modelOfFits } from '../../../src/engine/training/members.ts';
import { publishHybrid } from '../../../src/engine/training/publishAttention.ts';
import { fitTaste } from '../../../src/engine/training/taste.ts';
import { syntheticTable } from './support.ts';

/** The stages of the hybrid, from the factorization up. */
export const STAGES = ['MF', 'GNN', 'BNN', 'HYBRID'] as const;

/** A movie of the catalogue that nobody had rated at publication. */
export const UNRATED = 'unrated';

/** Far enough from 0 to be missed. */
const SHIFT = -0.3;
const TRUST = { level: 0.2, slope: -0.1 };

/** Synthetic ratings, and one more movie without any. */
export function tableWithUnrated(options: SyntheticOptions, seed: number): RatingTable {
  const table = syntheticTable(options, seed);
  return { ...table, movies: [...table.movies, { id: UNRATED, title: 'Unrated', year: 1971, genres: ['War'] }] };
}

/**
 * A hybrid for tests of how it serves, fitted to stream lessons in a second or two: few steps, few draws, and all of what
 * attention says, where a training would trust it only as far as it helps. Synthetic ratings hold little for it to find.
 */
export async function quickHybrid(table: RatingTable, seed = 1): Promise<LiveModel> {
  const options = { seed, members: SERVED_MEMBERS };
  const { lessons, shape, bounds } = streamLessons(table, fitMembers(firstRatings(table), options));
  const fits = fitMembers(table, options);
  const data = dataOf(table);
  const attention = await fitAttention(lessons, shape, { ...ATTENTION_DEFAULTS, steps: 20 }, new Random(seed, 30), null);
  const [bnn, hybrid] = [await quickHead(lessons, seed, 31), await quickHead(lessons, seed, 32)];
  const served = await publishHybrid({ attention, bnn, hybrid, logVarianceShift: SHIFT }, bounds, fits, data, null);
  return modelOfFits(fits, data, { version: 1, sequence: table.r.length }, { hybrid: served, taste: fitTaste(fits, seed) });
}

async function quickHead(lessons: readonly HybridLesson[], seed: number, stream: number): Promise<FittedHead> {
  const random = new Random(seed, stream);
  const column = (pick: (lesson: HybridLesson) => Float64Array) => Float64Array.from(lessons.flatMap((lesson) => [...pick(lesson)]));
  const rows: HeadRows = { score: column(({ score }) => score), variance: column(({ variance }) => variance), r: column(({ r }) => r) };
  const weights = await fitHead(rows, HEAD_DEFAULTS, random, null);
  return { trust: TRUST, weights, planes: await headPlanes(weights, 4, random, null) };
}

/** What the four stages say of these users and movies, bit for bit. */
export function answersOf(model: LiveModel, userIds: readonly string[], movieIds: readonly string[]): number[] {
  return STAGES.flatMap((stage) =>
    userIds.flatMap((userId) =>
      movieIds.flatMap((movieId) => Object.values(model.predict(model.rowOfUser(userId), model.rowOfMovie(movieId), stage))),
    ),
  );
}
