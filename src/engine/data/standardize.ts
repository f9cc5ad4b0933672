/** Values as distances from their mean, in standard deviations: r' = (r − mean)/σ, and back. */
export class Standardization {
  /** Leaves every value as it is. */
  static readonly NONE = new Standardization(0, 1);

  /** @param std σ, above 0 */
  constructor(
    readonly mean: number,
    readonly std: number,
  ) {
    if (!(Number.isFinite(mean) && std > 0 && std < Infinity))
      throw new RangeError(`A mean of ${mean} and a deviation of ${std} can't standardise: both must be finite, the deviation above 0.`);
  }

  /**
   * Mean and population deviation of training values; never ask it of a test. A deviation of 0 becomes 1, so that equal values
   * become 0 and come back as they were.
   * @param meanOfNone the mean of no values
   */
  static of(values: ArrayLike<number>, meanOfNone = 0): Standardization {
    const n = values.length;
    if (n === 0) return new Standardization(meanOfNone, 1);
    let sum = 0;
    for (let t = 0; t < n; t += 1) sum += values[t]!;
    const mean = sum / n;
    let squares = 0;
    for (let t = 0; t < n; t += 1) squares += (values[t]! - mean) ** 2;
    return new Standardization(mean, Math.sqrt(squares / n) || 1);
  }

  apply(value: number): number {
    return (value - this.mean) / this.std;
  }

  /** The value that `apply` gave this for. */
  invert(standardised: number): number {
    return this.mean + this.std * standardised;
  }
}
