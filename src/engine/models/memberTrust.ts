/** Ratings of a user at which only `level` counts: ln(1 + n) = 4. */
const COUNT_CENTRE = 4;
/** Standard deviations of the prior: a weight of half a member more would be most unusual. */
const LEVEL_PRIOR = 0.2;
const SLOPE_PRIOR = 0.1;

/**
 * Which of two members of the factorization to believe, and for whom: the mean of both moves by
 *
 *   (level + slope (ln(1 + n_u) − 4)) × d,   d = score of the first − score of the second,
 *
 * so level and slope say how much more than half the first one weighs. The inference that is best for people of whom much is known
 * is not the one that is best for newcomers.
 */
export interface MemberTrust {
  readonly level: number;
  readonly slope: number;
}

/** Predictions that had not seen their rating, working points. */
export interface MemberRows {
  readonly score: Float64Array; // [rows] mean of the members, and what else is known before
  readonly variance: Float64Array; // [rows]
  readonly disagreement: Float64Array; // [rows] d
  readonly given: Float64Array; // [rows] n_u then
  readonly r: Float64Array; // [rows]
}

/**
 * Posterior means of level and slope in r = score + (level + slope c) d + N(0, variance): linear regression with the prior
 * N(0, .2²) and N(0, .1²). What doubt is left after a few hundred rows moves a score by less than .01.
 */
export function fitMemberTrust({ score, variance, disagreement, given, r }: MemberRows): MemberTrust {
  let [ll, ls, ss] = [1 / LEVEL_PRIOR ** 2, 0, 1 / SLOPE_PRIOR ** 2];
  let [le, se] = [0, 0];
  for (let t = 0; t < r.length; t += 1) {
    const d = disagreement[t]!;
    const x = centredCount(given[t]!) * d;
    const e = r[t]! - score[t]!;
    ll += (d * d) / variance[t]!;
    ls += (d * x) / variance[t]!;
    ss += (x * x) / variance[t]!;
    le += (d * e) / variance[t]!;
    se += (x * e) / variance[t]!;
  }
  const determinant = ll * ss - ls * ls;
  return { level: (ss * le - ls * se) / determinant, slope: (ll * se - ls * le) / determinant };
}

/** How much more than half the first member weighs for a user with so many ratings. */
export function tilt({ level, slope }: MemberTrust, given: number): number {
  return level + slope * centredCount(given);
}

function centredCount(given: number): number {
  return Math.log1p(given) - COUNT_CENTRE;
}
