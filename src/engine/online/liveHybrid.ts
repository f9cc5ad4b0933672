import type { Model } from '../../domain.ts';
import { type HeadPlanes, type HeadReading, readPlanes } from '../models/bayes.ts';
import type { FittedHead } from '../models/hybrid.ts';
import { tilt } from '../models/memberTrust.ts';
import type { WorkingPrediction } from './ensemble.ts';
import type { LiveAttention } from './liveAttention.ts';

/** What serves on top of the factorization: see models/hybrid.ts. */
export class LiveHybrid {
  readonly attention: LiveAttention;
  readonly bnn: FittedHead;
  readonly hybrid: FittedHead;
  /**
   * How much lower the level of ln V is than where the heads learned: 0 for heads that learned from a stream. A head knows what
   * a doubt means beside others of its time; that more ratings lower all of them is not what it was shown.
   */
  readonly logVarianceShift: number;
  private readonly level: number;
  private readonly bnnBounds: { least: number; most: number };
  private readonly hybridBounds: { least: number; most: number };
  private readonly reading: HeadReading = { offset: 0, offsetVariance: 0, noiseFactor: 1 };

  constructor(parts: { attention: LiveAttention; bnn: FittedHead; hybrid: FittedHead; logVarianceShift: number }) {
    this.attention = parts.attention;
    this.bnn = parts.bnn;
    this.hybrid = parts.hybrid;
    this.logVarianceShift = parts.logVarianceShift;
    this.level = Math.exp(-parts.logVarianceShift);
    this.bnnBounds = boundsOf(parts.bnn.planes);
    this.hybridBounds = boundsOf(parts.hybrid.planes);
  }

  /** What a model makes of the factorization's prediction of a rating. @param given ratings of the user */
  correct(model: Model, mf: WorkingPrediction, u: number, i: number, given: number): WorkingPrediction {
    if (model === 'MF') return mf;
    const graph = model === 'BNN' ? 0 : this.attention.delta(u, i);
    const corrected = { ...mf, score: mf.score + graph, graph };
    if (model === 'GNN') return corrected;
    return this.headOn(model === 'BNN' ? this.bnn : this.hybrid, corrected, given);
  }

  /** How much more than half the first member weighs in a model, for a user with so many ratings. */
  tilt(model: Model, given: number): number {
    if (model === 'BNN') return tilt(this.bnn.trust, given);
    return model === 'HYBRID' ? tilt(this.hybrid.trust, given) : 0;
  }

  /** How far down and up the head of a model can move a score of members that it has weighed; null for a model without one. */
  offsetBounds(model: Model): { least: number; most: number } | null {
    if (model === 'BNN') return this.bnnBounds;
    return model === 'HYBRID' ? this.hybridBounds : null;
  }

  /** Total variance = noise factor × V + variance of o0; the doubt about the weights is part of the epistemic one. */
  private headOn({ planes, trust }: FittedHead, below: WorkingPrediction, given: number): WorkingPrediction {
    const V = below.epistemic + below.aleatoric;
    const weighed = tilt(trust, given) * below.disagreement;
    const { offset, offsetVariance, noiseFactor } = readPlanes(planes, below.score + weighed, V * this.level, this.reading);
    const total = noiseFactor * V + offsetVariance;
    const epistemic = Math.min(below.epistemic + offsetVariance, total);
    const bayes = weighed + offset;
    return { ...below, score: below.score + bayes, epistemic, aleatoric: total - epistemic, bayes };
  }
}

/** The planes are read between their points, so no reading lies outside of these. */
function boundsOf({ offset }: HeadPlanes): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of offset) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most };
}
