import { WORKING_MAX, WORKING_MIN } from '../data/workingScale.ts';
import {
  both,
  choose,
  differs,
  either,
  FIXED,
  half,
  isAtLeast,
  isMore,
  least,
  minus,
  most,
  one,
  over,
  type Pair,
  PairFunction,
  pair,
  plus,
  squareRoot,
  sumOfHalves,
  times,
  two,
} from '../kernels/pairCode.ts';
import { exponential } from '../kernels/pairExponential.ts';
import { type NodeLayout, nodeLayout, SHARED } from './nodeLayout.ts';
import { FAR_INSIDE, MOOD_GONE, NOISE_EXPONENT_BOUND, NOISE_SURPRISE_BOUND, type RuleConstants, VARIANCE_FLOOR } from './rule.ts';

/**
 * `Learner.learnPlainly` as WebAssembly code that takes two columns at once and goes through the records of the user and the movie
 * twice: to predict, then to learn and bound what was learned. The rule is explained there. Every sum and product is written in the same
 * order here and there, so that a rating that is learned and one that is replayed give the same bits; a test holds the two together.
 * @param factors an even number
 * @returns a module that exports `learnOne(address of the user's record, of the movie's, r, time)`. It returns 1 when a mean may have gone
 * beyond its bound, else 0; putting it back is the caller's
 */
export function learnInPairs(factors: number, constants: RuleConstants): Uint8Array<ArrayBuffer> {
  return new RuleCode(factors, constants).module();
}

/** What learning needs of the prediction. */
interface Forecast {
  readonly score: Pair;
  readonly epistemic: Pair;
  /** a x */
  readonly mood: Pair;
  readonly moodVariance: Pair;
}

/** What all columns need to learn. */
interface Gain {
  /** (r − s)/S */
  readonly g: Pair;
  readonly inverseS: Pair;
  /** 1/√n_u, 0 if n_u = 0; 1/√(n_u + 1) */
  readonly weightOld: Pair;
  readonly weightNew: Pair;
}

class RuleCode {
  private readonly code = new PairFunction(2, 2);
  private readonly user = this.code.address(0);
  private readonly movie = this.code.address(1);
  private readonly r = this.code.keep(this.code.number(0));
  private readonly time = this.code.keep(this.code.number(1));
  /** Marks that a mean may have gone beyond its bound. */
  private readonly beyond = this.code.keep(pair(0));

  private readonly constants: RuleConstants;
  private readonly factors: number;
  /** The bias's column. */
  private readonly bias: number;
  private readonly layout: NodeLayout;

  constructor(factors: number, constants: RuleConstants) {
    this.constants = constants;
    this.factors = factors;
    this.bias = factors;
    this.layout = nodeLayout(factors + 1);
  }

  module(): Uint8Array<ArrayBuffer> {
    const before = this.forecast();
    const gain = this.gain(before);
    this.learnFactors(gain);
    this.learnMovieBias(gain);
    this.learnUserBias(gain);
    this.learnMood(gain, before);
    this.learnNoise(before);
    return this.code.module('learnOne', this.beyond);
  }

  private forecast(): Forecast {
    const { code, user, movie, bias, layout, constants } = this;
    const pq = code.keep(pair(0));
    const doubt = code.keep(pair(0));
    for (let f = 0; f < this.factors; f += 2) {
      const p = code.keep(two(user, f));
      const q = code.keep(two(movie, f));
      const vq = code.keep(two(movie, layout.variance + f));
      code.set(pq, plus(pq, times(p, q)));
      code.set(doubt, plus(doubt, plus(times(two(user, layout.variance + f), plus(times(q, q), vq)), times(vq, times(p, p)))));
    }
    // Between unknown times it is no number, and not near.
    const gap = code.keep(most(minus(this.time, one(user, layout.last)), pair(0)));
    const isNear = isMore(pair(MOOD_GONE * constants.moodDecay), gap);
    const left = exponential(code, times(gap, pair(-1 / constants.moodDecay)));
    const a = code.keep(both(isNear, left));
    const a2 = code.keep(times(a, a));
    const mood = code.keep(times(a, one(user, layout.mood)));
    const moodVariance = code.keep(
      plus(times(a2, one(user, layout.moodVariance)), times(minus(pair(1), a2), pair(constants.moodVariance))),
    );
    const biases = plus(plus(one(FIXED, SHARED.m0), one(user, bias)), one(movie, bias));
    const biasDoubt = plus(one(user, bias + layout.variance), one(movie, bias + layout.variance));
    return {
      score: code.keep(plus(biases, plus(sumOfHalves(pq), mood))),
      epistemic: code.keep(plus(biasDoubt, plus(sumOfHalves(doubt), moodVariance))),
      mood,
      moodVariance,
    };
  }

