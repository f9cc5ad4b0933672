import type { RatingTable } from '../data/ratingTable.ts';
import { Standardization } from '../data/standardize.ts';
import { clipWorking, WORKING_MAX, WORKING_MIN, WorkingScale } from '../data/workingScale.ts';
import { Random } from '../math/random.ts';
import type { EvaluatedModel, Forecast, LossListener } from './model.ts';

/** Options of the plain factorization. Steps and penalties are for working ratings, 1 to 5. */
export interface SgdOptions {
  /** Number of factors k, 1 to 1,000. Default 20. */
  readonly factors: number;
  /** Size of a gradient step in the first epoch, and of each step in a stream; above 0, at most 1. Default .02. */
  readonly step: number;
  /** What the step is multiplied by after each epoch; above 0, at most 1. Default .95. */
  readonly stepDecay: number;
  /** L2 penalty λ, at least 0. Default .1. */
  readonly penalty: number;
  /** Passes over all ratings, 1 to 10,000. Default 80. */
  readonly epochs: number;
  /** Whether m0, b and c are learned; without them r_ui = p_u·q_i. Default true. */
  readonly biases: boolean;
  /** Trains on (r − mean)/σ instead of r − mean. Default false. */
  readonly standardize: boolean;
  /** First factors: `normal` .1 N(0, 1), `uniform` U(0, 1). Default normal. */
  readonly start: 'normal' | 'uniform';
  /** Whether each epoch takes the ratings in a new random order, or always as listed. Default true. */
  readonly shuffle: boolean;
  /** Seed of first factors and orders. Default 0. */
  readonly seed: number;
}

export const SGD_DEFAULTS: SgdOptions = {
  factors: 20,
  step: 0.02,
  stepDecay: 0.95,
  penalty: 0.1,
  epochs: 80,
  biases: true,
  standardize: false,
  start: 'normal',
  shuffle: true,
  seed: 0,
};

/** The settings of the course's lab. */
export const SGD_LAB: SgdOptions = {
  ...SGD_DEFAULTS,
  factors: 2,
  step: 0.01,
  stepDecay: 1,
  epochs: 100,
  biases: false,
  start: 'uniform',
  shuffle: false,
};

const START_SPREAD = 0.1;

/**
 * Matrix factorization by stochastic gradient: the plain one of the course's lab, kept as the baseline.
 *
 * Prediction: r_ui = m0 + b_u + c_i + p_u·q_i, clipped to the scale; σ times the last three when standardised.
 * Loss: J = Σ (r_ui − m0 − b_u − c_i − p_u·q_i)² + λ (‖P‖² + ‖Q‖² + ‖b‖² + ‖c‖²), each penalty once a rating.
 * Update, with e = r_ui − prediction, not clipped: p_u += step (e q_i − λ p_u), q_i += step (e p_u − λ q_i) with the old p_u,
 *   b_u += step (e − λ b_u), c_i += step (e − λ c_i); m0 stays the mean. In a stream one such step a rating.
 * Source: Funk 2006, "Netflix update: try this at home"; Koren, Bell, Volinsky 2009, "Matrix factorization techniques for
 *   recommender systems", IEEE Computer 42(8).
 * Defaults: k 20, step .02 × .95^epoch (.02 in a stream), λ .1, 80 epochs, first factors .1 N(0, 1), biases 0.
 *   A user or movie without ratings keeps its first factors and the bias 0. No predictive distribution.
 *
 * p  [users x factors], row-major
 * q  [movies x factors], row-major
 * b  [users]
 * c  [movies]
 */
export class SgdFactorization implements EvaluatedModel {
  private readonly options: SgdOptions;
  private scale = new WorkingScale({ min: WORKING_MIN, max: WORKING_MAX, step: null });
  private standard = Standardization.NONE;
  private p = new Float64Array(0);
  private q = new Float64Array(0);
  private b = new Float64Array(0);
  private c = new Float64Array(0);

  private readonly onLoss: LossListener | null;

  /** @param onLoss hears, after each epoch, the mean squared error of the targets, each as of just before its step */
  constructor(options: Partial<SgdOptions> = {}, onLoss: LossListener | null = null) {
    this.options = checked({ ...SGD_DEFAULTS, ...options });
    this.onLoss = onLoss;
  }

