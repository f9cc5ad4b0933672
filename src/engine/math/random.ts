/** 6364136223846793005: its words, and the halves of the low one. */
const MULTIPLIER_HIGH = 0x5851_f42d;
const MULTIPLIER_LOW = 0x4c95_7f2d;
const MULTIPLIER_1 = 0x4c95;
const MULTIPLIER_0 = 0x7f2d;

/**
 * Seeded random numbers: PCG32 (O'Neill 2014), with normal and gamma variates on top.
 * The same seed gives the same sequence on every machine; nothing in the engine draws from anywhere else.
 */
export class Random {
  // The 64 bits of the state as two signed words: V8 keeps these unboxed, unlike integers above 2^31.
  private high = 0;
  private low = 0;
  private readonly incrementHigh: number;
  private readonly incrementLow: number;
  private spare = Number.NaN;

  /**
   * @param seed any safe integer
   * @param stream draws of different streams are independent, for the same seed
   */
  constructor(seed: number, stream = 0) {
    this.incrementHigh = Math.floor(stream / 0x8000_0000) | 0;
    this.incrementLow = (stream << 1) | 1;
    this.uint32();
    const low = (this.low >>> 0) + (seed >>> 0);
    this.low = low | 0;
    this.high = (this.high + Math.floor(seed / 0x1_0000_0000) + (low > 0xffff_ffff ? 1 : 0)) | 0;
    this.uint32();
  }

  /** Uniform over the 32-bit unsigned integers. PCG-XSH-RR: a 64-bit linear congruential state, permuted on output. */
  uint32(): number {
    const { high, low } = this;
    this.step();
    const mixedHigh = (high >>> 18) ^ high;
    const mixedLow = ((low >>> 18) | (high << 14)) ^ low;
    const word = (mixedLow >>> 27) | (mixedHigh << 5);
    const turn = high >>> 27;
    return ((word >>> turn) | (word << (-turn & 31))) >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** Uniform over 0 .. bound - 1. */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** N(0, 1), by the polar method of Marsaglia. */
  normal(): number {
    if (!Number.isNaN(this.spare)) {
      const spare = this.spare;
      this.spare = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * factor;
      return x * factor;
    }
  }

  /** Gamma(shape, rate 1), shape > 0, by Marsaglia and Tsang (2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = 1 - this.uniform();
      if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let last = items.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      const held = items[last];
      items[last] = items[other];
      items[other] = held;
    }
    return items;
  }

  /**
   * state = state x 6364136223846793005 + increment, modulo 2^64. Halves of the low words are multiplied one by one, so
   * that no product exceeds a signed 32-bit integer.
   */
  private step(): void {
    const { high, low } = this;
    const a0 = low & 0xffff;
    const a1 = low >>> 16;
    const p0 = a0 * MULTIPLIER_0;
    const p1 = a1 * MULTIPLIER_0 + (p0 >>> 16);
    const p2 = a0 * MULTIPLIER_1 + (p1 & 0xffff);
    const overflow = a1 * MULTIPLIER_1 + (p1 >>> 16) + (p2 >>> 16);
    const product = (p2 << 16) | (p0 & 0xffff);
    const sum = (product + this.incrementLow) | 0;
    const carry = sum >>> 0 < product >>> 0 ? 1 : 0;
    this.low = sum;
    this.high = (Math.imul(low, MULTIPLIER_HIGH) + Math.imul(high, MULTIPLIER_LOW) + overflow + this.incrementHigh + carry) | 0;
  }
}
