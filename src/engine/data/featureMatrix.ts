import type { SideGroups, SideRow } from './sideFeatures.ts';
import type { SparseRows } from './sparse.ts';

/** Places of the feature groups that every node has; side groups follow. */
export const OWN_GROUP = 0;
export const IMPLICIT_GROUP = 1;
export const FIRST_SIDE_GROUP = 2;

/**
 * The features x of one kind of node, by feature (CSC): feature j stands in rows `rows[ptr[j]]` .. with weights `x`.
 * Order: one-hot of the node itself, implicit (the nodes on the other side of its ratings, weight 1/√n), side groups.
 */
export interface FeatureMatrix {
  readonly nodes: number;
  readonly features: number;
  readonly groups: number;
  readonly ptr: Int32Array; // [features + 1]
  readonly rows: Int32Array; // [entries] node
  readonly x: Float64Array; // [entries]
  /** 1/√n: the weight of every implicit feature of a node; 0 without ratings. */
  readonly implicitX: Float64Array; // [nodes]
  readonly group: Int32Array; // [features]
  /** 1 where at least one rated node has the feature: only these inform mu and lambda. */
  readonly rated: Uint8Array; // [features]
  /** First feature of each group, and the end. */
  readonly groupStart: readonly number[];
}

/**
 * @param own ratings by this kind of node
 * @param other the same ratings by the other kind
 * @param side side features of each node
 */
export function featureMatrix(own: SparseRows, other: SparseRows, side: readonly SideRow[], sideGroups: SideGroups): FeatureMatrix {
  const nodes = own.rows;
  const groupStart = [0, nodes, nodes + other.rows];
  for (const size of sideGroups.sizes) groupStart.push(groupStart.at(-1)! + size);
  const features = groupStart.at(-1)!;
  const count = (node: number) => own.ptr[node + 1]! - own.ptr[node]!;
  const implicitX = Float64Array.from({ length: nodes }, (_, node) => (count(node) === 0 ? 0 : 1 / Math.sqrt(count(node))));

  const ptr = new Int32Array(features + 1);
  for (let node = 0; node < nodes; node += 1) ptr[node + 1] = 1;
  for (let j = 0; j < other.rows; j += 1) ptr[nodes + j + 1] = other.ptr[j + 1]! - other.ptr[j]!;
  for (const row of side) for (const column of row.columns) ptr[groupStart[FIRST_SIDE_GROUP]! + column + 1]! += 1;
  for (let j = 0; j < features; j += 1) ptr[j + 1]! += ptr[j]!;

  const rows = new Int32Array(ptr[features]!);
  const x = new Float64Array(rows.length);
  const next = ptr.slice();
  const put = (feature: number, node: number, weight: number) => {
    const position = next[feature]!;
    rows[position] = node;
    x[position] = weight;
    next[feature] = position + 1;
  };
  for (let node = 0; node < nodes; node += 1) put(node, node, 1);
  for (let j = 0; j < other.rows; j += 1) {
    for (let z = other.ptr[j]!; z < other.ptr[j + 1]!; z += 1) {
      const node = other.column[z]!;
      put(nodes + j, node, implicitX[node]!);
    }
  }
  side.forEach((row, node) => {
    row.columns.forEach((column, place) => {
      put(groupStart[FIRST_SIDE_GROUP]! + column, node, row.x[place]!);
    });
  });

  const group = new Int32Array(features);
  for (let g = 0; g + 1 < groupStart.length; g += 1) group.fill(g, groupStart[g], groupStart[g + 1]);
  const rated = new Uint8Array(features);
  for (let j = 0; j < features; j += 1) {
    for (let z = ptr[j]!; z < ptr[j + 1]!; z += 1) if (count(rows[z]!) > 0) rated[j] = 1;
  }
  return { nodes, features, groups: groupStart.length - 1, ptr, rows, x, implicitX, group, rated, groupStart };
}

/** The same features with x² in place of x: what variances are multiplied by. */
export function squaredWeights(features: FeatureMatrix): FeatureMatrix {
  const squares = (weights: Float64Array) => weights.map((weight) => weight * weight);
  return { ...features, x: squares(features.x), implicitX: squares(features.implicitX) };
}