  fit(table: RatingTable): void {
    const { factors, epochs, shuffle, seed, step, stepDecay } = this.options;
    const random = new Random(seed);
    this.scale = new WorkingScale(table.scale);
    this.p = this.firstFactors(table.users.length * factors, random);
    this.q = this.firstFactors(table.movies.length * factors, random);
    this.b = new Float64Array(table.users.length);
    this.c = new Float64Array(table.movies.length);
    const target = this.targets(table); // [ratings] what b + c + p·q is fitted to
    const order = Int32Array.from(target, (_, t) => t);
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      if (shuffle) random.shuffle(order);
      const size = step * stepDecay ** epoch;
      let squares = 0;
      for (const t of order) squares += this.descend(table.u[t]!, table.i[t]!, target[t]!, size) ** 2;
      const mean = squares / Math.max(1, order.length);
      this.onLoss?.('sgd', epoch + 1, mean, Math.sqrt(mean) * this.standard.std);
    }
  }

  predictOne(u: number, i: number): Forecast {
    return { mean: this.scale.toRating(clipWorking(this.score(u, i))), variance: null };
  }

  learnOne(u: number, i: number, r: number): void {
    this.descend(u, i, this.standard.apply(this.scale.toWorking(r)), this.options.step);
  }

  rankingScore(u: number, i: number): number {
    return this.score(u, i);
  }

  /** The working rating before it is clipped. */
  private score(u: number, i: number): number {
    return this.standard.invert(this.scoreOfTaste(u, i));
  }

  private scoreOfTaste(u: number, i: number): number {
    const { p, q } = this;
    const k = this.options.factors;
    const pu = u * k;
    const qi = i * k;
    let sum = this.b[u]! + this.c[i]!;
    for (let f = 0; f < k; f += 1) sum += p[pu + f]! * q[qi + f]!;
    return sum;
  }

  /** @returns the error before the step */
  private descend(u: number, i: number, target: number, step: number): number {
    const { p, q, b, c } = this;
    const { factors: k, penalty, biases } = this.options;
    const pu = u * k;
    const qi = i * k;
    const e = target - this.scoreOfTaste(u, i);
    if (biases) {
      b[u]! += step * (e - penalty * b[u]!);
      c[i]! += step * (e - penalty * c[i]!);
    }
    for (let f = 0; f < k; f += 1) {
      const puf = p[pu + f]!;
      const qif = q[qi + f]!;
      p[pu + f] = puf + step * (e * qif - penalty * puf);
      q[qi + f] = qif + step * (e * puf - penalty * qif);
    }
    return e;
  }

  /** Sets m0 and σ from the table. */
  private targets(table: RatingTable): Float64Array {
    const { biases, standardize } = this.options;
    const r = table.r.map((rating) => this.scale.toWorking(rating));
    const { mean, std } = Standardization.of(r, (WORKING_MIN + WORKING_MAX) / 2);
    this.standard = new Standardization(biases || standardize ? mean : 0, standardize ? std : 1);
    return r.map((value) => this.standard.apply(value));
  }

  private firstFactors(length: number, random: Random): Float64Array<ArrayBuffer> {
    const { start } = this.options;
    return new Float64Array(length).map(() => (start === 'uniform' ? random.uniform() : START_SPREAD * random.normal()));
  }
}

function checked(options: SgdOptions): SgdOptions {
  const { factors, step, stepDecay, penalty, epochs } = options;
  const rules: readonly (readonly [boolean, string])[] = [
    [Number.isInteger(factors) && factors >= 1 && factors <= 1_000, `factors must be a whole number from 1 to 1,000, not ${factors}`],
    [step > 0 && step <= 1, `step must be above 0 and at most 1, not ${step}`],
    [stepDecay > 0 && stepDecay <= 1, `stepDecay must be above 0 and at most 1, not ${stepDecay}; .95 shrinks a step by 5 % an epoch`],
    [penalty >= 0 && penalty < Infinity, `penalty must be at least 0, not ${penalty}`],
    [Number.isInteger(epochs) && epochs >= 1 && epochs <= 10_000, `epochs must be a whole number from 1 to 10,000, not ${epochs}`],
  ];
  for (const [holds, message] of rules) if (!holds) throw new RangeError(`Option ${message}.`);
  return options;
}
