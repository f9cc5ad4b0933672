/**
 * Reference of "learn": biased matrix factorization by stochastic gradient, and nothing else. No variances, no mood, no noise
 * model, no bounds, no check of anything: what the smallest learner of its kind costs a rating.
 *
 * s = m0 + b_u + c_i + p_u·q_i, e = r − s; b += step e, c += step e, p += step (e q − penalty p), q += step (e p − penalty q).
 * Source: Koren, Bell, Volinsky 2009, "Matrix factorization techniques for recommender systems", IEEE Computer 42(8).
 */
export class BiasedFactorization {
  private readonly k: number;
  private readonly p: Float64Array; // [users x (k + 1)] row-major, the bias last: the layout of the live model
  private readonly q: Float64Array; // [movies x (k + 1)]
  private readonly m0 = 3;
  private readonly step = 0.02;
  private readonly penalty = 0.02;

  constructor(users: number, movies: number, k: number) {
    this.k = k;
    this.p = new Float64Array(users * (k + 1)).map((_, at) => 0.1 * Math.sin(at));
    this.q = new Float64Array(movies * (k + 1)).map((_, at) => 0.1 * Math.cos(at));
  }

  score(u: number, i: number): number {
    const { k, p, q } = this;
    const pu = u * (k + 1);
    const qi = i * (k + 1);
    let s = this.m0 + p[pu + k]! + q[qi + k]!;
    for (let f = 0; f < k; f += 1) s += p[pu + f]! * q[qi + f]!;
    return s;
  }

  learnOne(u: number, i: number, r: number): void {
    const { k, p, q, step, penalty } = this;
    const pu = u * (k + 1);
    const qi = i * (k + 1);
    const e = r - this.score(u, i);
    p[pu + k]! += step * e;
    q[qi + k]! += step * e;
    for (let f = 0; f < k; f += 1) {
      const puf = p[pu + f]!;
      const qif = q[qi + f]!;
      p[pu + f] = puf + step * (e * qif - penalty * puf);
      q[qi + f] = qif + step * (e * puf - penalty * qif);
    }
  }
}
