/** Options of AdamW; the defaults are those of its paper. */
export interface AdamWOptions {
  /** Decay of the running mean of gradients. Default .9. */
  readonly beta1?: number;
  /** Decay of the running mean of their squares. Default .999. */
  readonly beta2?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  readonly epsilon?: number;
  /** Share of each parameter, times the learning rate, that a step takes away. Default 0: Adam. */
  readonly weightDecay?: number;
}

/**
 * AdamW on one flat array of parameters: m += (1 − β1)(g − m), w += (1 − β2)(g² − w),
 * θ −= rate × (weightDecay θ + m̂/(√ŵ + ε)), where m̂ and ŵ are m and w corrected for their start at 0.
 * Sources: Kingma and Ba 2015; Loshchilov and Hutter 2019 (decoupled weight decay).
 */
export class AdamW {
  private readonly m: Float64Array; // [parameters]
  private readonly w: Float64Array; // [parameters]
  private readonly options: Required<AdamWOptions>;
  private steps = 0;

  constructor(parameters: number, options: AdamWOptions = {}) {
    this.m = new Float64Array(parameters);
    this.w = new Float64Array(parameters);
    this.options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
  }

  step(theta: Float64Array, gradient: Float64Array, rate: number): void {
    const { m, w } = this;
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    this.steps += 1;
    const correction1 = 1 - beta1 ** this.steps;
    const correction2 = 1 - beta2 ** this.steps;
    for (let at = 0; at < theta.length; at += 1) {
      const g = gradient[at]!;
      m[at]! += (1 - beta1) * (g - m[at]!);
      w[at]! += (1 - beta2) * (g * g - w[at]!);
      const adapted = m[at]! / correction1 / (Math.sqrt(w[at]! / correction2) + epsilon);
      theta[at]! -= rate * (weightDecay * theta[at]! + adapted);
    }
  }
}

/** A learning rate that falls from `rate` to 0 along half a cosine. @param step from 0 @param warmUp first steps, over which it rises to that */
export function cosineRate(rate: number, step: number, steps: number, warmUp = 0): number {
  const rise = warmUp > 0 ? Math.min(1, (step + 1) / warmUp) : 1;
  return rate * rise * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}
