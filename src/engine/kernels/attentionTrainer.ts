import {
  newTargetBuffers,
  type Side,
  type SideArgument,
  sideArgumentNames,
  sideArguments,
  sideBuffers,
  TARGET_ARGUMENTS,
  targetArguments,
} from './attentionArguments.ts';
import { writeQueryGradient } from './attentionBackward.ts';
import { type AttentionSideWeights, type AttentionSize, type AttentionWeights, flatWeights } from './attentionParameters.ts';
import { AttentionPlan, type Handles, type LayerPlan, SIDE_ARGUMENTS, type SideHandles, type SidePlan } from './attentionPlan.ts';
import type { AttentionCapacity, AttentionForward, AttentionTrainer } from './attentionStep.ts';
import type { Device, Handle } from './device.ts';

/** Rows of a two-dimensional result that WebGPU can number. */
const MOST_ROWS = 524_280;
/** Rows of which one thread takes a large sum: a graphics card has many threads, and a running sum of thousands loses digits. */
const BLOCK = 256;

/** Edges from which on a step is shared among processors: below, they would wait for one another too often. */
const WORTH_THREADS = 20_000;

/** Whether kernels can hold a graph of this size. */
export function fitsKernels({ levels, heads }: AttentionSize, { users, movies, edges }: AttentionCapacity, device: Device): boolean {
  if (users === 0 || movies === 0 || edges * heads >= 1 << 24) return false;
  return device.backend !== 'webgpu' || Math.max(users, movies) * levels * heads <= MOST_ROWS;
}

/**
 * The training step as one pipeline; parameters and graph are its arguments, and its results the gradients.
 * @param block rows of which one thread takes a large sum
 * @param threads whether WebAssembly shares a step among processors
 */
export function kernelTrainer(
  device: Device,
  size: AttentionSize,
  capacity: AttentionCapacity,
  { block = BLOCK, threads = worthThreads(capacity) } = {},
): AttentionTrainer {
  const layer = layerPlan(size, block);
  const { users, movies } = sidePlans(size, capacity);
  const nodes: [number, number] = [capacity.users, capacity.movies];
  const names = [...sideArgumentNames(), ...TARGET_ARGUMENTS];
  const targetRoom = Math.max(1, capacity.targets);
  const pipeline = device.pipeline(
    names,
    (step, a) => {
      const plan = new AttentionPlan(step, layer);
      const [ua, ia] = [sideHandles('users', a), sideHandles('movies', a)];
      const [hu, hi] = [plan.hidden(users, ua), plan.hidden(movies, ia)];
      const [fu, fi] = [plan.forward(users, ua, hu, hi), plan.forward(movies, ia, hi, hu)];
      const error = plan.error(targetRoom, fu.z, fi.z, a, nodes);
      const byUser = { ptr: a.ptrU, at: a.atU, partner: a.i, weight: a.userWeight };
      const byMovie = { ptr: a.ptrI, at: a.atI, partner: a.u, weight: a.movieWeight };
      const ru = plan.rowGradients(users, ua, error, fu.z, fi.z, byUser);
      const ri = plan.rowGradients(movies, ia, error, fi.z, fu.z, byMovie);
      const bu = plan.backward(users, ua, fu, hu, hi, ru.dz);
      const bi = plan.backward(movies, ia, fi, hi, hu, ri.dz);
      return {
        error,
        userWeight: ru.weight,
        movieWeight: ri.weight,
        ...sideResults('users', bu, plan.featureGradient(users, ua, ia, fi.M, bi.dT, bu.asRow)),
        ...sideResults('movies', bi, plan.featureGradient(movies, ia, ua, fu.M, bu.dT, bi.asRow)),
      };
    },
    threads,
  );
  const gradient = flatWeights(size);
  const inputs = { users: sideBuffers(size, users), movies: sideBuffers(size, movies) };
  const targetBuffers = newTargetBuffers(capacity, targetRoom);
  return {
    async run(weights, input, targets) {
      const results = await pipeline.run({
        ...sideArguments('users', inputs.users, size, weights.users, input),
        ...sideArguments('movies', inputs.movies, size, weights.movies, input),
        ...targetArguments(targetBuffers, weights, targets),
      });
      const n = targets.residual.length;
      const loss = writeGradient(gradient.weights, weights, results, n);
      for (let at = 0; at < gradient.flat.length; at += 1) gradient.flat[at]! *= 2 / n;
      return { loss: loss / n, gradient: gradient.flat };
    },
    close: () => pipeline.destroy(),
  };
}

