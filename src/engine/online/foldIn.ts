import { choleskyFactor, choleskySolve, inverseDiagonal } from '../math/cholesky.ts';
import type { MemberMemory } from './memberMemory.ts';
import { implicitWeight } from './memberState.ts';
import { type NodeLayout, nodeLayout, SHARED } from './nodeLayout.ts';
import type { RuleConstants } from './rule.ts';

/**
 * What a user's ratings since the hand-over say together. The online rule takes them one by one and keeps no covariance between
 * factors, so that of two factors that explain the same ratings both are moved, and the later ratings count too much. Given the
 * movies' present rows the posterior of the user's side is a linear regression, and exact:
 *
 * Prior: p ~ N(p_0, V) for the factors and the bias: the anchor, with the implicit part of all that the user has rated by now.
 * Ratings: r = m0 + c + p·q + N(0, S), S = n2 exp(eta_i) + V_M + v_c + Σ_f p_0² v_q: noise, mood and the movie's doubt. Without
 * eta_u, which remembers ratings that were replaced since.
 * Update: Λ = V⁻¹ + Σ h q qᵀ/S, p = p_0 + Λ⁻¹ Σ h q (r − s_0)/S, v = min(v, diag Λ⁻¹): knowing more never makes us less sure.
 * Taste drifts: h halves with every so many ratings that the user has given since (`foldInHalfLife`).
 *
 * With z = √V q it is computed as V^½ (I + Σ h z zᵀ/S)⁻¹ V^½, which is well conditioned, since S ≥ V_M. Mood and noise stay as they
 * are.
 * Source: Salakhutdinov and Mnih 2008, equation 11, given the hyper-parameters of the fit.
 */
export class FoldIn {
  private readonly memory: MemberMemory;
  private readonly factors: number;
  /** V_M */
  private readonly moodVariance: number;
  /** Weight of a rating by that of the next one. */
  private readonly decay: number;
  private readonly layout: NodeLayout;
  private readonly prior: Float64Array; // [K] p_0
  private readonly root: Float64Array; // [K] √V
  private readonly z: Float64Array; // [K] √V q
  private readonly A: Float64Array; // [K x K] I + Σ h z zᵀ/S, the lower triangle
  private readonly B: Float64Array; // [K] Σ h z (r − s_0)/S
  private readonly spread: Float64Array; // [K] diag A⁻¹

  constructor(memory: MemberMemory, factors: number, { moodVariance, foldInHalfLife }: RuleConstants) {
    const K = factors + 1;
    this.memory = memory;
    this.factors = factors;
    this.moodVariance = moodVariance;
    this.decay = 2 ** (-1 / foldInHalfLife);
    this.layout = nodeLayout(K);
    this.prior = new Float64Array(K);
    this.root = new Float64Array(K);
    this.z = new Float64Array(K);
    this.A = new Float64Array(K * K);
    this.B = new Float64Array(K);
    this.spread = new Float64Array(K);
  }

  /**
   * Replaces the means of user u and lowers the variances.
   * @param movies rows of what was rated since the anchor, oldest first @param r working ratings
   */
  user(u: number, movies: readonly number[], r: readonly number[]): void {
    const { A, B, prior, root, spread, layout } = this;
    const { numbers, users } = this.memory;
    const K = this.factors + 1;
    this.startFromAnchor(u);
    let h = 1;
    for (let t = movies.length - 1; t >= 0; t -= 1) {
      this.take(movies[t]!, r[t]!, h);
      h *= this.decay;
    }
    choleskyFactor(A, K);
    choleskySolve(A, K, B);
    inverseDiagonal(A, K, spread);
    const p = users.at(u);
    const v = p + layout.variance;
    for (let f = 0; f < K; f += 1) {
      numbers[p + f] = prior[f]! + root[f]! * B[f]!;
      numbers[v + f] = Math.min(numbers[v + f]!, root[f]! * root[f]! * spread[f]!);
    }
  }

  /** p_0 = p − Y_u/√n_u of the anchor + Y_u/√n_u as they are now; A = I, B = 0. */
  private startFromAnchor(u: number): void {
    const { A, B, prior, root, layout } = this;
    const { numbers, users, anchors } = this.memory;
    const K = this.factors + 1;
    const anchor = anchors.at(u);
    const now = users.at(u);
    const weightThen = implicitWeight(numbers[anchor + layout.implicitCount]!);
    const weightNow = implicitWeight(numbers[now + layout.implicitCount]!);
    A.fill(0);
    B.fill(0);
    for (let f = 0; f < K; f += 1) {
      const implicit = numbers[now + layout.implicit + f]! * weightNow - numbers[anchor + layout.implicit + f]! * weightThen;
      prior[f] = numbers[anchor + f]! + implicit;
      root[f] = Math.sqrt(numbers[anchor + layout.variance + f]!);
      A[f * K + f] = 1;
    }
  }

  /** A += h z zᵀ/S, B += h z (r − s_0)/S */
  private take(i: number, r: number, h: number): void {
    const { A, B, z, prior, root, layout, factors } = this;
    const { numbers, movies } = this.memory;
    const K = factors + 1;
    const q = movies.at(i);
    const vq = q + layout.variance;
    let s = numbers[SHARED.m0]! + numbers[q + factors]! + prior[factors]!;
    const noise = numbers[SHARED.noiseVariance]! * Math.exp(numbers[q + layout.eta]!);
    let S = noise + this.moodVariance + numbers[vq + factors]!;
    for (let f = 0; f < factors; f += 1) {
      const p = prior[f]!;
      z[f] = root[f]! * numbers[q + f]!;
      s += p * numbers[q + f]!;
      S += p * p * numbers[vq + f]!;
    }
    z[factors] = root[factors]!;
    const weight = h / S;
    for (let f = 0; f < K; f += 1) {
      const zf = weight * z[f]!;
      B[f]! += zf * (r - s);
      for (let g = 0; g <= f; g += 1) A[f * K + g]! += zf * z[g]!;
    }
  }
}
