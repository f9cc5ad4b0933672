import { writeQueryGradient } from './attentionBackward.ts';
import type { SideGraph } from './attentionGraph.ts';
import { type AttentionSideWeights, type AttentionSize, type AttentionWeights, flatWeights } from './attentionParameters.ts';
import { AttentionPlan, type Handles, type LayerPlan, SIDE_ARGUMENTS, type SideHandles, type SidePlan } from './attentionPlan.ts';
import type { AttentionForward, AttentionInput, AttentionTargets, AttentionTrainer } from './attentionStep.ts';
import type { Device, Handle, KernelArgument, Matrix } from './device.ts';

/** Numbers of nodes, and room for the largest lesson. */
export interface AttentionCapacity {
  readonly users: number;
  readonly movies: number;
  readonly edges: number;
  readonly targets: number;
}

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
  const names = [...argumentNames(), ...TARGET_ARGUMENTS];
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
    argumentNames(),
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

type Side = 'users' | 'movies';
type SideArgument = (typeof SIDE_ARGUMENTS)[number];
const TARGET_ARGUMENTS = ['u', 'i', 'aim', 'ptrU', 'atU', 'ptrI', 'atI', 'userWeight', 'movieWeight'] as const;

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

function argumentNames(): `${Side}.${SideArgument}`[] {
  return (['users', 'movies'] as const).flatMap((side) => SIDE_ARGUMENTS.map((name) => `${side}.${name}` as const));
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

/** Arrays that are filled anew for each step, single precision. */
interface SideBuffers {
  readonly plan: SidePlan;
  readonly x: Matrix; // [rows x inputs]
  readonly hiddenDropout: Matrix; // [rows x d]
  readonly rowDropout: Matrix; // [rows x d]
  readonly ptr: Float32Array; // [rows + 1]
  readonly message: Float32Array; // [edges]
  readonly row: Float32Array; // [edges]
  readonly heardPtr: Float32Array; // [sources x levels + 1]
  readonly heardBy: Float32Array; // [edges]
  readonly levelPtr: Float32Array; // [levels + 1]
  /** The messages of a level that somebody hears are heardAt[levelPtr[level] .. levelPtr[level + 1] - 1]. */
  readonly heardAt: Float32Array; // [sources x levels]
  readonly heardFrom: Float32Array; // [sources x levels] their sources
}

function sideBuffers({ dimension, levels }: AttentionSize, plan: SidePlan): SideBuffers {
  const { rows, sources, inputs, edges } = plan;
  const matrix = (width: number, value: number) => ({ values: new Float32Array(rows * width).fill(value), width, height: rows });
  return {
    plan,
    x: matrix(inputs, 0),
    hiddenDropout: matrix(dimension, 1),
    rowDropout: matrix(dimension, 1),
    ptr: new Float32Array(rows + 1),
    message: new Float32Array(edges),
    row: new Float32Array(edges),
    heardPtr: new Float32Array(sources * levels + 1),
    heardBy: new Float32Array(edges),
    levelPtr: new Float32Array(levels + 1),
    heardAt: new Float32Array(sources * levels),
    heardFrom: new Float32Array(sources * levels),
  };
}

function sideArguments<S extends Side>(
  side: S,
  buffers: SideBuffers,
  { dimension: d, heads, levels }: AttentionSize,
  weights: AttentionSideWeights,
  { graph, dropout, userFeatures, movieFeatures }: AttentionInput,
): Record<`${S}.${SideArgument}`, KernelArgument> {
  const { x, hiddenDropout, rowDropout, plan, ...edges } = buffers;
  x.values.set(side === 'users' ? userFeatures : movieFeatures);
  if (dropout !== null) {
    hiddenDropout.values.set(side === 'users' ? dropout.userHidden : dropout.movieHidden);
    rowDropout.values.set(side === 'users' ? dropout.userRow : dropout.movieRow);
  }
  writeGraph(edges, graph[side]);
  const matrix = (values: Float64Array, width: number): Matrix => ({
    values: Float32Array.from(values),
    width,
    height: values.length / width,
  });
  const args: Record<SideArgument, KernelArgument> = {
    ...edges,
    x,
    hiddenDropout,
    rowDropout,
    F: matrix(weights.F, d),
    W: matrix(weights.W, d),
    Wr: matrix(weights.Wr, d),
    br: matrix(weights.br, d),
    as: Float32Array.from(weights.as),
    ar: matrix(weights.ar, weights.ar.length / levels),
    ad: Float32Array.from(weights.ad),
    Wd: matrix(weights.Wd, d),
    S: matrix(weights.S, d),
    O: matrix(weights.O, d),
  };
  if (heads * levels !== weights.ar.length) throw new Error('The attention has weights for another number of heads or levels.');
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [`${side}.${name}`, value])) as Record<
    `${S}.${SideArgument}`,
    KernelArgument
  >;
}