  private gain(before: Forecast): Gain {
    const { code, user, layout } = this;
    const inverseS = code.keep(over(pair(1), plus(one(FIXED, SHARED.noiseVariance), before.epistemic)));
    const g = code.keep(times(minus(this.r, before.score), inverseS));
    const n = code.keep(one(user, layout.implicitCount));
    const weights = code.keep(over(pair(1), squareRoot(plus(n, pair(0, 1)))));
    const weightOld = code.keep(both(half(0, weights), isMore(n, pair(0))));
    const weightNew = code.keep(half(1, weights));
    code.storeOne(user, layout.implicitCount, plus(n, pair(1)));
    return { g, inverseS, weightOld, weightNew };
  }

  private learnFactors(gain: Gain): void {
    const { code, user, movie, layout, constants } = this;
    const { userForgetting, newUser, movieForgetting, newMovie } = constants;
    for (let f = 0; f < this.factors; f += 2) {
      const p = code.keep(two(user, f));
      const q = code.keep(two(movie, f));

      const vq = code.keep(two(movie, layout.variance + f));
      const V0movie = code.keep(two(movie, layout.prior + f));
      const Kq = code.keep(times(vq, p));
      const qNew = code.keep(plus(q, times(Kq, gain.g)));
      const vqNew = this.forgotten(this.learned(vq, Kq, gain), V0movie, movieForgetting, newMovie.vector);
      code.storeTwo(movie, f, qNew);
      code.storeTwo(movie, layout.variance + f, aboveFloor(vqNew));
      this.noteBeyond(qNew, V0movie);

      const vp = code.keep(two(user, layout.variance + f));
      const V0user = code.keep(two(user, layout.prior + f));
      const Kp = code.keep(times(vp, q));
      const Y = code.keep(two(user, layout.implicit + f));
      const YNew = code.keep(plus(Y, two(movie, layout.implicit + f)));
      const pNew = code.keep(plus(plus(p, times(Kp, gain.g)), implicitStep(Y, YNew, gain)));
      const vpNew = least(vp, this.forgotten(this.learned(vp, Kp, gain), V0user, userForgetting.vector, newUser.vector));
      code.storeTwo(user, f, pNew);
      code.storeTwo(user, layout.variance + f, aboveFloor(vpNew));
      code.storeTwo(user, layout.implicit + f, YNew);
      this.noteBeyond(pNew, V0user);
    }
  }

  private learnMovieBias(gain: Gain): void {
    const { code, movie, bias, layout } = this;
    const vc = code.keep(one(movie, bias + layout.variance));
    const V0 = code.keep(one(movie, bias + layout.prior));
    const cNew = code.keep(plus(one(movie, bias), times(vc, gain.g)));
    code.storeOne(movie, bias, cNew);
    code.storeOne(movie, bias + layout.variance, aboveFloor(this.learned(vc, vc, gain)));
    this.noteBeyond(cNew, V0);
  }

  private learnUserBias(gain: Gain): void {
    const { code, user, movie, bias, layout } = this;
    const { userForgetting, newUser } = this.constants;
    const vb = code.keep(one(user, bias + layout.variance));
    const V0 = code.keep(one(user, bias + layout.prior));
    const Y = code.keep(one(user, bias + layout.implicit));
    const YNew = code.keep(plus(Y, one(movie, bias + layout.implicit)));
    const bNew = code.keep(plus(plus(one(user, bias), times(vb, gain.g)), implicitStep(Y, YNew, gain)));
    const vbNew = least(vb, this.forgotten(this.learned(vb, vb, gain), V0, userForgetting.bias, newUser.bias));
    code.storeOne(user, bias, bNew);
    code.storeOne(user, bias + layout.variance, aboveFloor(vbNew));
    code.storeOne(user, bias + layout.implicit, YNew);
    this.noteBeyond(bNew, V0);
  }

