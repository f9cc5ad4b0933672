import type { AttentionEdges } from '../kernels/attentionGraph.ts';

/** What is known at a time (features, messages), and what is to be predicted without having been seen. */
export interface AttentionLesson {
  readonly userFeatures: Float64Array; // [users x userInputs], row-major
  readonly movieFeatures: Float64Array; // [movies x movieInputs]
  readonly messages: AttentionEdges;
  readonly targets: { readonly u: Int32Array; readonly i: Int32Array; readonly residual: Float64Array };
}

/** Numbers of nodes, inputs and levels, the same in every lesson of a fit. */
export interface AttentionShape {
  readonly users: number;
  readonly movies: number;
  readonly userInputs: number;
  readonly movieInputs: number;
  readonly levels: number;
}

interface Side {
  /** Of the nodes that take part, in order. */
  readonly nodes: readonly number[];
  /** [all nodes] the place of a node among them. */
  readonly place: Int32Array;
}

/**
 * The same lessons without the nodes that neither hear, speak nor are asked about: nothing depends on their rows, and while ratings
 * are few they are most of a catalogue.
 */
export function withoutIdle<L extends AttentionLesson>(
  lessons: readonly L[],
  shape: AttentionShape,
): { lessons: L[]; shape: AttentionShape } {
  const users = active(shape.users, lessons, ({ u }) => u);
  const movies = active(shape.movies, lessons, ({ i }) => i);
  const moved = lessons.map((lesson) => ({
    ...lesson,
    userFeatures: rowsOf(lesson.userFeatures, shape.userInputs, users),
    movieFeatures: rowsOf(lesson.movieFeatures, shape.movieInputs, movies),
    messages: { ...lesson.messages, ...renumbered(lesson.messages, users, movies) },
    targets: { ...lesson.targets, ...renumbered(lesson.targets, users, movies) },
  }));
  return { lessons: moved, shape: { ...shape, users: users.nodes.length, movies: movies.nodes.length } };
}

interface Pairs {
  readonly u: Int32Array;
  readonly i: Int32Array;
}

function active(count: number, lessons: readonly AttentionLesson[], nodeOf: (pairs: Pairs) => Int32Array): Side {
  const place = new Int32Array(count).fill(-1);
  for (const { messages, targets } of lessons) {
    for (const node of nodeOf(messages)) place[node] = 0;
    for (const node of nodeOf(targets)) place[node] = 0;
  }
  const nodes: number[] = [];
  place.forEach((takesPart, node) => {
    if (takesPart === 0) place[node] = nodes.push(node) - 1;
  });
  return { nodes, place };
}

function rowsOf(features: Float64Array, width: number, { nodes }: Side): Float64Array {
  const rows = new Float64Array(nodes.length * width);
  nodes.forEach((node, at) => {
    rows.set(features.subarray(node * width, (node + 1) * width), at * width);
  });
  return rows;
}

function renumbered({ u, i }: Pairs, users: Side, movies: Side): Pairs {
  return { u: u.map((node) => users.place[node]!), i: i.map((node) => movies.place[node]!) };
}
