import { pointScratch, readPoint, referenceSurface, referenceTrainer } from '../kernels/bayesReference.ts';
import { HEAD_INPUTS, headShape, newSurface } from '../kernels/bayesShape.ts';
import { kernelSurface } from '../kernels/bayesSurface.ts';
import { kernelTrainer } from '../kernels/bayesTrainer.ts';
import type { Device } from '../kernels/device.ts';
import type { Random } from '../math/random.ts';
import { HeadBatches } from './bayesBatches.ts';
import { descend, type EpochListener } from './bayesDescent.ts';
import { BASE_FROM, BASE_TO, clipBase, type InputScale, inputScale, logVariance, standardInputs } from './bayesInputs.ts';
import { initialParameters, softplus } from './bayesObjective.ts';

/** What the head learns from: predictions made without their rating, on the working scale. */
export interface HeadRows {
  /** Unclipped score so far. */
  readonly score: Float64Array; // [rows]
  /** Predictive variance V of the factorization. */
  readonly variance: Float64Array; // [rows]
  /** The rating that came. */
  readonly r: Float64Array; // [rows]
}

/** Options of the Bayesian head; every default was chosen on training data alone. */
export interface HeadOptions {
  /** Units of each of the two hidden layers, 1 to 64. Default 16. */
  readonly hidden: number;
  /** Passes over the rows, at least 1. Default 12. */
  readonly epochs: number;
  /** Learning rate of Adam at the start; it falls to 0 along a cosine. Default .005. */
  readonly rate: number;
  /** Rows of one step. Default 1,000. */
  readonly batch: number;
  /** Rows of one step when there are fewer than `smallRows`. Default 300. */
  readonly smallBatch: number;
  /** Default 40,000 rows. */
  readonly smallRows: number;
  /** First rho of every weight: sigma = ln(1 + e^rho). Default −4.5, a sigma of .011. */
  readonly initialRho: number;
  /** Epochs until the KL counts in full. Default 5. */
  readonly warmUpEpochs: number;
}

export const HEAD_DEFAULTS: HeadOptions = {
  hidden: 16,
  epochs: 12,
  rate: 0.005,
  batch: 1000,
  smallBatch: 300,
  smallRows: 40_000,
  initialRho: -4.5,
  warmUpEpochs: 5,
};

/** A fitted head. Layers lie one after the other, each [(inputs + 1) x outputs], row-major, with the biases last: 3 → h → h → 2. */
export interface HeadWeights extends InputScale {
  /** Hidden units h. */
  readonly hidden: number;
  readonly mean: Float64Array; // [size] posterior means; size = 4h + (h+1)h + 2(h+1)
  readonly rho: Float64Array; // [size] sigma = softplus(rho)
  /** What log sd starts from, beside ½ ln V. */
  readonly ls0: number;
  /** Smallest and largest ln V of the training rows. */
  readonly lnVFrom: number;
  readonly lnVTo: number;
}

/**
 * The Bayesian head: how far, and how surely, predictions of this score and this variance have missed.
 *
 * Prediction: rating ~ N(score + o0, sd²), log sd = ½ ln V + ½ o1 + ls0. The offsets o0 and o1 come from a network
 * 3 → 16 tanh → 16 tanh → 2 on base = clip(score), (base − 3)², ½ ln V, whose weights have a Gaussian posterior,
 * independent over all of them, sigma = softplus(rho); prior N(0, 1/fan-in), biases N(0, 1).
 * Loss: the negative evidence lower bound, mean of ½ ln 2π + log sd + ½ (r − mean)² e^(−2 log sd), plus
 * min(1, (epoch + 1)/5)/rows × KL(posterior, prior).
 * Update: Adam on means, rho and ls0, the rate along a cosine to 0; gradients by one draw a row and unit.
 * Sources: Blundell, Cornebise, Kavukcuoglu, Wierstra 2015 (Bayes by backprop); Kingma, Salimans, Welling 2015 (local
 * reparameterisation). Defaults: HEAD_DEFAULTS. Learned: mean [370], rho [370], ls0.
 *
 * @param device computes forward and backward in one pipeline a step; null: plain loops
 * @param onEpoch from 1; the loss above (mean over the epoch, and the KL's share at its end), and the root of the mean
 *   squared error with o0 added
 * @throws Error when the loss is not finite
 */
export async function fitHead(
  rows: HeadRows,
  options: HeadOptions,
  random: Random,
  device: Device | null,
  onEpoch: EpochListener = () => {},
): Promise<HeadWeights> {
  const count = rows.r.length;
  const shape = headShape(options.hidden);
  const scale = inputScale(rows.score, rows.variance);
  const parameters = initialParameters(shape, options.initialRho, random);
  if (count === 0) {
    // Nothing to learn from: a head that changes nothing.
    parameters.mean.fill(0, shape.layers[2].from);
  } else {
    const size = Math.min(count, count < options.smallRows ? options.smallBatch : options.batch);
    const batches = new HeadBatches(shape, rows, scale, size, options.epochs, random);
    const trainer = device === null ? referenceTrainer(shape, size) : kernelTrainer(device, shape, size);
    try {
      await descend(shape, parameters, batches, trainer, options, onEpoch);
    } finally {
      await trainer.close();
    }
  }
  return {
    ...scale,
    hidden: options.hidden,
    mean: parameters.mean.slice(),
    rho: parameters.rho.slice(),
    ls0: parameters.flat[2 * shape.size]!,
    ...rangeOf(rows.variance),
  };
}

