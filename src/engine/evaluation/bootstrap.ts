import { Random } from '../math/random.ts';

/** Resampled tests that an interval is made from. */
const RESAMPLES = 2_000;
/** Resamples are drawn from a stream of their own. */
const STREAM = 15;
/** An interval of 95 %. */
const TAILS = 0.05;

/** Two models on the same test. */
export interface Comparison {
  readonly model: string;
  readonly against: string;
  /** RMSE of `model` minus that of `against`, rating points: below 0 where `model` is better. */
  readonly difference: number;
  /** 95 % interval of the difference. */
  readonly low: number;
  readonly high: number;
  /** Whether the interval leaves 0 out, so that another sample of users would hardly have turned the two round. */
  readonly isReal: boolean;
}

/**
 * The paired bootstrap over users (Efron and Tibshirani 1993, chapter 13: percentiles; Cohen 1995 for pairs): users are drawn with
 * replacement, each with all of their test rows, because the errors of one user are alike; both models are judged on the same draw.
 * What another fit of the same model would do is not in it.
 * @param u [rows] user of each row
 * @param errors by model: squared error of each row
 * @returns every pair once, in the order of `errors`; an interval over a single user has no width and nothing in it is real
 */
export function compareModels(u: Int32Array, errors: ReadonlyMap<string, Float64Array>, seed: number): Comparison[] {
  const names = [...errors.keys()];
  const { counts, sums } = byUser(u, [...errors.values()]);
  const users = counts.length;
  const random = new Random(seed, STREAM);
  const resampled = names.map(() => new Float64Array(RESAMPLES)); // [models][resamples] RMSE
  const totals = new Float64Array(names.length);
  for (let draw = 0; draw < RESAMPLES; draw += 1) {
    let n = 0;
    totals.fill(0);
    for (let each = 0; each < users; each += 1) {
      const user = random.below(users);
      n += counts[user]!;
      for (let model = 0; model < names.length; model += 1) totals[model]! += sums[model]![user]!;
    }
    for (let model = 0; model < names.length; model += 1) resampled[model]![draw] = Math.sqrt(totals[model]! / n);
  }
  const rmse = [...errors.values()].map((squares) => Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length));
  return names.flatMap((model, at) =>
    names.slice(0, at).map((against, other) => {
      const differences = resampled[at]!.map((value, draw) => value - resampled[other]![draw]!).sort();
      const [low, high] = [quantile(differences, TAILS / 2), quantile(differences, 1 - TAILS / 2)];
      return { model, against, difference: rmse[at]! - rmse[other]!, low, high, isReal: users > 1 && (low > 0 || high < 0) };
    }),
  );
}

/** Rows and squared errors of each user. */
function byUser(u: Int32Array, errors: readonly Float64Array[]): { counts: Float64Array; sums: Float64Array[] } {
  const places = new Map<number, number>();
  for (const user of u) if (!places.has(user)) places.set(user, places.size);
  const counts = new Float64Array(places.size);
  const sums = errors.map(() => new Float64Array(places.size));
  u.forEach((user, row) => {
    const place = places.get(user)!;
    counts[place]! += 1;
    for (const [model, squares] of errors.entries()) sums[model]![place]! += squares[row]!;
  });
  return { counts, sums };
}

/** Between two values of a sorted list the share that lies between them. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
