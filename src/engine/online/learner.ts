import { clipWorking } from '../data/workingScale.ts';
import {
  copyUser,
  type MovieRows,
  newMovieRows,
  newUserContext,
  newUserRows,
  type UserContext,
  type UserRows,
  varianceBound,
} from './memberState.ts';
import {
  FACTOR_BOUND,
  NOISE_EXPONENT_BOUND,
  NOISE_SURPRISE_BOUND,
  type RuleConstants,
  VARIANCE_FLOOR,
  type VectorAndBias,
} from './rule.ts';

/** exp(−x) is 0 in double precision from 746 on. */
const VANISHED = 750;
/** A square of a factor below this multiple of V0 is within its bound, however the root of V0 is rounded. */
const FAR_INSIDE = 0.99 * FACTOR_BOUND ** 2;

/** A prediction of one member on the working scale, before the score is clipped. */
export interface MemberForecast {
  /** s = m0 + b + c + p·q + a x */
  score: number;
  /** epi, the mood's v_m included */
  epistemic: number;
  /** v_m: variance of the mood at the time of the rating */
  moodVariance: number;
  /** R: noise variance of this user and movie at this score */
  noise: number;
  /** exp(−gap/tau): what is left of the mood */
  moodLeft: number;
}

export function newForecast(): MemberForecast {
  return { score: 0, epistemic: 0, moodVariance: 0, noise: 0, moodLeft: 0 };
}

/**
 * One member of the factorization while it serves: assumed-density filtering, in which the learning rates of a
 * stochastic gradient step are the posterior variances (a diagonal Kalman gain). Certain factors move little, new
 * ones much, and doubt shrinks with every rating. Everything is on the working scale.
 *
 * Predict: s = m0 + b_u + c_i + p_u·q_i + a x_u, a = exp(−gap/tau), v_m = a² v_x + (1 − a²) V_M,
 * epi = v_b + v_c + Σ_f (v_p q² + v_q p² + v_p v_q) + v_m, z = clip(s) − 3.5,
 * R = n2 exp(eta_u + eta_i + g0 + c1 z + c2 (z² − ½)).
 *
 * Learn: e = r − s, S = n2 + epi, gain K = v × (the other side's factor), mean += K e/S, v −= K²/S.
 *
 * Learned arrays: UserRows, MovieRows; g0, c1, c2.
 */
export class Learner {
  readonly constants: RuleConstants;
  readonly factors: number;
  readonly users: UserRows;
  /** The user's side as of the last hand-over: what a changed rating is replayed from. */
  readonly anchors: UserRows;
  readonly context: UserContext;
  readonly movies: MovieRows;
  m0 = 3;
  /** n2 = nu/beta. */
  noiseVariance = 1;
  g0 = 0;
  c1 = 0;
  c2 = 0;

  private readonly bias: number;
  private readonly userBound: VectorAndBias;
  private readonly movieBound: VectorAndBias;
  private readonly qOld: Float64Array; // [K] the movie before it learns
  private readonly scratch = newForecast();

  constructor(factors: number, constants: RuleConstants) {
    this.constants = constants;
    this.factors = factors;
    this.bias = factors;
    this.userBound = varianceBound(constants, 'User');
    this.movieBound = varianceBound(constants, 'Movie');
    const K = factors + 1;
    this.users = newUserRows(K);
    this.anchors = newUserRows(K);
    this.context = newUserContext(K);
    this.movies = newMovieRows(K);
    this.qOld = new Float64Array(K);
  }

  /** Changes nothing but `out`. @param gap seconds since the user's last rating; Infinity: the mood has gone */
  predictOne(u: number, i: number, gap: number, out: MemberForecast): MemberForecast {
    return this.forecast(this.users, u, i, gap, out);
  }

  /** s without mood: m0 + b_u + c_i + p_u·q_i. */
  scoreOf(u: number, i: number): number {
    const K = this.bias + 1;
    const p = this.users.p.data;
    const q = this.movies.q.data;
    let s = this.m0 + p[u * K + this.bias]! + q[i * K + this.bias]!;
    for (let f = 0; f < this.bias; f += 1) s += p[u * K + f]! * q[i * K + f]!;
    return s;
  }

