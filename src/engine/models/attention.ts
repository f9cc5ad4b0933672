import { type AttentionEdges, type AttentionGraph, attentionGraph, thinned } from '../kernels/attentionGraph.ts';
import {
  type AttentionSideWeights,
  type AttentionSize,
  type AttentionWeights,
  flatWeights,
  startingWeights,
} from '../kernels/attentionParameters.ts';
import { referenceForward, referenceTrainer } from '../kernels/attentionReference.ts';
import type { AttentionCapacity, AttentionRows, AttentionTrainer, Dropout } from '../kernels/attentionStep.ts';
import { fitsKernels, kernelForward, kernelTrainer } from '../kernels/attentionTrainer.ts';
import type { Device } from '../kernels/device.ts';
import { AdamW, cosineRate } from '../math/optimizer.ts';
import type { Random } from '../math/random.ts';
import { type AttentionLesson, type AttentionShape, withoutIdle } from './attentionLesson.ts';

/** Options of the graph attention; every default was chosen on training data alone. */
export interface AttentionOptions {
  /** Length d of hidden features and rows, a multiple of 4 × `heads`. Default 32. */
  readonly dimension: number;
  /** Attentions side by side, each over its own part of a row: a power of two. Default 4. */
  readonly heads: number;
  /** Steps of the optimiser, at least 1. Default 160. */
  readonly steps: number;
  /** Learning rate of AdamW after the warm-up; it falls to 0 along a cosine. Default .005. */
  readonly rate: number;
  /** Steps over which the rate rises to that. Default 20. */
  readonly warmUp: number;
  /** Share of the weights, times the rate, that a step takes away. Default .001. */
  readonly weightDecay: number;
  /** The weights returned are an exponential mean over the steps with this decay. Default .98. */
  readonly averaging: number;
  /** Share of the messages that are left out in each step. Default .2. */
  readonly edgeDrop: number;
  /** Share of the hidden features that are dropped. Default .1. */
  readonly hiddenDropout: number;
  /** Share of the rows' elements that are dropped. Default .3. */
  readonly rowDropout: number;
}

export const ATTENTION_DEFAULTS: AttentionOptions = {
  dimension: 32,
  heads: 4,
  steps: 160,
  rate: 0.005,
  warmUp: 20,
  weightDecay: 0.001,
  averaging: 0.98,
  edgeDrop: 0.2,
  hiddenDropout: 0.1,
  rowDropout: 0.3,
};

export type StepListener = (step: number, steps: number, loss: number) => void;

/**
 * Relational graph attention on what the factorization leaves over: inductive, no parameter belongs to a user or a movie.
 *
 * Prediction: delta = mu + w_u·z_u + w_i·z_i + z_u·z_i, with rows z of one attention layer in each direction: h = F x,
 * T_m = (W + W_r) h + b_r for a rating of level r, score = LeakyReLU_.2(a_s·T_m + a_r + a_d·(W_d h_n)) per head,
 * alpha = softmax over the messages of a node, z_n = O LeakyReLU_.1(Σ alpha T + S h_n); without messages the sum is 0.
 * Loss: mean (delta − residual)² over the targets of a lesson; step e takes lesson e mod lessons, those without targets left out.
 * Update: AdamW (Loshchilov and Hutter 2019), weights averaged over the steps.
 * Sources: Veličković and others 2018 (graph attention); van den Berg, Kipf, Welling 2017 (a transform per rating level).
 * Defaults: ATTENTION_DEFAULTS. Learned: AttentionWeights, about 20,000 numbers.
 *
 * @param device where the kernels run; null: the plain-loop twin
 * @throws Error when an option is out of range, or the loss or a weight is not finite
 */
export async function fitAttention(
  lessons: readonly AttentionLesson[],
  shape: AttentionShape,
  options: AttentionOptions,
  random: Random,
  device: Device | null,
  onStep: StepListener = () => {},
): Promise<AttentionWeights> {
  checkOptions(options);
  const size = sizeOf(shape, options);
  const { flat, weights } = startingWeights(size, random);
  const average = flatWeights(size);
  average.flat.set(flat);
  const withTargets = lessons.filter(({ targets }) => targets.residual.length > 0);
  if (withTargets.length === 0) return average.weights;
  const { lessons: useful, shape: nodes } = withoutIdle(withTargets, shape);
  const graphs: AttentionGraph[] = useful.map(({ messages }) => attentionGraph(messages, nodes));
  const adam = new AdamW(flat.length, { weightDecay: options.weightDecay });
  const trainer = trainerFor(size, capacityOf(useful, nodes), device);
  try {
    for (let step = 0; step < options.steps; step += 1) {
      const lesson = useful[step % useful.length]!;
      const graph = thinned(graphs[step % useful.length]!, keptBy(random, lesson.messages.u.length, options.edgeDrop));
      const input = { ...lesson, graph, dropout: drawDropout(nodes, options, random) };
      const { loss, gradient } = await trainer.run(weights, input, lesson.targets);
      if (!Number.isFinite(loss)) throw new Error(`The graph attention diverged in step ${step + 1}: its loss is ${loss}.`);
      adam.step(flat, gradient, cosineRate(options.rate, step, options.steps, options.warmUp));
      for (let at = 0; at < flat.length; at += 1) average.flat[at]! += (1 - options.averaging) * (flat[at]! - average.flat[at]!);
      onStep(step + 1, options.steps, loss);
    }
  } finally {
    await trainer.close();
  }
  if (!average.flat.every(Number.isFinite)) throw new Error('The graph attention diverged: its weights are not finite.');
  return average.weights;
}

