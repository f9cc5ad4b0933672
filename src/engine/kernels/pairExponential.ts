import { half, minus, type Pair, type PairFunction, pair, plus, plusBits, shiftLeft, times } from './pairCode.ts';

/** The fraction bits of 1.5 × 2^52 + n end with the integer n. */
const ROUNDER = 1.5 * 2 ** 52;
/** ln 2 in two parts: the first has so few digits that its products with integers are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** 1/n!: seven terms of each series in e^h, |h| ≤ ½ ln 2, leave out less than 1e-17. */
const COEFFICIENTS = Array.from({ length: 14 }, (_, n) => 1 / factorial(n));

/**
 * e^x = 2^n (cosh h + sinh h) with x = n ln 2 + h, for one number |x| ≤ 708: within some 4e-16 of Math.exp, relatively, which would be
 * a call out of WebAssembly. The series are summed as a tree, which is several times as fast as one term after the other.
 */
export function exponential(code: PairFunction, exponent: Pair): Pair {
  const x = code.keep(exponent);
  const rounded = code.keep(plus(times(x, pair(Math.LOG2E)), pair(ROUNDER)));
  const n = code.keep(minus(rounded, pair(ROUNDER)));
  const h = code.keep(minus(minus(x, times(n, pair(LN2_HIGH))), times(n, pair(LN2_LOW))));
  const t = code.keep(times(h, h));
  const t2 = code.keep(times(t, t));
  // cosh h in the first half, sinh h / h in the second.
  const c = (k: number) => pair(COEFFICIENTS[2 * k]!, COEFFICIENTS[2 * k + 1]!);
  const low = plus(plus(c(0), times(c(1), t)), times(plus(c(2), times(c(3), t)), t2));
  const high = plus(plus(c(4), times(c(5), t)), times(c(6), t2));
  const series = code.keep(plus(low, times(high, times(t2, t2))));
  // n goes to the exponent bits of the sum.
  return code.keep(plusBits(plus(half(0, series), times(half(1, series), h)), shiftLeft(rounded, 52)));
}

/** The same, bit for bit, in plain JavaScript. */
export function plainExponential(x: number): number {
  const n = x * Math.LOG2E + ROUNDER - ROUNDER;
  const h = x - n * LN2_HIGH - n * LN2_LOW;
  return (seriesFrom(0, h * h) + seriesFrom(1, h * h) * h) * 2 ** n;
}

/** Σ t^k/(2k + first)! */
function seriesFrom(first: 0 | 1, t: number): number {
  const t2 = t * t;
  const c = COEFFICIENTS;
  const low = c[first]! + c[first + 2]! * t + (c[first + 4]! + c[first + 6]! * t) * t2;
  const high = c[first + 8]! + c[first + 10]! * t + c[first + 12]! * t2;
  return low + high * (t2 * t2);
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
