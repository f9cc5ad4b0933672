import type { RatingScale } from '../../domain.ts';
import { normalCdf } from '../math/gaussian.ts';
import type { Random } from '../math/random.ts';

/** What a generative model knows before it draws a rating: latent ~ N(mean, noise²), then rounded to the scale. */
export interface LatentModel {
  readonly scale: RatingScale;
  readonly mean: Float64Array; // [users x movies] row-major, before rounding and clipping
  readonly noise: Float64Array; // [users] standard deviation of the latent rating around its mean
  readonly movies: number;
}

/**
 * The truth behind synthetic ratings: what no recommender sees, for tests of coverage and experiments on regret.
 * The rating is the latent value moved to the nearest step and clipped to the scale, so its own mean and standard
 * deviation differ a little from the latent ones; both are computed exactly here, without sampling.
 */
export class GroundTruth {
  private readonly model: LatentModel;
  private readonly levels: readonly number[];

  /** @param model its scale must have a step */
  constructor(model: LatentModel) {
    if (model.scale.step === null) throw new RangeError('Ground truth is computed level by level: the scale needs a step.');
    this.model = model;
    this.levels = levelsOf(model.scale);
  }

  /** Mean of the latent rating, before rounding and clipping. */
  latent(u: number, i: number): number {
    return this.model.mean[u * this.model.movies + i]!;
  }

  /** Standard deviation of the latent rating of this user, mood of the session included. */
  noise(u: number): number {
    return this.model.noise[u]!;
  }

  /** Mean of the rating that this user would give. */
  expected(u: number, i: number): number {
    return this.moments(u, i).mean;
  }

  /** Standard deviation of the rating that this user would give. */
  std(u: number, i: number): number {
    return Math.sqrt(this.moments(u, i).variance);
  }

  /** A rating that this user might give, mood of the session included. */
  draw(u: number, i: number, random: Random): number {
    return toScale(this.model.scale, this.latent(u, i) + this.noise(u) * random.normal());
  }

  /** Sums over the levels of the scale; each holds the latent values nearer to it than to its neighbours. */
  private moments(u: number, i: number): { mean: number; variance: number } {
    const { levels } = this;
    const latent = this.latent(u, i);
    const noise = this.noise(u);
    let below = 0;
    let mean = 0;
    let square = 0;
    for (let level = 0; level < levels.length; level += 1) {
      const value = levels[level]!;
      const edge = level + 1 < levels.length ? (value + levels[level + 1]!) / 2 : Infinity;
      const upTo = edge === Infinity ? 1 : probabilityBelow(edge, latent, noise);
      mean += (upTo - below) * value;
      square += (upTo - below) * value * value;
      below = upTo;
    }
    return { mean, variance: Math.max(0, square - mean * mean) };
  }
}

/** The value on the scale nearest to a latent rating. */
export function toScale({ min, max, step }: RatingScale, latent: number): number {
  const clipped = Math.min(max, Math.max(min, latent));
  return step === null ? clipped : Math.min(max, min + Math.round((clipped - min) / step) * step);
}

function levelsOf({ min, max, step }: RatingScale): number[] {
  return Array.from({ length: Math.round((max - min) / step!) + 1 }, (_, level) => min + level * step!);
}

/** P(latent < edge); without noise, a latent value on an edge is rounded up, as Math.round does. */
function probabilityBelow(edge: number, latent: number, noise: number): number {
  return noise === 0 ? Number(latent < edge) : normalCdf((edge - latent) / noise);
}
