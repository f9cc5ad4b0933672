const [RETURN, POINT, ZERO] = [0x0d, 0x2e, 0x30];
/** As many digits as always make an exact whole number. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, digits) => 10 ** digits);

/**
 * The number that `bytes[start..end - 1]` spell with up to 15 digits and perhaps a point, a carriage return after it ignored;
 * NaN for everything else, which may yet be a number. Exact, because one division of exact numbers is rounded rightly.
 */
export function plainNumber(bytes: Uint8Array, start: number, end: number): number {
  const last = bytes[end - 1] === RETURN ? end - 1 : end;
  let digits = 0;
  let decimals = -1; // -1: no point so far
  let whole = 0;
  for (let at = start; at < last; at += 1) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      whole = 10 * whole + digit;
      digits += 1;
      if (decimals >= 0) decimals += 1;
    } else if (bytes[at] === POINT && decimals < 0) {
      decimals = 0;
    } else {
      return Number.NaN;
    }
  }
  if (digits === 0 || digits > EXACT_DIGITS) return Number.NaN;
  return decimals <= 0 ? whole : whole / POWERS_OF_TEN[decimals]!;
}
