import type { MovieRecord, RatingScale } from '../../domain.ts';
import { Random } from '../math/random.ts';
import { drawHistory, MOOD } from './demoHistory.ts';
import { drawTaste } from './demoTaste.ts';
import { GroundTruth, toScale } from './groundTruth.ts';
import type { RatingTable } from './ratingTable.ts';

const SCALE: RatingScale = { min: 1, max: 5, step: 0.5 };

export interface DemoSize {
  /** Default 600. */
  readonly users?: number;
  /** About so many. Default 40,000. */
  readonly ratings?: number;
}

export interface DemoData {
  /** In time order; user ids are "1", "2", ... */
  readonly table: RatingTable;
  readonly truth: GroundTruth;
}

/**
 * Invented people who rate real films, so that a newcomer sees a server at work and a test knows the right answer:
 *
 *   r_ui = nearest half step of mean_ui + mood of the visit + noise_u N(0, 1), clipped to 1 to 5
 *
 * with mean and noise from `drawTaste`, and who rates what, when, in which mood from `drawHistory`. The same films and seed
 * give the same data bit for bit.
 */
export function demoData(films: readonly MovieRecord[], seed: number, { users = 600, ratings = 40_000 }: DemoSize = {}): DemoData {
  const taste = drawTaste(films, users, new Random(seed, 1));
  const occasions = drawHistory(films, taste, ratings, new Random(seed, 2));
  const random = new Random(seed, 3);
  const latent = ({ u, i, mood }: { u: number; i: number; mood: number }) =>
    taste.mean[u * films.length + i]! + mood + taste.noise[u]! * random.normal();
  return {
    table: {
      scale: SCALE,
      users: taste.users,
      movies: films,
      u: Int32Array.from(occasions, ({ u }) => u),
      i: Int32Array.from(occasions, ({ i }) => i),
      r: Float64Array.from(occasions, (occasion) => toScale(SCALE, latent(occasion))),
      time: Float64Array.from(occasions, ({ time }) => time),
    },
    truth: new GroundTruth({
      scale: SCALE,
      mean: taste.mean,
      noise: taste.noise.map((noise) => Math.hypot(noise, MOOD)),
      movies: films.length,
    }),
  };
}