  private learnMood({ g, inverseS }: Gain, { mood, moodVariance }: Forecast): void {
    const { code, user, time, layout } = this;
    code.storeOne(user, layout.mood, plus(mood, times(moodVariance, g)));
    code.storeOne(user, layout.moodVariance, minus(moodVariance, times(times(moodVariance, moodVariance), inverseS)));
    const last = code.keep(one(user, layout.last));
    code.storeOne(user, layout.last, choose(either(isAtLeast(last, time), differs(time, time)), last, time));
  }

  private learnNoise(before: Forecast): void {
    const { code, user, movie, layout, constants } = this;
    const score = code.keep(most(pair(WORKING_MIN), least(pair(WORKING_MAX), before.score)));
    const z = code.keep(minus(score, pair(3.5)));
    const shape = code.keep(minus(times(z, z), pair(0.5)));
    const etaUser = code.keep(one(user, layout.eta));
    const etaMovie = code.keep(one(movie, layout.eta));
    const g0 = code.keep(one(FIXED, SHARED.g0));
    const c1 = code.keep(one(FIXED, SHARED.c1));
    const c2 = code.keep(one(FIXED, SHARED.c2));
    const exponent = plus(plus(plus(etaUser, etaMovie), g0), plus(times(c1, z), times(c2, shape)));
    const R = code.keep(times(one(FIXED, SHARED.noiseVariance), exponential(code, boundNoise(exponent))));

    const inverseV = code.keep(over(pair(1), plus(R, before.epistemic)));
    const e = code.keep(minus(this.r, score));
    const surprise = minus(least(pair(NOISE_SURPRISE_BOUND), times(times(e, e), inverseV)), pair(1));
    const d = code.keep(times(times(pair(0.5), times(R, inverseV)), surprise));
    const stepped = (eta: Pair, rate: number) =>
      boundNoise(plus(eta, minus(times(pair(rate), d), times(pair(constants.noiseShrink), eta))));
    code.storeOne(user, layout.eta, stepped(etaUser, constants.userNoiseRate));
    code.storeOne(movie, layout.eta, stepped(etaMovie, constants.movieNoiseRate));
    const shapeStep = code.keep(times(pair(constants.shapeNoiseRate), d));
    code.storeOne(FIXED, SHARED.g0, boundNoise(plus(g0, times(pair(constants.globalNoiseRate), d))));
    code.storeOne(FIXED, SHARED.c1, boundNoise(plus(c1, times(shapeStep, z))));
    code.storeOne(FIXED, SHARED.c2, boundNoise(plus(c2, times(shapeStep, shape))));
  }

  /** v − K²/S */
  private learned(v: Pair, K: Pair, { inverseS }: Gain): Pair {
    return this.code.keep(minus(v, times(times(K, K), inverseS)));
  }

  /** A share of the way back to the variance of a new node. @param learned a name */
  private forgotten(learned: Pair, V0: Pair, share: number, fresh: number): Pair {
    return plus(learned, times(pair(share), minus(times(pair(fresh), V0), learned)));
  }

  private noteBeyond(mean: Pair, V0: Pair): void {
    this.code.set(this.beyond, either(this.beyond, isAtLeast(times(mean, mean), times(pair(FAR_INSIDE), V0))));
  }
}

/**
 * The lower bound alone: a variance within its upper bound stays within it, since learning lowers it and forgetting goes no further than
 * the variance of a new node.
 */
function aboveFloor(v: Pair): Pair {
  return most(pair(VARIANCE_FLOOR), v);
}

function boundNoise(term: Pair): Pair {
  return most(pair(-NOISE_EXPONENT_BOUND), least(pair(NOISE_EXPONENT_BOUND), term));
}

/** (Y_u + y_i)/√(n_u + 1) − Y_u/√n_u */
function implicitStep(Y: Pair, YNew: Pair, { weightOld, weightNew }: Gain): Pair {
  return minus(times(YNew, weightNew), times(Y, weightOld));
}