  /** Seconds from the user's last rating to `time`; Infinity when either is unknown. */
  gapAt(u: number, time: number): number {
    return gapBetween(this.users.last.data[u]!, time);
  }

  /**
   * Learns one rating of a user and movie that have rows.
   * @param r working rating @param time seconds; NaN: unknown
   * @param firstOfPair false: the movie and the noise shared with others have learned from this pair since the hand-over
   */
  learnOne(u: number, i: number, r: number, time: number, firstOfPair = true): void {
    const before = this.learnShared(u, i, r, time, firstOfPair);
    this.learnUser(this.users, u, i, r, time, before);
  }

  /** What a changed rating teaches at once: the noise, and the movie if the pair is new to it. The user's side is replayed instead. */
  learnShared(u: number, i: number, r: number, time: number, firstOfPair: boolean): MemberForecast {
    const before = this.forecast(this.users, u, i, this.gapAt(u, time), this.scratch);
    this.learnNoise(u, i, r, before, firstOfPair);
    this.keepMovie(i);
    if (firstOfPair) this.learnMovie(u, i, r, before);
    return before;
  }

  /** The user's side starts again from its anchor. */
  resetUser(u: number): void {
    copyUser(this.anchors, this.users, u);
  }

  /** The user's side alone learns a rating, against the movie's present row. */
  replayOne(u: number, i: number, r: number, time: number): void {
    this.replayOn(this.users, u, i, r, time);
  }

  /** The anchor takes in a rating that is too old to be replayed each time. */
  foldIntoAnchor(u: number, i: number, r: number, time: number): void {
    this.replayOn(this.anchors, u, i, r, time);
  }

  /**
   * Corrects the anchor for a rating that it contains: p += v_p q (new − old)/S, bias alike.
   * @param rNew working rating, or null when it is withdrawn: then the score stands for it, and the movie leaves the implicit sum
   */
  correctAnchor(u: number, i: number, rOld: number, rNew: number | null): void {
    const { anchors, movies, bias } = this;
    const K = bias + 1;
    const at = this.forecast(anchors, u, i, Number.POSITIVE_INFINITY, this.scratch);
    const step = ((rNew ?? at.score) - rOld) / (this.noiseVariance + at.epistemic);
    const p = anchors.p.data;
    const vp = anchors.v.data;
    const q = movies.q.data;
    for (let f = 0; f < bias; f += 1) p[u * K + f]! += vp[u * K + f]! * q[i * K + f]! * step;
    p[u * K + bias]! += vp[u * K + bias]! * step;
    if (rNew === null) this.shiftImplicit(anchors, u, i, -1);
    this.boundUser(anchors, u);
  }

  /** What was learned becomes the anchor of every user: the state from which changes are replayed. */
  settle(users: number): void {
    for (const name of Object.keys(this.users) as (keyof UserRows)[]) {
      this.anchors[name].put(this.users[name].take(users + 1));
    }
  }

  private replayOn(rows: UserRows, u: number, i: number, r: number, time: number): void {
    const before = this.forecast(rows, u, i, gapBetween(rows.last.data[u]!, time), this.scratch);
    this.keepMovie(i);
    this.learnUser(rows, u, i, r, time, before);
    this.boundUser(rows, u);
  }

  private forecast(users: UserRows, u: number, i: number, gap: number, out: MemberForecast): MemberForecast {
    const { movies, bias, constants } = this;
    const K = bias + 1;
    const p = users.p.data;
    const vp = users.v.data;
    const q = movies.q.data;
    const vq = movies.v.data;
    const pu = u * K;
    const qi = i * K;
    let s = this.m0 + p[pu + bias]! + q[qi + bias]!;
    let epi = vp[pu + bias]! + vq[qi + bias]!;
    for (let f = 0; f < bias; f += 1) {
      const pf = p[pu + f]!;
      const qf = q[qi + f]!;
      s += pf * qf;
      epi += vp[pu + f]! * (qf * qf + vq[qi + f]!) + vq[qi + f]! * pf * pf;
    }
    const a = moodLeftAfter(gap, constants.moodDecay);
    const vm = a * a * users.moodVariance.data[u]! + (1 - a * a) * constants.moodVariance;
    s += a * users.mood.data[u]!;
    const z = clipWorking(s) - 3.5;
    const exponent = this.context.eta.data[u]! + movies.eta.data[i]! + this.g0 + this.c1 * z + this.c2 * (z * z - 0.5);
    out.score = s;
    out.epistemic = epi + vm;
    out.moodVariance = vm;
    out.noise = this.noiseVariance * Math.exp(Math.max(-NOISE_EXPONENT_BOUND, Math.min(NOISE_EXPONENT_BOUND, exponent)));
    out.moodLeft = a;
    return out;
  }

