import { Random } from '../math/random.ts';
import { type Point, placeOf, type Space, valueAt } from './searchSpace.ts';

/** Searches draw from a stream of their own. */
const STREAM = 16;
/** Share of the trials that are drawn anywhere; the others lie near the best so far. */
const RANDOM_SHARE = 0.5;
/** Standard deviation of a step from the best, as a share of the range, in each direction. */
const STEP = 0.12;

export interface Trial {
  readonly point: Point;
  /** The lower the better. */
  readonly loss: number;
}

/**
 * Random, then local search (Bergstra and Bengio 2012; Solis and Wets 1981): the first trial is `start`, half of the others are drawn
 * evenly over the ranges, the rest normally around the best so far. A trial whose loss is not finite counts as the worst.
 * @param start what is in use; it is kept unless something is better
 * @param lossOf of one trial
 * @returns all trials in order
 */
export async function search(
  space: Space,
  start: Point,
  trials: number,
  seed: number,
  lossOf: (point: Point, trial: number) => Promise<number>,
): Promise<Trial[]> {
  const random = new Random(seed, STREAM);
  const done: Trial[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const isRandom = trial - 1 < RANDOM_SHARE * (trials - 1);
    const point = trial === 0 ? start : isRandom ? anywhere(space, random) : near(space, bestOf(done).point, random);
    const loss = await lossOf(point, trial);
    done.push({ point, loss: Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY });
  }
  return done;
}

/** The first of those with the lowest loss. */
export function bestOf(trials: readonly Trial[]): Trial {
  return trials.reduce((best, trial) => (trial.loss < best.loss ? trial : best));
}

function anywhere(space: Space, random: Random): Point {
  return Object.fromEntries(Object.entries(space).map(([name, range]) => [name, valueAt(range, random.uniform())]));
}

function near(space: Space, point: Point, random: Random): Point {
  return Object.fromEntries(
    Object.entries(space).map(([name, range]) => {
      const at = placeOf(range, point[name]!) + STEP * random.normal();
      return [name, valueAt(range, Math.min(1, Math.max(0, at)))];
    }),
  );
}