/** Edges beyond the graph's are never asked for: they hear message 0 at row 0. */
function writeGraph(buffers: Omit<SideBuffers, 'plan' | 'x' | 'hiddenDropout' | 'rowDropout'>, graph: SideGraph): void {
  buffers.ptr.set(graph.ptr);
  buffers.message.set(graph.message);
  buffers.row.set(graph.row);
  buffers.heardPtr.set(graph.heardPtr);
  buffers.heardBy.set(graph.heardBy);
  const levels = buffers.levelPtr.length - 1;
  let at = 0;
  for (let level = 0; level < levels; level += 1) {
    for (let source = 0; source < graph.sources; source += 1) {
      const m = source * levels + level;
      if (graph.heardPtr[m] === graph.heardPtr[m + 1]) continue;
      buffers.heardAt[at] = m;
      buffers.heardFrom[at] = source;
      at += 1;
    }
    buffers.levelPtr[level + 1] = at;
  }
}

interface TargetBuffers {
  readonly u: Float32Array; // [targets]
  readonly i: Float32Array; // [targets]
  readonly aim: Float32Array; // [targets] residual − mu
  readonly ptrU: Float32Array; // [users + 1] the targets of user u are atU[ptrU[u] .. ptrU[u + 1] - 1]
  readonly atU: Float32Array; // [targets]
  readonly ptrI: Float32Array; // [movies + 1]
  readonly atI: Float32Array; // [targets]
}

function newTargetBuffers({ users, movies }: AttentionCapacity, room: number): TargetBuffers {
  const column = (n: number) => new Float32Array(n);
  return {
    u: column(room),
    i: column(room),
    aim: column(room),
    ptrU: column(users + 1),
    atU: column(room),
    ptrI: column(movies + 1),
    atI: column(room),
  };
}

function targetArguments(buffers: TargetBuffers, { mu, userWeight, movieWeight }: AttentionWeights, { u, i, residual }: AttentionTargets) {
  buffers.u.set(u);
  buffers.i.set(i);
  for (let t = 0; t < residual.length; t += 1) buffers.aim[t] = residual[t]! - mu[0]!;
  sortTargets(u, buffers.ptrU, buffers.atU);
  sortTargets(i, buffers.ptrI, buffers.atI);
  return { ...buffers, userWeight: Float32Array.from(userWeight), movieWeight: Float32Array.from(movieWeight) };
}

/** Positions of targets by node, in their order. */
function sortTargets(node: Int32Array, ptr: Float32Array, at: Float32Array): void {
  ptr.fill(0);
  for (let t = 0; t < node.length; t += 1) ptr[node[t]! + 1]! += 1;
  for (let n = 1; n < ptr.length; n += 1) ptr[n]! += ptr[n - 1]!;
  const next = ptr.slice();
  for (let t = 0; t < node.length; t += 1) at[next[node[t]!]!++] = t;
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
