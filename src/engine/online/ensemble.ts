import { type MemberForecast, newForecast } from './learner.ts';
import type { Member } from './member.ts';

/** A predicted rating on the working scale; mood counts as noise, since it is a state and not ignorance. */
export interface WorkingPrediction {
  /** Not clipped. */
  readonly score: number;
  readonly epistemic: number;
  readonly aleatoric: number;
  /** Score of the first member minus that of the last; 0 for one member alone. */
  readonly disagreement: number;
  /** What graph attention added to the score; 0 for a model without it. */
  readonly graph: number;
  /** What the Bayesian head added to the score; 0 for a model without one. */
  readonly bayes: number;
}

/** What a factorization's score is made of, working points. */
export interface FactorParts {
  readonly mean: number;
  readonly user: number;
  readonly movie: number;
  /** The members' user factors side by side. */
  readonly p: readonly number[]; // [members x factors]
  /** Their movie factors, over the number of members: the taste part is p·q. */
  readonly q: readonly number[]; // [members x factors]
}

/** The members of the factorization together: `mf` is the mean of their scores and the mean of their variances. */
export class Ensemble {
  private readonly list: readonly Member[];
  private readonly forecast: MemberForecast = newForecast();
  /** What parts are copied into: a copy of a list of numbers that are not whole is cheap, a typed array costs many times as much. */
  private readonly blank: readonly number[]; // [members x factors]

  constructor(members: Iterable<Member>) {
    this.list = [...members];
    this.blank = this.list.flatMap(({ learner }) => Array.from({ length: learner.factors }, () => 0.5));
  }

  /** @param gap seconds since the user's last rating; Infinity for what will be watched later */
  predict(u: number, i: number, gap: number): WorkingPrediction {
    let score = 0;
    let epistemic = 0;
    let aleatoric = 0;
    let [first, last] = [Number.NaN, 0];
    for (const { learner } of this.list) {
      const one = learner.predictOne(u, i, gap, this.forecast);
      score += one.score;
      last = one.score;
      if (Number.isNaN(first)) first = last;
      epistemic += one.epistemic - one.moodVariance;
      aleatoric += one.noise + one.moodVariance;
    }
    const n = this.list.length;
    return { score: score / n, epistemic: epistemic / n, aleatoric: aleatoric / n, disagreement: first - last, graph: 0, bayes: 0 };
  }

  /**
   * The means alone, without mood: what ranks movies.
   * @param movies in ascending order @param tilt by how much more the first member weighs, and the last one less
   */
  scores(u: number, movies: Int32Array, tilt = 0): Float64Array {
    const scores = new Float64Array(movies.length);
    const last = this.list.length - 1;
    this.list.forEach(({ learner }, place) => {
      const weight = 1 / this.list.length + (place === 0 ? tilt : 0) - (place === last ? tilt : 0);
      learner.addScores(u, movies, weight, scores);
    });
    return scores;
  }

  /** Seconds from the user's last rating to `time`; Infinity when either is unknown. */
  gapAt(u: number, time: number): number {
    return this.list[0]!.learner.gapAt(u, time);
  }

  /** What a score is made of, copied: it stays as it is when the model learns. */
  parts(u: number, i: number): FactorParts {
    const n = this.list.length;
    const p = this.blank.slice();
    const q = this.blank.slice();
    let [mean, user, movie, start] = [0, 0, 0, 0];
    for (const { learner } of this.list) {
      const k = learner.factors;
      mean += learner.m0 / n;
      user += learner.users.p.get(u, k) / n;
      movie += learner.movies.q.get(i, k) / n;
      for (let f = 0; f < k; f += 1) {
        p[start + f] = learner.users.p.get(u, f);
        q[start + f] = learner.movies.q.get(i, f) / n;
      }
      start += k;
    }
    return { mean, user, movie, p, q };
  }
}
