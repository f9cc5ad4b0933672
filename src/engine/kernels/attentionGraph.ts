/** Rated edges that carry messages; arrays of one length. */
export interface AttentionEdges {
  readonly u: Int32Array;
  readonly i: Int32Array;
  readonly level: Int32Array; // 0 .. levels - 1
}

/**
 * What the rows of one side hear. Message m = source × levels + level is what a node of the other side says at a level;
 * edge e of row n, `ptr[n] <= e < ptr[n + 1]`, hears message[e].
 */
export interface SideGraph {
  readonly rows: number;
  readonly sources: number;
  readonly edges: number;
  readonly ptr: Int32Array; // [rows + 1]
  readonly message: Int32Array; // [edges]
  readonly row: Int32Array; // [edges] the row that hears it
  /** The edges of message m are heardBy[heardPtr[m] .. heardPtr[m + 1] - 1]. */
  readonly heardPtr: Int32Array; // [sources x levels + 1]
  readonly heardBy: Int32Array; // [edges]
}

/** Both directions of the same edges. */
export interface AttentionGraph {
  readonly users: SideGraph;
  readonly movies: SideGraph;
}

/** @param keep which edges take part; all unless given */
export function attentionGraph(
  { u, i, level }: AttentionEdges,
  size: { readonly users: number; readonly movies: number; readonly levels: number },
  keep?: (edge: number) => boolean,
): AttentionGraph {
  const kept = new Int32Array(u.length);
  let edges = 0;
  for (let e = 0; e < u.length; e += 1) if (keep === undefined || keep(e)) kept[edges++] = e;
  const chosen = kept.subarray(0, edges);
  return {
    users: sideGraph(chosen, u, i, level, size.users, size.movies, size.levels),
    movies: sideGraph(chosen, i, u, level, size.movies, size.users, size.levels),
  };
}

function sideGraph(
  chosen: Int32Array,
  own: Int32Array,
  other: Int32Array,
  level: Int32Array,
  rows: number,
  sources: number,
  levels: number,
): SideGraph {
  const { ptr, order } = grouped(chosen.length, rows, (e) => own[chosen[e]!]!);
  const message = new Int32Array(chosen.length);
  const row = new Int32Array(chosen.length);
  for (let e = 0; e < order.length; e += 1) {
    const edge = chosen[order[e]!]!;
    message[e] = other[edge]! * levels + level[edge]!;
    row[e] = own[edge]!;
  }
  const heard = grouped(chosen.length, sources * levels, (e) => message[e]!);
  return { rows, sources, edges: chosen.length, ptr, message, row, heardPtr: heard.ptr, heardBy: heard.order };
}

/** Positions 0 .. n − 1 sorted by group, those of a group in their order. */
function grouped(n: number, groups: number, groupOf: (position: number) => number): { ptr: Int32Array; order: Int32Array } {
  const ptr = new Int32Array(groups + 1);
  for (let e = 0; e < n; e += 1) ptr[groupOf(e) + 1]! += 1;
  for (let g = 0; g < groups; g += 1) ptr[g + 1]! += ptr[g]!;
  const next = ptr.slice();
  const order = new Int32Array(n);
  for (let e = 0; e < n; e += 1) order[next[groupOf(e)]!++] = e;
  return { ptr, order };
}
