import type { RatingTable } from '../data/ratingTable.ts';
import { movieSideRow, userSideRow, type Vocabulary } from '../data/sideFeatures.ts';
import { clipWorking, WorkingScale } from '../data/workingScale.ts';
import type { FactorizationFit, FactorSide } from '../models/factorization.ts';
import { Member, type MemberPriors } from './member.ts';
import { type NodePrior, scaled } from './memberState.ts';
import type { Field } from './nodeRecords.ts';
import { doubtShare, withLessDoubt, withLessNoise } from './priorDoubt.ts';
import type { RuleConstants } from './rule.ts';

/** Weight, in ratings, of "this user's noise is like everybody's" in the first noise offsets. */
const NOISE_PRIOR_WEIGHT = 30;

/** Starts a member from a fit of `table`: the state that the online rule goes on from. */
export function memberFromFit(fitted: FactorizationFit, table: RatingTable, vocabulary: Vocabulary, constants: RuleConstants): Member {
  const fit = withLessNoise(fitted, table);
  const member = startMember(fit, table, vocabulary, constants);
  const share = doubtShare(member, fit, table);
  return share < 1 ? startMember(withLessDoubt(fit, share), table, vocabulary, constants) : member;
}

function startMember(fit: FactorizationFit, table: RatingTable, vocabulary: Vocabulary, constants: RuleConstants): Member {
  const member = new Member(fit.factors, constants, priorsOf(fit), 0);
  const { learner } = member;
  learner.m0 = fit.m0;
  learner.noiseVariance = constants.gainNoise * fit.noiseVariance;
  learner.reserveUsers(table.users.length + 1);
  learner.reserveMovies(table.movies.length + 1);
  table.users.forEach((user, u) => {
    member.addUser(u, userSideRow(vocabulary, user));
  });
  table.movies.forEach((movie, i) => {
    member.addMovie(i, movieSideRow(vocabulary, movie));
  });

  const rated = countsOf(table);
  const K = fit.factors + 1;
  place(fit.users, rated.users, K, constants.knownUser, learner.users.p, learner.users.v);
  place(fit.movies, rated.movies, K, constants.knownMovie, learner.movies.q, learner.movies.v);
  placeImplicit(member, fit, table, rated);
  setNoiseOffsets(member, fit, table, rated);
  for (let u = 0; u < table.users.length; u += 1) learner.boundUserRows(u);
  for (let i = 0; i < table.movies.length; i += 1) learner.boundMovie(i);
  learner.settle(table.users.length);
  return member;
}

function priorsOf(fit: FactorizationFit): MemberPriors {
  const prior = (side: FactorSide): NodePrior => ({
    mean: side.ownMean,
    variance: side.ownVariance,
    sideMean: side.sideMean,
    sideVariance: side.sideVariance,
  });
  return { user: prior(fit.users), movie: prior(fit.movies), implicitMean: fit.users.implicitMean, startShare: 1, spread: 0 };
}

/** Nodes with a rating take the fit's mean and its variance × scale; the others keep their prior. */
function place(
  side: FactorSide,
  counts: Float64Array,
  K: number,
  scale: { vector: number; bias: number },
  mean: Field,
  variance: Field,
): void {
  for (let node = 0; node < counts.length; node += 1) {
    if (counts[node] === 0) continue;
    mean.write(node, side.mean.subarray(node * K, (node + 1) * K));
    variance.write(node, scaled(side.variance.subarray(node * K, (node + 1) * K), scale));
  }
}

/** y_i of the movies seen by the fit, Y_u = Σ y_i, n_u. */
function placeImplicit(
  member: Member,
  fit: FactorizationFit,
  table: RatingTable,
  { users: userCounts, movies: movieCounts }: { users: Float64Array; movies: Float64Array },
): void {
  const { users, movies } = member.learner;
  const K = fit.factors + 1;
  for (let i = 0; i < movieCounts.length; i += 1) {
    if (movieCounts[i]! > 0) movies.implicit.write(i, fit.users.implicit.subarray(i * K, (i + 1) * K));
  }
  const sums = new Float64Array(userCounts.length * K);
  const y = fit.users.implicit;
  for (let row = 0; row < table.u.length; row += 1) {
    const to = table.u[row]! * K;
    const from = table.i[row]! * K;
    for (let f = 0; f < K; f += 1) sums[to + f]! += y[from + f]!;
  }
  users.implicitSum.put(sums);
  users.implicitCount.put(userCounts);
}

/** The offsets that the inference learned; else eta_u = ln((30 + Σe²/E)/(30 + n_u)) over clipped training residuals with mean square E, eta_i alike. */
function setNoiseOffsets(
  member: Member,
  fit: FactorizationFit,
  table: RatingTable,
  counts: { users: Float64Array; movies: Float64Array },
): void {
  const { context, movies } = member.learner;
  const { noiseOffset: users } = fit.users;
  const { noiseOffset: films } = fit.movies;
  if (users !== null && films !== null) {
    users.forEach((offset, u) => {
      if (counts.users[u]! > 0) context.eta.set(u, offset);
    });
    films.forEach((offset, i) => {
      if (counts.movies[i]! > 0) movies.eta.set(i, offset);
    });
    return;
  }
  const squares = residualSquares(member, table);
  const E = Math.max(squares.total / Math.max(table.u.length, 1), 1e-9);
  const offset = (square: number, n: number) => Math.log((NOISE_PRIOR_WEIGHT + square / E) / (NOISE_PRIOR_WEIGHT + n));
  squares.users.forEach((square, u) => {
    context.eta.set(u, offset(square, counts.users[u]!));
  });
  squares.movies.forEach((square, i) => {
    movies.eta.set(i, offset(square, counts.movies[i]!));
  });
}

/** Squared residuals of the training ratings, clipped scores, by user and movie. */
function residualSquares({ learner }: Member, table: RatingTable): { users: Float64Array; movies: Float64Array; total: number } {
  const scale = new WorkingScale(table.scale);
  const squares = { users: new Float64Array(table.users.length), movies: new Float64Array(table.movies.length), total: 0 };
  for (let row = 0; row < table.u.length; row += 1) {
    const u = table.u[row]!;
    const i = table.i[row]!;
    const e = scale.toWorking(table.r[row]!) - clipWorking(learner.scoreOf(u, i));
    squares.users[u]! += e * e;
    squares.movies[i]! += e * e;
    squares.total += e * e;
  }
  return squares;
}

function countsOf(table: RatingTable): { users: Float64Array; movies: Float64Array } {
  const counts = { users: new Float64Array(table.users.length), movies: new Float64Array(table.movies.length) };
  for (const u of table.u) counts.users[u]! += 1;
  for (const i of table.i) counts.movies[i]! += 1;
  return counts;
}
