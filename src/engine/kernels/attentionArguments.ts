import type { SideGraph } from './attentionGraph.ts';
import type { AttentionSideWeights, AttentionSize, AttentionWeights } from './attentionParameters.ts';
import { SIDE_ARGUMENTS, type SidePlan } from './attentionPlan.ts';
import type { AttentionCapacity, AttentionInput, AttentionTargets } from './attentionStep.ts';
import type { KernelArgument, Matrix } from './device.ts';

/*
 * What a step of the attention is given, in single precision. Each array is made once, with room for the largest lesson,
 * and filled anew for each step.
 */

export type Side = 'users' | 'movies';
export type SideArgument = (typeof SIDE_ARGUMENTS)[number];
export const TARGET_ARGUMENTS = ['u', 'i', 'aim', 'ptrU', 'atU', 'ptrI', 'atI', 'userWeight', 'movieWeight'] as const;

export function sideArgumentNames(): `${Side}.${SideArgument}`[] {
  return (['users', 'movies'] as const).flatMap((side) => SIDE_ARGUMENTS.map((name) => `${side}.${name}` as const));
}

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

export function sideBuffers({ dimension, levels }: AttentionSize, plan: SidePlan): SideBuffers {
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

export function sideArguments<S extends Side>(
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

export function newTargetBuffers({ users, movies }: AttentionCapacity, room: number): TargetBuffers {
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

export function targetArguments(
  buffers: TargetBuffers,
  { mu, userWeight, movieWeight }: AttentionWeights,
  { u, i, residual }: AttentionTargets,
) {
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