  /** d = ½ (R/V)(min((r − clip s)²/V, 8) − 1): how much noisier this rating was than expected. */
  private learnNoise(u: number, i: number, r: number, before: MemberForecast, shared: boolean): void {
    const { constants, context, movies } = this;
    const V = before.noise + before.epistemic;
    const score = clipWorking(before.score);
    const d = 0.5 * (before.noise / V) * (Math.min((r - score) ** 2 / V, NOISE_SURPRISE_BOUND) - 1);
    const eta = context.eta.data;
    eta[u] = boundNoise(eta[u]! + constants.userNoiseRate * d - constants.noiseShrink * eta[u]!);
    if (!shared) return;
    const etaMovie = movies.eta.data;
    etaMovie[i] = boundNoise(etaMovie[i]! + constants.movieNoiseRate * d - constants.noiseShrink * etaMovie[i]!);
    const z = score - 3.5;
    this.g0 = boundNoise(this.g0 + constants.globalNoiseRate * d);
    this.c1 = boundNoise(this.c1 + constants.shapeNoiseRate * d * z);
    this.c2 = boundNoise(this.c2 + constants.shapeNoiseRate * d * (z * z - 0.5));
  }

  private keepMovie(i: number): void {
    const K = this.bias + 1;
    const q = this.movies.q.data;
    for (let f = 0; f < K; f += 1) this.qOld[f] = q[i * K + f]!;
  }

  /**
   * K = v_q p (bias: v_c); q += K g; v_q −= K²/S; then vectors forget towards the new-movie variance.
   * Here and below the bias goes first: what is used there already, V8 does not work out again in each turn of the loop.
   */
  private learnMovie(u: number, i: number, r: number, before: MemberForecast): void {
    const { bias, constants, movies } = this;
    const S = this.noiseVariance + before.epistemic;
    const g = (r - before.score) / S;
    const p = this.users.p.data;
    const q = movies.q.data;
    const vq = movies.v.data;
    const V0 = movies.priorVariance.data;
    const forgetting = constants.movieForgetting;
    const fresh = constants.newMovie.vector;
    const pu = u * (bias + 1);
    const qi = i * (bias + 1);
    const vc = vq[qi + bias]!;
    q[qi + bias]! += vc * g;
    vq[qi + bias] = vc - (vc * vc) / S;
    for (let f = 0; f < bias; f += 1) {
      const v = vq[qi + f]!;
      const K = v * p[pu + f]!;
      const learned = v - (K * K) / S;
      q[qi + f]! += K * g;
      vq[qi + f] = learned + forgetting * (fresh * V0[qi + f]! - learned);
    }
  }

  /** K = v_p q (bias: v_b; mood: v_m); p += K g; v −= K²/S; forgetting, but never above what it was; then the implicit part. */
  private learnUser(rows: UserRows, u: number, i: number, r: number, time: number, before: MemberForecast): void {
    const { bias, constants, qOld } = this;
    const S = this.noiseVariance + before.epistemic;
    const g = (r - before.score) / S;
    const p = rows.p.data;
    const vp = rows.v.data;
    const V0 = this.context.priorVariance.data;
    const forgetting = constants.userForgetting.vector;
    const fresh = constants.newUser.vector;
    const pu = u * (bias + 1);
    const vb = vp[pu + bias]!;
    const learnedBias = vb - (vb * vb) / S;
    p[pu + bias]! += vb * g;
    vp[pu + bias] = Math.min(vb, learnedBias + constants.userForgetting.bias * (constants.newUser.bias * V0[pu + bias]! - learnedBias));
    for (let f = 0; f < bias; f += 1) {
      const v = vp[pu + f]!;
      const K = v * qOld[f]!;
      const learned = v - (K * K) / S;
      p[pu + f]! += K * g;
      vp[pu + f] = Math.min(v, learned + forgetting * (fresh * V0[pu + f]! - learned));
    }
    const vm = before.moodVariance;
    rows.mood.data[u] = before.moodLeft * rows.mood.data[u]! + vm * g;
    rows.moodVariance.data[u] = vm - (vm * vm) / S;
    const last = rows.last.data;
    if (!(last[u]! >= time) && !Number.isNaN(time)) last[u] = time;
    this.shiftImplicit(rows, u, i, 1);
  }

