/**
 * The standard normal distribution, to double precision.
 *
 * Cumulative: rational approximations of Cody, "Rational Chebyshev approximations for the error function",
 * Mathematics of Computation 23 (1969), in the form of his ANORM ("Algorithm 715", ACM TOMS 19, 1993).
 * Quantile: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988).
 */

const INVERSE_ROOT_TWO_PI = 0.398_942_280_401_432_7;
const CENTRE = 0.674_489_75; // the central half of the distribution
const FAR = Math.sqrt(32);

// |x| <= CENTRE: cdf = 1/2 + x A(x²)/B(x²).
const A = [0.06568233791820745, 2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356];
const B = [1, 47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673];
// CENTRE < |x| <= FAR: upper tail = exp(-x²/2) C(|x|)/D(|x|).
const C = [
  1.0765576773720192e-8, 0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002, 2494.5375852903726,
  6848.190450536283, 11602.65143764735, 9842.714838383978,
];
const D = [
  1, 22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761, 18615.571640885097, 34900.95272114598, 38912.00328609327,
  19685.429676859992,
];
// |x| > FAR: upper tail = exp(-x²/2)/|x| (1/√2π - y P(y)/Q(y)), y = 1/x².
const P = [
  0.023073441764940174, 0.215898534057957, 0.12740116116024736, 0.022235277870649807, 0.0014216191932278934, 2.9112874951168793e-5,
];
const Q = [1, 1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824, 7.297515550839662e-5];

// Quantile, by region; highest power first.
const CENTRAL_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
  3.3871328727963665,
];
const CENTRAL_BOTTOM = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1,
];
const TAIL_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
  4.630337846156546, 1.4234371107496835,
];
const TAIL_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
  2.053191626637759, 1,
];
const FAR_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
  5.463784911164114, 6.657904643501103,
];
const FAR_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
  0.599832206555888, 1,
];

/** exp(-x²/2)/√(2π). */
export function normalDensity(x: number): number {
  return INVERSE_ROOT_TWO_PI * bell(Math.abs(x));
}

/** P(Z <= x) for Z ~ N(0, 1); relative error about 1e-15, in the lower tail too. */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  if (size <= CENTRE) return 0.5 + (x * polynomial(A, x * x)) / polynomial(B, x * x);
  const tail = upperTail(size);
  return x < 0 ? tail : 1 - tail;
}

/** The x with P(Z <= x) = p, to about 1e-15 relative. @param p in [0, 1]; 0 and 1 give the infinities */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const y = 0.180625 - q * q;
    return (q * polynomial(CENTRAL_TOP, y)) / polynomial(CENTRAL_BOTTOM, y);
  }
  const tail = q < 0 ? p : 1 - p;
  if (tail === 0) return q < 0 ? -Infinity : Infinity;
  const y = Math.sqrt(-Math.log(tail));
  const size =
    y <= 5 ? polynomial(TAIL_TOP, y - 1.6) / polynomial(TAIL_BOTTOM, y - 1.6) : polynomial(FAR_TOP, y - 5) / polynomial(FAR_BOTTOM, y - 5);
  return q < 0 ? -size : size;
}

/** Points between 0 and 1 at which `unitPosteriorMean` weighs. */
const UNIT_POINTS = 1000;

/**
 * Mean of a quantity that is uniform in (0, 1) before, measured as `estimate` with a normal error of `std` > 0. Always within (0, 1),
 * to about .001.
 */
export function unitPosteriorMean(estimate: number, std: number): number {
  const half = 0.5 / UNIT_POINTS;
  const nearest = Math.min(Math.max(estimate, half), 1 - half);
  const least = ((nearest - estimate) / std) ** 2; // taken off every exponent, so that the weights don't all vanish
  let mass = 0;
  let moment = 0;
  for (let n = 0; n < UNIT_POINTS; n += 1) {
    const c = (n + 0.5) / UNIT_POINTS;
    const weight = Math.exp((least - ((c - estimate) / std) ** 2) / 2);
    mass += weight;
    moment += weight * c;
  }
  return mass > 0 ? moment / mass : nearest; // none: all of it lies between two points
}

/** P(Z > x) for x > CENTRE. */
function upperTail(x: number): number {
  if (x === Infinity) return 0;
  if (x <= FAR) return (bell(x) * polynomial(C, x)) / polynomial(D, x);
  const y = 1 / (x * x);
  return (bell(x) * (INVERSE_ROOT_TWO_PI - (y * polynomial(P, y)) / polynomial(Q, y))) / x;
}

/** exp(-x²/2) for x >= 0: x² is split, so that its rounding error, large for large x, doesn't reach the exponent (Cody). */
function bell(x: number): number {
  if (x > 40) return 0;
  const rounded = Math.trunc(x * 16) / 16;
  return Math.exp(-rounded * rounded * 0.5) * Math.exp(-(x - rounded) * (x + rounded) * 0.5);
}

/** Horner's rule. @param coefficients highest power first */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}
