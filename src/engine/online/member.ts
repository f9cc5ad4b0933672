import { movieSideGroups, NO_WORDS, type SideRow, userSideGroups } from '../data/sideFeatures.ts';
import { Random } from '../math/random.ts';
import { Learner } from './learner.ts';
import { type NodePrior, priorOf, scaled } from './memberState.ts';
import type { RuleConstants } from './rule.ts';

/** From what a new node of a member starts. */
export interface MemberPriors {
  readonly user: NodePrior;
  readonly movie: NodePrior;
  /** y_i of a movie that the fit did not see. */
  readonly implicitMean: Float64Array; // [K]
  /** Share of the scaled V0 at which a new node's variances start: 1 after a fit. */
  readonly startShare: number;
  /** Standard deviation of a new movie's factors: 0 after a fit. Without a spread, nothing would ever be learned. */
  readonly spread: number;
}

const NO_SIDE: SideRow = { columns: [], x: [] };

/** Before the first fit: m0 3, P 0, Q ~ .1 N(0,1), noise variance 1, V0 .2, variances .1 × scale. */
export function priorsBeforeFit(factors: number): MemberPriors {
  const K = factors + 1;
  const node = (sideFeatures: number): NodePrior => ({
    mean: new Float64Array(K),
    variance: new Float64Array(K).fill(0.2),
    sideMean: new Float64Array(sideFeatures * K),
    sideVariance: new Float64Array(sideFeatures * K),
  });
  return {
    user: node(userSideGroups(NO_WORDS).columns),
    movie: node(movieSideGroups(NO_WORDS).columns),
    implicitMean: new Float64Array(K),
    startShare: 0.5,
    spread: 0.1,
  };
}

/** One member of the factorization with the priors of its nodes. Row `n` of n nodes is always the stranger's. */
export class Member {
  readonly learner: Learner;
  readonly priors: MemberPriors;
  readonly seed: number;

  /** @param seed for the first factors of movies, before any fit */
  constructor(factors: number, constants: RuleConstants, priors: MemberPriors, seed: number) {
    this.learner = new Learner(factors, constants);
    this.priors = priors;
    this.seed = seed;
    this.addStrangers(0, 0);
  }

  /** Fills the rows after the last user and movie with the prior of a node about which nothing is known. */
  addStrangers(users: number, movies: number): void {
    this.fillUser(users, NO_SIDE);
    this.fillMovie(movies, NO_SIDE);
  }

  /** Gives user u, the next one, its prior; the row after it becomes the stranger's. */
  addUser(u: number, side: SideRow): void {
    this.fillUser(u, side);
    this.fillUser(u + 1, NO_SIDE);
  }

  /** Leaves nothing of what was learned of user u. */
  forgetUser(u: number): void {
    this.fillUser(u, NO_SIDE);
  }

  addMovie(i: number, side: SideRow): void {
    this.fillMovie(i, side);
    this.fillMovie(i + 1, NO_SIDE);
  }

  /** What is newly said of a user moves the factors by the difference of the priors. */
  moveUser(u: number, from: SideRow, to: SideRow): void {
    const { users, anchors, context, constants } = this.learner;
    const shift = this.shiftOf(this.priors.user, from, to);
    users.p.add(u, shift.mean);
    anchors.p.add(u, shift.mean);
    context.priorVariance.add(u, shift.variance);
    const startVariance = scaled(shift.variance, constants.newUser);
    users.v.add(u, startVariance, this.priors.startShare);
    anchors.v.add(u, startVariance, this.priors.startShare);
    this.learner.boundUserRows(u);
  }

  moveMovie(i: number, from: SideRow, to: SideRow): void {
    const { movies, constants } = this.learner;
    const shift = this.shiftOf(this.priors.movie, from, to);
    movies.q.add(i, shift.mean);
    movies.priorVariance.add(i, shift.variance);
    movies.v.add(i, scaled(shift.variance, constants.newMovie), this.priors.startShare);
    this.learner.boundMovie(i);
  }

  private shiftOf(prior: NodePrior, from: SideRow, to: SideRow): { mean: Float64Array; variance: Float64Array } {
    const before = priorOf(prior, from);
    const after = priorOf(prior, to);
    return {
      mean: after.mean.map((value, f) => value - before.mean[f]!),
      variance: after.variance.map((value, f) => value - before.variance[f]!),
    };
  }

  private fillUser(u: number, side: SideRow): void {
    const { users, anchors, context, constants, factors } = this.learner;
    this.learner.reserveUsers(u + 1);
    const { mean, variance } = priorOf(this.priors.user, side);
    const start = scaled(variance, constants.newUser).map((value) => value * this.priors.startShare);
    for (const rows of [users, anchors]) {
      rows.p.write(u, mean);
      rows.v.write(u, start);
      rows.mood.set(u, 0);
      rows.moodVariance.set(u, constants.moodVariance);
      rows.last.set(u, Number.NaN);
      rows.implicitSum.write(u, new Float64Array(factors + 1));
      rows.implicitCount.set(u, 0);
    }
    context.priorVariance.write(u, variance);
    context.eta.set(u, 0);
  }

  private fillMovie(i: number, side: SideRow): void {
    const { movies, constants, factors } = this.learner;
    this.learner.reserveMovies(i + 1);
    const { mean, variance } = priorOf(this.priors.movie, side);
    if (this.priors.spread > 0) {
      const random = new Random(this.seed, i);
      for (let f = 0; f < factors; f += 1) mean[f]! += this.priors.spread * random.normal();
    }
    movies.q.write(i, mean);
    movies.v.write(
      i,
      scaled(variance, constants.newMovie).map((value) => value * this.priors.startShare),
    );
    movies.implicit.write(i, this.priors.implicitMean);
    movies.priorVariance.write(i, variance);
    movies.eta.set(i, 0);
  }
}
