/** A constant for factor vectors and one for biases: they differ in how fast they should move. */
export interface VectorAndBias {
  readonly vector: number;
  readonly bias: number;
}

/** Constants of the online rule for one member of the factorization; chosen on training streams, the same for every data set. */
export interface RuleConstants {
  /** Scales of a fit's variances at hand-over, as multiples; new nodes: of the prior variance V0. */
  readonly knownUser: VectorAndBias;
  readonly knownMovie: VectorAndBias;
  readonly newUser: VectorAndBias;
  readonly newMovie: VectorAndBias;
  /** Share of the way back to the new-node variance that a user's variances go with each rating. */
  readonly userForgetting: VectorAndBias;
  /** The same for a movie's vector; its bias does not forget. */
  readonly movieForgetting: number;
  /** Ratings of a user after which an older one counts half when all are taken together. */
  readonly foldInHalfLife: number;
  /** nu: the gain's noise variance as a multiple of the fit's. */
  readonly gainNoise: number;
  /** V_M: stationary variance of a user's mood, working points squared. */
  readonly moodVariance: number;
  /** tau: time in which a mood fades to 1/e, seconds. */
  readonly moodDecay: number;
  /** Learning rates of the noise offsets eta_u and eta_i. */
  readonly userNoiseRate: number;
  readonly movieNoiseRate: number;
  /** Learning rate of g0, and of c1 and c2. */
  readonly globalNoiseRate: number;
  readonly shapeNoiseRate: number;
  /** Share of eta_u and eta_i that each step takes back. */
  readonly noiseShrink: number;
}

export const VARIATIONAL_RULE: RuleConstants = {
  knownUser: { vector: 2, bias: 4 },
  knownMovie: { vector: 1.5, bias: 0.7 },
  newUser: { vector: 2.5, bias: 0.8 },
  newMovie: { vector: 0.5, bias: 3 },
  userForgetting: { vector: 0.0015, bias: 0.006 },
  movieForgetting: 0.05,
  foldInHalfLife: 140,
  gainNoise: 0.84,
  moodVariance: 0.1,
  moodDecay: 17,
  userNoiseRate: 0.1,
  movieNoiseRate: 0.03,
  globalNoiseRate: 0.003,
  shapeNoiseRate: 0.006,
  noiseShrink: 0.0012,
};

export const SAMPLED_RULE: RuleConstants = {
  knownUser: { vector: 0.6, bias: 1.6 },
  knownMovie: { vector: 0.25, bias: 0.05 },
  newUser: { vector: 0.7, bias: 0.5 },
  newMovie: { vector: 2, bias: 1.5 },
  userForgetting: { vector: 0.0033, bias: 0.0083 },
  movieForgetting: 0.0001,
  foldInHalfLife: 350,
  gainNoise: 1,
  moodVariance: 0.07,
  moodDecay: 12,
  userNoiseRate: 0.07,
  movieNoiseRate: 0.0075,
  globalNoiseRate: 0.003,
  shapeNoiseRate: 0.003,
  noiseShrink: 0.0017,
};

/** Largest factor, in prior standard deviations of its column. */
export const FACTOR_BOUND = 10;
/** A square of a factor below this multiple of V0 is within its bound, however the root of V0 is rounded. */
export const FAR_INSIDE = 0.99 * FACTOR_BOUND ** 2;
/** Smallest variance of a factor. */
export const VARIANCE_FLOOR = 1e-6;
/** The noise exponent stays within this of 0: e^2 = 7.4 times the fit's noise at most. */
export const NOISE_EXPONENT_BOUND = 2;
/** A squared standardised error above this teaches the noise no more. */
export const NOISE_SURPRISE_BOUND = 8;
/** After this many times its decay time a mood is gone: what is left of it, e^−700, changes no sum. */
export const MOOD_GONE = 700;
