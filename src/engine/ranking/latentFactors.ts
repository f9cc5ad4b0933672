import type { FactorPosition, LatentFactor } from '../../domain.ts';
import type { LiveData } from '../data/liveData.ts';
import { type AxisDescription, loadingsOf, positionsOf, type ReadableAxes } from '../models/readableAxes.ts';
import type { LiveModel } from '../online/liveModel.ts';

/** The axes of taste that have words, the one that explains most first; none before the first fit. */
export function latentFactors({ axes, data }: LiveModel): LatentFactor[] {
  return axes === null ? [] : axes.described.map((_, index) => latentFactor(axes, index, data));
}

export function latentFactor(axes: ReadableAxes, index: number, data: LiveData): LatentFactor {
  return new AxisFactor(axes.described[index]!, index, data);
}

class AxisFactor implements LatentFactor {
  readonly index: number;
  readonly label: string;
  readonly genres: readonly string[];
  readonly share: number;
  readonly strength: number;
  readonly #order: Int32Array;
  readonly #data: LiveData;

  constructor({ label, genres, share, strength, order }: AxisDescription, index: number, data: LiveData) {
    this.index = index;
    this.label = label;
    this.genres = genres;
    this.share = share;
    this.strength = strength;
    this.#order = order;
    this.#data = data;
  }

  highest(n: number): readonly string[] {
    return this.#ids(this.#order.slice(0, n));
  }

  lowest(n: number): readonly string[] {
    return this.#ids(this.#order.slice(-n).reverse());
  }

  #ids(movies: Int32Array): string[] {
    return Array.from(movies, (i) => this.#data.movieRecords[i]!.id);
  }
}

/** Where a user stands on each axis that has words, in standard deviations of users; a stranger stands at the prior. */
export function factorPositions(model: LiveModel, u: number): FactorPosition[] {
  const { axes, data } = model;
  if (axes === null) return [];
  const positions = positionsOf(axes, model.parts(u, data.movies.size).p);
  return axes.described.map((_, index) => ({ factor: latentFactor(axes, index, data), position: positions[index]! }));
}

/** How many rating points more a user gives a movie for each standard deviation that the user is out on each axis that has words. */
export function movieLoadings(model: LiveModel, i: number): number[] {
  const { axes, data, scale } = model;
  if (axes === null) return [];
  const loadings = loadingsOf(axes, model.parts(data.users.size, i).q);
  return axes.described.map((_, index) => loadings[index]! * scale.pointsPerUnit);
}