/** Rows z of all nodes, of one lesson after the other: one layer forward, nothing dropped. */
export async function attentionRowsOf(
  weights: AttentionWeights,
  lessons: readonly Omit<AttentionLesson, 'targets'>[],
  device: Device | null,
): Promise<AttentionRows[]> {
  if (lessons.length === 0) return [];
  const users = lessons[0]!.userFeatures.length / weights.userInputs;
  const movies = lessons[0]!.movieFeatures.length / weights.movieInputs;
  const edges = Math.max(...lessons.map(({ messages }) => messages.u.length));
  const capacity = { users, movies, edges, targets: 0 };
  const kernels = device !== null && fitsKernels(weights, capacity, device);
  const forward = kernels ? kernelForward(device, weights, capacity) : referenceForward();
  const all: AttentionRows[] = [];
  try {
    for (const { messages, ...features } of lessons) {
      const graph = attentionGraph(messages, { users, movies, levels: weights.levels });
      all.push(await forward.run(weights, { graph, ...features, dropout: null }));
    }
  } finally {
    await forward.close();
  }
  return all;
}

/** Rows z of all nodes. */
export async function attentionRows(
  weights: AttentionWeights,
  userFeatures: Float64Array,
  movieFeatures: Float64Array,
  messages: AttentionEdges,
  device: Device | null,
): Promise<AttentionRows> {
  const [rows] = await attentionRowsOf(weights, [{ userFeatures, movieFeatures, messages }], device);
  return rows!;
}

/** delta of one pair, working points. @param zu rows of users, [users x d] @param zi rows of movies, [movies x d] */
export function attentionDelta(weights: AttentionWeights, zu: Float64Array, u: number, zi: Float64Array, i: number): number {
  const { dimension: d, mu, userWeight, movieWeight } = weights;
  let delta = mu[0]!;
  for (let c = 0; c < d; c += 1) {
    const a = zu[u * d + c]!;
    const b = zi[i * d + c]!;
    delta += userWeight[c]! * a + movieWeight[c]! * b + a * b;
  }
  return delta;
}

/** The same attention with `share` of its delta: rows and w_u, w_i by its root, mu by itself. */
export function scaledAttention(weights: AttentionWeights, share: number): AttentionWeights {
  const root = Math.sqrt(share);
  const by = (values: Float64Array, factor: number) => values.map((value) => value * factor);
  const side = (of: AttentionSideWeights): AttentionSideWeights => ({ ...of, O: by(of.O, root) });
  return {
    ...weights,
    users: side(weights.users),
    movies: side(weights.movies),
    userWeight: by(weights.userWeight, root),
    movieWeight: by(weights.movieWeight, root),
    mu: by(weights.mu, share),
  };
}

function sizeOf({ userInputs, movieInputs, levels }: AttentionShape, { dimension, heads }: AttentionOptions): AttentionSize {
  return { userInputs, movieInputs, levels, dimension, heads };
}

/** @throws Error where the layer can't be cut into heads */
function checkOptions({ dimension, heads }: AttentionOptions): void {
  if (!Number.isInteger(Math.log2(heads))) throw new Error(`heads must be a power of two, and is ${heads}.`);
  if (dimension <= 0 || dimension % (4 * heads) !== 0) {
    throw new Error(`dimension must be a multiple of 4 × heads (${4 * heads}), and is ${dimension}.`);
  }
}

function capacityOf(lessons: readonly AttentionLesson[], { users, movies }: AttentionShape): AttentionCapacity {
  let [edges, targets] = [0, 0];
  for (const lesson of lessons) {
    edges = Math.max(edges, lesson.messages.u.length);
    targets = Math.max(targets, lesson.targets.u.length);
  }
  return { users, movies, edges, targets };
}

function trainerFor(size: AttentionSize, capacity: AttentionCapacity, device: Device | null): AttentionTrainer {
  if (device === null || !fitsKernels(size, capacity, device)) return referenceTrainer(size);
  return kernelTrainer(device, size, capacity);
}

function drawDropout({ users, movies }: AttentionShape, options: AttentionOptions, random: Random): Dropout {
  const factors = (nodes: number, share: number) => {
    const kept = keptBy(random, nodes * options.dimension, share);
    const by = new Float64Array(kept.length); // from(kept, f) would take ten times the time
    for (let at = 0; at < by.length; at += 1) by[at] = kept[at]! / (1 - share);
    return by;
  };
  return {
    userHidden: factors(users, options.hiddenDropout),
    movieHidden: factors(movies, options.hiddenDropout),
    userRow: factors(users, options.rowDropout),
    movieRow: factors(movies, options.rowDropout),
  };
}

/** 0 with a chance of `share`, else 1: two of them from the halves of one draw, as a step needs some 200,000. */
function keptBy(random: Random, n: number, share: number): Uint8Array {
  const kept = new Uint8Array(n);
  const limit = Math.round(share * 0x1_0000);
  for (let at = 0; at < n; at += 2) {
    const word = random.uint32();
    kept[at] = word >>> 16 < limit ? 0 : 1;
    if (at + 1 < n) kept[at + 1] = (word & 0xffff) < limit ? 0 : 1;
  }
  return kept;
}