  /** p += (Y_u ± y_i)/√(n_u ± 1) − Y_u/√n_u (0 if n_u = 0), bias too; Y_u ±= y_i; n_u ±= 1. */
  private shiftImplicit(rows: UserRows, u: number, i: number, sign: 1 | -1): void {
    const { bias } = this;
    const n = rows.implicitCount.data[u]!;
    const left = n + sign > 0;
    const weightOld = n > 0 ? 1 / Math.sqrt(n) : 0;
    const weightNew = left ? 1 / Math.sqrt(n + sign) : 0;
    const p = rows.p.data;
    const Y = rows.implicitSum.data;
    const y = this.movies.implicit.data;
    const pu = u * (bias + 1);
    const qi = i * (bias + 1);
    const oldBias = Y[pu + bias]!;
    const sumBias = left ? oldBias + sign * y[qi + bias]! : 0;
    p[pu + bias]! += sumBias * weightNew - oldBias * weightOld;
    Y[pu + bias] = sumBias;
    for (let f = 0; f < bias; f += 1) {
      const old = Y[pu + f]!;
      const sum = left ? old + sign * y[qi + f]! : 0;
      p[pu + f]! += sum * weightNew - old * weightOld;
      Y[pu + f] = sum;
    }
    rows.implicitCount.data[u] = n + sign;
  }

  /** Keeps a user within the bounds that no stream of ratings may pass. */
  boundUserRows(u: number): void {
    this.boundUser(this.users, u);
    this.boundUser(this.anchors, u);
  }

  /** Keeps a user and a movie, which have just learned, within the bounds. */
  bound(u: number, i: number): void {
    this.boundUser(this.users, u);
    this.boundMovie(i);
  }

  boundMovie(i: number): void {
    const { q, v, priorVariance } = this.movies;
    boundRow(q.data, v.data, priorVariance.data, i, this.bias, this.movieBound);
  }

  private boundUser(rows: UserRows, u: number): void {
    boundRow(rows.p.data, rows.v.data, this.context.priorVariance.data, u, this.bias, this.userBound);
  }
}

/** No term goes beyond what their sum may be: a hostile stream could wind it up, and it would take as long to come back. */
function boundNoise(term: number): number {
  return Math.max(-NOISE_EXPONENT_BOUND, Math.min(NOISE_EXPONENT_BOUND, term));
}

function gapBetween(last: number, time: number): number {
  const gap = time - last;
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(0, gap);
}

/** exp(−gap/tau), without the exponential where it is 1 (ratings of one page) or too small for a number. */
function moodLeftAfter(gap: number, decay: number): number {
  if (gap === 0) return 1;
  return gap > VANISHED * decay ? 0 : Math.exp(-gap / decay);
}

/** |mean| ≤ 10 √V0 and v in [1e-6, scale × V0], column by column. */
function boundRow(mean: Float64Array, v: Float64Array, V0: Float64Array, row: number, bias: number, scale: VectorAndBias): void {
  const start = row * (bias + 1);
  const end = start + bias;
  const most = scale.vector;
  const least = VARIANCE_FLOOR;
  boundAt(end, mean, v, V0, scale.bias);
  for (let at = start; at < end; at += 1) {
    const m = mean[at]!;
    const x = v[at]!;
    const prior = V0[at]!;
    // Nearly every factor is far inside: then no root is taken.
    const inside = m * m < FAR_INSIDE * prior && x <= most * prior && x >= least;
    if (!inside) boundAt(at, mean, v, V0, most);
  }
}

function boundAt(at: number, mean: Float64Array, v: Float64Array, V0: Float64Array, scale: number): void {
  const limit = FACTOR_BOUND * Math.sqrt(V0[at]!);
  mean[at] = Math.max(-limit, Math.min(limit, mean[at]!));
  v[at] = Math.max(VARIANCE_FLOOR, Math.min(scale * V0[at]!, v[at]!));
}