function rangeOf(variance: Float64Array): { lnVFrom: number; lnVTo: number } {
  if (variance.length === 0) return { lnVFrom: 0, lnVTo: 0 };
  let from = Infinity;
  let to = -Infinity;
  for (const V of variance) {
    const lnV = logVariance(V);
    from = Math.min(from, lnV);
    to = Math.max(to, lnV);
  }
  return { lnVFrom: from, lnVTo: to };
}

/** Points of the grid along base, and along ln V. */
const GRID = 129;
/** How far the grid reaches beyond the ln V of the training rows. */
const BEYOND = 1;

/**
 * What the head says everywhere: mean of o0, its variance over the draws, and ln of the mean of e^(2 log sd − ln V), on a
 * grid of base (1 to 5) by ln V (training range ± 1). Planes are [size x size], all ln V of the first base first.
 */
export interface HeadPlanes {
  readonly size: number;
  readonly lnVFrom: number;
  readonly lnVTo: number;
  readonly offset: Float64Array; // [size x size]
  readonly offsetVariance: Float64Array; // [size x size]
  readonly logNoise: Float64Array; // [size x size]
}

/**
 * Monte Carlo over the posterior, once a version, so that no query has to draw: the head has two free inputs.
 *
 * @param draws networks drawn; 64 is plenty
 */
export async function headPlanes(weights: HeadWeights, draws: number, random: Random, device: Device | null): Promise<HeadPlanes> {
  const shape = headShape(weights.hidden);
  const lnVFrom = weights.lnVFrom - BEYOND;
  const lnVTo = weights.lnVTo + BEYOND;
  const x = new Float64Array(GRID * GRID * HEAD_INPUTS); // [points x 3]
  for (let n = 0; n < GRID * GRID; n += 1) {
    const base = BASE_FROM + ((BASE_TO - BASE_FROM) * Math.floor(n / GRID)) / (GRID - 1);
    standardInputs(weights, base, lnVFrom + ((lnVTo - lnVFrom) * (n % GRID)) / (GRID - 1), x, n * HEAD_INPUTS);
  }
  const drawn = drawHeads(weights, draws, random);
  const surface =
    device === null ? referenceSurface(shape, drawn, weights.ls0, x) : await kernelSurface(device, shape, drawn, weights.ls0, x);
  return {
    size: GRID,
    lnVFrom,
    lnVTo,
    offset: surface.offset,
    offsetVariance: surface.offsetVariance,
    logNoise: surface.noise.map(Math.log),
  };
}

/** Networks drawn from the posterior. Returns [draws x size] weights, for `exactReading`. */
export function drawHeads(weights: HeadWeights, draws: number, random: Random): Float64Array {
  const { mean, rho } = weights;
  const drawn = new Float64Array(draws * mean.length);
  const std = rho.map(softplus);
  for (let n = 0; n < drawn.length; n += 1) {
    const w = n % mean.length;
    drawn[n] = mean[w]! + std[w]! * random.normal();
  }
  return drawn;
}

/** What the head says of one prediction: mean = score + offset, variance = noiseFactor × V + offsetVariance. */
export interface HeadReading {
  offset: number;
  offsetVariance: number;
  noiseFactor: number;
}

/** The planes at one prediction, bilinear, at their edge beyond it. Nothing is allocated: every query and every rating reads. */
export function readPlanes(planes: HeadPlanes, score: number, variance: number, out: HeadReading): HeadReading {
  const { size, lnVFrom, lnVTo, offset, offsetVariance, logNoise } = planes;
  const last = size - 1;
  const y = (last * (clipBase(score) - BASE_FROM)) / (BASE_TO - BASE_FROM);
  const x = last * Math.min(Math.max((logVariance(variance) - lnVFrom) / (lnVTo - lnVFrom), 0), 1);
  const row = Math.min(Math.floor(y), last - 1);
  const column = Math.min(Math.floor(x), last - 1);
  const at = row * size + column;
  const right = x - column;
  const down = y - row;
  const w00 = (1 - down) * (1 - right);
  const w01 = (1 - down) * right;
  const w10 = down * (1 - right);
  const w11 = down * right;
  const below = at + size;
  out.offset = w00 * offset[at]! + w01 * offset[at + 1]! + w10 * offset[below]! + w11 * offset[below + 1]!;
  out.offsetVariance =
    w00 * offsetVariance[at]! + w01 * offsetVariance[at + 1]! + w10 * offsetVariance[below]! + w11 * offsetVariance[below + 1]!;
  out.noiseFactor = Math.exp(w00 * logNoise[at]! + w01 * logNoise[at + 1]! + w10 * logNoise[below]! + w11 * logNoise[below + 1]!);
  return out;
}

/**
 * The draws themselves at one prediction, without the planes between.
 *
 * @param noise a generator, or networks drawn before by `drawHeads`: then `draws` is not read
 */
export function exactReading(
  weights: HeadWeights,
  draws: number,
  noise: Random | Float64Array,
  score: number,
  variance: number,
): HeadReading {
  const shape = headShape(weights.hidden);
  const drawn = noise instanceof Float64Array ? noise : drawHeads(weights, draws, noise);
  const scratch = pointScratch(shape);
  const point = newSurface(1);
  standardInputs(weights, score, logVariance(variance), scratch.x, 0);
  readPoint(shape, drawn, weights.ls0, scratch, point, 0);
  return { offset: point.offset[0]!, offsetVariance: point.offsetVariance[0]!, noiseFactor: point.noise[0]! };
}