/** The way forward with nothing dropped, compiled once for graphs of up to this capacity. */
export function kernelForward(device: Device, size: AttentionSize, capacity: AttentionCapacity): AttentionForward {
  const layer = layerPlan(size, BLOCK);
  const { users, movies } = sidePlans(size, capacity);
  const pipeline = device.pipeline(
    sideArgumentNames(),
    (step, a) => {
      const plan = new AttentionPlan(step, layer);
      const [ua, ia] = [sideHandles('users', a), sideHandles('movies', a)];
      const [hu, hi] = [plan.hidden(users, ua), plan.hidden(movies, ia)];
      return { users: plan.forward(users, ua, hu, hi).z, movies: plan.forward(movies, ia, hi, hu).z };
    },
    worthThreads(capacity),
  );
  const inputs = { users: sideBuffers(size, users), movies: sideBuffers(size, movies) };
  return {
    async run(weights, input) {
      const rows = await pipeline.run({
        ...sideArguments('users', inputs.users, size, weights.users, input),
        ...sideArguments('movies', inputs.movies, size, weights.movies, input),
      });
      return { users: Float64Array.from(rows.users), movies: Float64Array.from(rows.movies) };
    },
    close: () => pipeline.destroy(),
  };
}

function worthThreads({ edges }: AttentionCapacity): boolean {
  return edges >= WORTH_THREADS;
}

function layerPlan({ dimension: d, heads: H, levels }: AttentionSize, block: number): LayerPlan {
  return { d, H, levels, block };
}

function sidePlans({ userInputs, movieInputs }: AttentionSize, { users, movies, edges }: AttentionCapacity): Record<Side, SidePlan> {
  const room = Math.max(1, edges);
  return {
    users: { rows: users, sources: movies, inputs: userInputs, edges: room },
    movies: { rows: movies, sources: users, inputs: movieInputs, edges: room },
  };
}

function sideHandles(side: Side, a: Handles<`${Side}.${SideArgument}`>): SideHandles {
  return Object.fromEntries(SIDE_ARGUMENTS.map((name) => [name, a[`${side}.${name}`]])) as unknown as SideHandles;
}

const SIDE_RESULTS = ['O', 'S', 'query', 'as', 'ar', 'br', 'Wr'] as const;
type SideResult = (typeof SIDE_RESULTS)[number] | 'F';
type Results<S extends Side, T> = Record<`${S}.${SideResult}`, T>;

function sideResults<S extends Side>(side: S, back: Handles<(typeof SIDE_RESULTS)[number]>, F: Handle): Results<S, Handle> {
  return Object.fromEntries([[`${side}.F`, F], ...SIDE_RESULTS.map((name) => [`${side}.${name}`, back[name]])]) as Results<S, Handle>;
}

/**
 * Collects the gradients of half the sum of squares.
 * @returns the sum of squares
 */
function writeGradient(
  gradient: AttentionWeights,
  weights: AttentionWeights,
  results: Results<Side, Float32Array> & Record<'error' | 'userWeight' | 'movieWeight', Float32Array>,
  n: number,
): number {
  gradient.userWeight.set(results.userWeight);
  gradient.movieWeight.set(results.movieWeight);
  let squares = 0;
  gradient.mu[0] = 0;
  for (let t = 0; t < n; t += 1) {
    const e = results.error[t]!;
    gradient.mu[0] += e;
    squares += e * e;
  }
  for (const side of ['users', 'movies'] as const) {
    for (const name of ['F', 'O', 'S', 'as', 'ar', 'br', 'Wr'] as const) gradient[side][name].set(results[`${side}.${name}`]);
    writeTransform(gradient[side]);
    writeQueryGradient(gradient[side], weights[side], results[`${side}.query`]);
  }
  return squares;
}

/** W is part of every level's transform. */
function writeTransform({ W, Wr }: AttentionSideWeights): void {
  W.fill(0);
  for (let at = 0; at < Wr.length; at += 1) W[at % W.length]! += Wr[at]!;
}
