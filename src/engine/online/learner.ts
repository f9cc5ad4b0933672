import { clipWorking } from '../data/workingScale.ts';
import { plainExponential } from '../kernels/pairExponential.ts';
import { boundColumns, boundNoise, type ColumnPlaces } from './bounds.ts';
import { FoldIn } from './foldIn.ts';
import { MemberMemory } from './memberMemory.ts';
import {
  copyUser,
  implicitWeight,
  type MovieRows,
  movieRows,
  type UserContext,
  type UserRows,
  userContext,
  userRows,
  varianceBound,
} from './memberState.ts';
import { type NodeLayout, nodeLayout, SHARED } from './nodeLayout.ts';
import type { NodeRecords } from './nodeRecords.ts';
import { MOOD_GONE, NOISE_SURPRISE_BOUND, type RuleConstants, type VectorAndBias } from './rule.ts';

/** Of one movie in so many or fewer, each is scored by itself; of more, all are at once, which is quicker. */
const FEW = 8;

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
 * Learn: e = r − s, S = n2 + epi, gain K = v × (the other side's factor), mean += K e/S, v −= K²/S. Now and then a user's ratings are
 * taken together as well (foldIn.ts): userHistory.ts says when.
 *
 * Learned arrays: UserRows, MovieRows; g0, c1, c2. They lie in one array, `numbers` below, where `nodeLayout.ts` says. Sums over factors
 * are taken in two halves, of even and of odd ones, as `learnInPairs` takes them.
 */
export class Learner {
  readonly constants: RuleConstants;
  readonly factors: number;
  readonly users: UserRows;
  /** The user's side as of the last hand-over: what a changed rating is replayed from. */
  readonly anchors: UserRows;
  readonly context: UserContext;
  readonly movies: MovieRows;

  private readonly memory: MemberMemory;
  private readonly layout: NodeLayout;
  private readonly userBound: VectorAndBias;
  private readonly movieBound: VectorAndBias;
  private readonly foldIn: FoldIn;
  private readonly qOld: Float64Array; // [factors] the movie before it learns
  private readonly scratch = newForecast();

  /** @param factors an even number: they are computed two at a time @throws RangeError when it is odd */
  constructor(factors: number, constants: RuleConstants) {
    if (factors % 2 !== 0) throw new RangeError(`A member needs an even number of factors; ${factors} is odd.`);
    this.constants = constants;
    this.factors = factors;
    const K = factors + 1;
    this.memory = new MemberMemory(factors, constants);
    this.users = userRows(this.memory.users, K);
    this.anchors = userRows(this.memory.anchors, K);
    this.context = userContext(this.memory.users, K);
    this.movies = movieRows(this.memory.movies, K);
    this.layout = nodeLayout(K);
    this.userBound = varianceBound(constants, 'User');
    this.movieBound = varianceBound(constants, 'Movie');
    this.foldIn = new FoldIn(this.memory, factors, constants);
    this.qOld = new Float64Array(factors);
    this.m0 = 3;
    this.noiseVariance = 1;
  }

  get m0(): number {
    return this.memory.numbers[SHARED.m0]!;
  }

  set m0(value: number) {
    this.memory.numbers[SHARED.m0] = value;
  }

  /** n2 = nu/beta. */
  get noiseVariance(): number {
    return this.memory.numbers[SHARED.noiseVariance]!;
  }

  set noiseVariance(value: number) {
    this.memory.numbers[SHARED.noiseVariance] = value;
  }

  get g0(): number {
    return this.memory.numbers[SHARED.g0]!;
  }

  set g0(value: number) {
    this.memory.numbers[SHARED.g0] = value;
  }

  get c1(): number {
    return this.memory.numbers[SHARED.c1]!;
  }

  set c1(value: number) {
    this.memory.numbers[SHARED.c1] = value;
  }

  get c2(): number {
    return this.memory.numbers[SHARED.c2]!;
  }

  set c2(value: number) {
    this.memory.numbers[SHARED.c2] = value;
  }

  /** Makes room for this many users. */
  reserveUsers(count: number): void {
    this.memory.users.reserve(count);
    this.memory.anchors.reserve(count);
  }

  reserveMovies(count: number): void {
    this.memory.movies.reserve(count);
  }

  /** Changes nothing but `out`. @param gap seconds since the user's last rating; Infinity: the mood has gone */
  predictOne(u: number, i: number, gap: number, out: MemberForecast): MemberForecast {
    return this.forecast(this.memory.users, u, i, gap, out);
  }

  /** s without mood: m0 + b_u + c_i + p_u·q_i. */
  scoreOf(u: number, i: number): number {
    const { factors } = this;
    const { numbers, users, movies } = this.memory;
    const p = users.at(u);
    const q = movies.at(i);
    let pq0 = 0;
    let pq1 = 0;
    for (let f = 0; f < factors; f += 2) {
      pq0 += numbers[p + f]! * numbers[q + f]!;
      pq1 += numbers[p + f + 1]! * numbers[q + f + 1]!;
    }
    return this.m0 + numbers[p + factors]! + numbers[q + factors]! + (pq0 + pq1);
  }

  /** Adds `weight` times s without mood to the score of each movie. @param movies in ascending order */
  addScores(u: number, movies: Int32Array, weight: number, scores: Float64Array): void {
    if (movies.length * FEW <= this.memory.movies.capacity) {
      for (let n = 0; n < movies.length; n += 1) scores[n]! += weight * this.scoreOf(u, movies[n]!);
      return;
    }
    const all = this.memory.scoresOf(u, movies.at(-1)! + 1);
    for (let n = 0; n < movies.length; n += 1) scores[n]! += weight * all[movies[n]!]!;
  }

  /** Seconds from the user's last rating to `time`; Infinity when either is unknown. */
  gapAt(u: number, time: number): number {
    return gapBetween(this.users.last.get(u), time);
  }

  /**
   * Learns one rating of a user and movie that have rows, and keeps both within the bounds that no stream of ratings may pass.
   * @param r working rating @param time seconds; NaN: unknown
   * @param firstOfPair false: the movie and the noise shared with others have learned from this pair since the hand-over
   */
  learnOne(u: number, i: number, r: number, time: number, firstOfPair = true): void {
    if (!firstOfPair) {
      this.learnPlainly(u, i, r, time, false);
      return;
    }
    const { learnOne, users, movies } = this.memory;
    if (learnOne(users.address(u), movies.address(i), r, time) === 0) return;
    this.boundUser(users, u);
    this.boundMovie(i);
  }

  /** The same, step by step: what `learnInPairs` computes two columns at a time. */
  learnPlainly(u: number, i: number, r: number, time: number, firstOfPair: boolean): void {
    const before = this.learnShared(u, i, r, time, firstOfPair);
    this.learnUser(this.memory.users, u, i, r, time, before);
    this.boundUser(this.memory.users, u);
  }

  /** What a changed rating teaches at once: the noise, and the movie if the pair is new to it. The user's side is replayed instead. */
  learnShared(u: number, i: number, r: number, time: number, firstOfPair: boolean): MemberForecast {
    const before = this.forecast(this.memory.users, u, i, this.gapAt(u, time), this.scratch);
    this.learnNoise(u, i, r, before, firstOfPair);
    this.keepMovie(i);
    if (firstOfPair) this.learnMovie(u, i, r, before);
    this.boundMovie(i);
    return before;
  }

  /** The user's side starts again from its anchor. */
  resetUser(u: number): void {
    copyUser(this.anchors, this.users, u);
  }

  /** The user's side alone learns a rating, against the movie's present row. */
  replayOne(u: number, i: number, r: number, time: number): void {
    this.replayOn(this.memory.users, u, i, r, time);
  }

  /**
   * Takes together what the user's ratings since the anchor say, where one by one they were learned: see `FoldIn`.
   * @param movies rows of what was rated @param r working ratings
   */
  foldInUser(u: number, movies: readonly number[], r: readonly number[]): void {
    this.foldIn.user(u, movies, r);
    this.boundUser(this.memory.users, u);
  }

  /** The anchor takes in a rating that is too old to be replayed each time. */
  foldIntoAnchor(u: number, i: number, r: number, time: number): void {
    this.replayOn(this.memory.anchors, u, i, r, time);
  }

  /**
   * Corrects the anchor for a rating that it contains: p += v_p q (new − old)/S, bias alike.
   * @param rNew working rating, or null when it is withdrawn: then the score stands for it, and the movie leaves the implicit sum
   */
  correctAnchor(u: number, i: number, rOld: number, rNew: number | null): void {
    const { numbers, anchors, movies } = this.memory;
    const before = this.forecast(anchors, u, i, Number.POSITIVE_INFINITY, this.scratch);
    const step = ((rNew ?? before.score) - rOld) / (this.noiseVariance + before.epistemic);
    const p = anchors.at(u);
    const q = movies.at(i);
    const v = p + this.layout.variance;
    for (let f = 0; f < this.factors; f += 1) numbers[p + f]! += numbers[v + f]! * numbers[q + f]! * step;
    numbers[p + this.factors]! += numbers[v + this.factors]! * step;
    if (rNew === null) this.shiftImplicit(anchors, u, i, -1);
    this.boundUser(anchors, u);
  }

  /** What was learned becomes the anchor of every user: the state from which changes are replayed. */
  settle(users: number): void {
    this.reserveUsers(users + 1);
    for (let u = 0; u <= users; u += 1) copyUser(this.users, this.anchors, u);
  }

  private replayOn(users: NodeRecords, u: number, i: number, r: number, time: number): void {
    const last = this.memory.numbers[users.at(u) + this.layout.last]!;
    const before = this.forecast(users, u, i, gapBetween(last, time), this.scratch);
    this.keepMovie(i);
    this.learnUser(users, u, i, r, time, before);
    this.boundUser(users, u);
  }

  private forecast(users: NodeRecords, u: number, i: number, gap: number, out: MemberForecast): MemberForecast {
    const { factors, layout, constants } = this;
    const { numbers, movies } = this.memory;
    const p = users.at(u);
    const q = movies.at(i);
    const vp = p + layout.variance;
    const vq = q + layout.variance;
    // Even columns and odd ones are summed apart, as where two are computed at once.
    let pq0 = 0;
    let pq1 = 0;
    let doubt0 = 0;
    let doubt1 = 0;
    for (let f = 0; f < factors; f += 2) {
      const p0 = numbers[p + f]!;
      const q0 = numbers[q + f]!;
      const vq0 = numbers[vq + f]!;
      pq0 += p0 * q0;
      doubt0 += numbers[vp + f]! * (q0 * q0 + vq0) + vq0 * (p0 * p0);
      const p1 = numbers[p + f + 1]!;
      const q1 = numbers[q + f + 1]!;
      const vq1 = numbers[vq + f + 1]!;
      pq1 += p1 * q1;
      doubt1 += numbers[vp + f + 1]! * (q1 * q1 + vq1) + vq1 * (p1 * p1);
    }
    const a = moodLeftAfter(gap, constants.moodDecay);
    const vm = a * a * numbers[p + layout.moodVariance]! + (1 - a * a) * constants.moodVariance;
    const s = this.m0 + numbers[p + factors]! + numbers[q + factors]! + (pq0 + pq1 + a * numbers[p + layout.mood]!);
    const epi = numbers[vp + factors]! + numbers[vq + factors]! + (doubt0 + doubt1 + vm);
    const z = clipWorking(s) - 3.5;
    // The noise of an anchor's user is the user's.
    const eta = this.context.eta.get(u) + numbers[q + layout.eta]!;
    const exponent = eta + this.g0 + this.c1 * z + this.c2 * (z * z - 0.5);
    out.score = s;
    out.epistemic = epi;
    out.moodVariance = vm;
    out.noise = this.noiseVariance * Math.exp(boundNoise(exponent));
    out.moodLeft = a;
    return out;
  }

  /** d = ½ (R/V)(min((r − clip s)²/V, 8) − 1): how much noisier this rating was than expected. */
  private learnNoise(u: number, i: number, r: number, before: MemberForecast, shared: boolean): void {
    const { constants, context, movies } = this;
    const V = before.noise + before.epistemic;
    const score = clipWorking(before.score);
    const d = 0.5 * (before.noise / V) * (Math.min((r - score) ** 2 / V, NOISE_SURPRISE_BOUND) - 1);
    const eta = context.eta.get(u);
    context.eta.set(u, boundNoise(eta + constants.userNoiseRate * d - constants.noiseShrink * eta));
    if (!shared) return;
    const etaMovie = movies.eta.get(i);
    movies.eta.set(i, boundNoise(etaMovie + constants.movieNoiseRate * d - constants.noiseShrink * etaMovie));
    const z = score - 3.5;
    this.g0 = boundNoise(this.g0 + constants.globalNoiseRate * d);
    this.c1 = boundNoise(this.c1 + constants.shapeNoiseRate * d * z);
    this.c2 = boundNoise(this.c2 + constants.shapeNoiseRate * d * (z * z - 0.5));
  }

  private keepMovie(i: number): void {
    const { numbers, movies } = this.memory;
    for (let f = 0; f < this.factors; f += 1) this.qOld[f] = numbers[movies.at(i) + f]!;
  }

  /** K = v_q p (bias: v_c); q += K g; v_q −= K²/S; then vectors forget towards the new-movie variance. */
  private learnMovie(u: number, i: number, r: number, before: MemberForecast): void {
    const { factors, layout, constants } = this;
    const { numbers, users, movies } = this.memory;
    const inverseS = 1 / (this.noiseVariance + before.epistemic);
    const g = (r - before.score) * inverseS;
    const forgetting = constants.movieForgetting;
    const fresh = constants.newMovie.vector;
    const p = users.at(u);
    const q = movies.at(i);
    const vq = q + layout.variance;
    const V0 = q + layout.prior;
    for (let f = 0; f < factors; f += 1) {
      const v = numbers[vq + f]!;
      const K = v * numbers[p + f]!;
      const learned = v - K * K * inverseS;
      numbers[q + f]! += K * g;
      numbers[vq + f] = learned + forgetting * (fresh * numbers[V0 + f]! - learned);
    }
    const vc = numbers[vq + factors]!;
    numbers[q + factors]! += vc * g;
    numbers[vq + factors] = vc - vc * vc * inverseS;
  }

  /** K = v_p q (bias: v_b; mood: v_m); p += K g; v −= K²/S; forgetting, but never above what it was; then the implicit part. */
  private learnUser(users: NodeRecords, u: number, i: number, r: number, time: number, before: MemberForecast): void {
    const { factors, layout, constants, qOld } = this;
    const { numbers } = this.memory;
    const inverseS = 1 / (this.noiseVariance + before.epistemic);
    const g = (r - before.score) * inverseS;
    const { userForgetting: forgetting, newUser: fresh } = constants;
    const p = users.at(u);
    const vp = p + layout.variance;
    const V0 = this.memory.users.at(u) + layout.prior;
    for (let f = 0; f < factors; f += 1) {
      const v = numbers[vp + f]!;
      const K = v * qOld[f]!;
      const learned = v - K * K * inverseS;
      numbers[p + f]! += K * g;
      numbers[vp + f] = Math.min(v, learned + forgetting.vector * (fresh.vector * numbers[V0 + f]! - learned));
    }
    const vb = numbers[vp + factors]!;
    const learned = vb - vb * vb * inverseS;
    numbers[p + factors]! += vb * g;
    numbers[vp + factors] = Math.min(vb, learned + forgetting.bias * (fresh.bias * numbers[V0 + factors]! - learned));
    const vm = before.moodVariance;
    numbers[p + layout.mood] = before.moodLeft * numbers[p + layout.mood]! + vm * g;
    numbers[p + layout.moodVariance] = vm - vm * vm * inverseS;
    const last = numbers[p + layout.last]!;
    if (!(last >= time) && !Number.isNaN(time)) numbers[p + layout.last] = time;
    this.shiftImplicit(users, u, i, 1);
  }

  /** p += (Y_u ± y_i)/√(n_u ± 1) − Y_u/√n_u (0 if n_u = 0), bias too; Y_u ±= y_i; n_u ±= 1. */
  private shiftImplicit(users: NodeRecords, u: number, i: number, sign: 1 | -1): void {
    const { numbers, movies } = this.memory;
    const p = users.at(u);
    const q = movies.at(i);
    const n = numbers[p + this.layout.implicitCount]!;
    const left = n + sign > 0;
    const weightOld = implicitWeight(n);
    const weightNew = implicitWeight(n + sign);
    const Y = p + this.layout.implicit;
    const y = q + this.layout.implicit;
    for (let f = 0; f <= this.factors; f += 1) {
      const old = numbers[Y + f]!;
      const sum = left ? old + sign * numbers[y + f]! : 0;
      numbers[p + f]! += sum * weightNew - old * weightOld;
      numbers[Y + f] = sum;
    }
    numbers[p + this.layout.implicitCount] = n + sign;
  }

  /** Keeps a user within the bounds that no stream of ratings may pass. */
  boundUserRows(u: number): void {
    this.boundUser(this.memory.users, u);
    this.boundUser(this.memory.anchors, u);
  }

  boundMovie(i: number): void {
    const { numbers, movies } = this.memory;
    boundColumns(numbers, this.placesOf(movies.at(i)), this.factors, this.movieBound);
  }

  /** @param priors the record whose V0 count */
  private placesOf(record: number, priors = record): ColumnPlaces {
    return { mean: record, variance: record + this.layout.variance, prior: priors + this.layout.prior };
  }

  private boundUser(users: NodeRecords, u: number): void {
    const { numbers } = this.memory;
    boundColumns(numbers, this.placesOf(users.at(u), this.memory.users.at(u)), this.factors, this.userBound);
  }
}

function gapBetween(last: number, time: number): number {
  const gap = time - last;
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(0, gap);
}

/** exp(−gap/tau), or 0 where it is too small to change a sum. */
function moodLeftAfter(gap: number, decay: number): number {
  return MOOD_GONE * decay > gap ? plainExponential(gap * (-1 / decay)) : 0;
}
