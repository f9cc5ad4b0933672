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
  readonly edge: Int32Array; // [edges] its place among the rated edges that the graph was made from
  /** The edges of message m are heardBy[heardPtr[m] .. heardPtr[m + 1] - 1]. */
  readonly heardPtr: Int32Array; // [sources x levels + 1]
  readonly heardBy: Int32Array; // [edges]
}

/** Both directions of the same edges. */
export interface AttentionGraph {
  readonly users: SideGraph;
  readonly movies: SideGraph;
}

export function attentionGraph(
  { u, i, level }: AttentionEdges,
  { users, movies, levels }: { readonly users: number; readonly movies: number; readonly levels: number },
): AttentionGraph {
  return { users: sideGraph(u, i, level, users, movies, levels), movies: sideGraph(i, u, level, movies, users, levels) };
}

function sideGraph(own: Int32Array, other: Int32Array, level: Int32Array, rows: number, sources: number, levels: number): SideGraph {
  const edges = own.length;
  const { ptr, order: edge } = grouped(edges, rows, (e) => own[e]!);
  const message = edge.map((at) => other[at]! * levels + level[at]!);
  const row = edge.map((at) => own[at]!);
  const heard = grouped(edges, sources * levels, (e) => message[e]!);
  return { rows, sources, edges, ptr, message, row, edge, heardPtr: heard.ptr, heardBy: heard.order };
}

/** The graph of some of the edges, in the same order. @param kept by rated edge: 1 if it takes part */
export function thinned({ users, movies }: AttentionGraph, kept: Uint8Array): AttentionGraph {
  return { users: thinnedSide(users, kept), movies: thinnedSide(movies, kept) };
}

function thinnedSide(graph: SideGraph, kept: Uint8Array): SideGraph {
  const { rows, sources, ptr, message, row, edge, heardPtr, heardBy } = graph;
  const place = new Int32Array(graph.edges); // where an edge has gone
  const columns = () => new Int32Array(graph.edges);
  const to = { ptr: new Int32Array(rows + 1), message: columns(), row: columns(), edge: columns() };
  let edges = 0;
  for (let n = 0; n < rows; n += 1) {
    for (let e = ptr[n]!; e < ptr[n + 1]!; e += 1) {
      if (kept[edge[e]!] === 0) continue;
      to.message[edges] = message[e]!;
      to.row[edges] = row[e]!;
      to.edge[edges] = edge[e]!;
      place[e] = edges++;
    }
    to.ptr[n + 1] = edges;
  }
  const heard = { ptr: new Int32Array(heardPtr.length), by: columns() };
  let h = 0;
  for (let m = 0; m + 1 < heardPtr.length; m += 1) {
    for (let at = heardPtr[m]!; at < heardPtr[m + 1]!; at += 1) {
      const e = heardBy[at]!;
      if (kept[edge[e]!] !== 0) heard.by[h++] = place[e]!;
    }
    heard.ptr[m + 1] = h;
  }
  const cut = (column: Int32Array) => column.subarray(0, edges);
  return {
    ...{ rows, sources, edges, ptr: to.ptr, message: cut(to.message), row: cut(to.row), edge: cut(to.edge) },
    ...{ heardPtr: heard.ptr, heardBy: cut(heard.by) },
  };
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
