/** A position in the edge arrays. */
export type Edge = number;

/**
 * The current ratings as a bipartite graph that grows: edges in flat arrays, and for each user and movie the list of
 * its edges in the order of their sequence. A changed rating moves to the end of both lists.
 */
export class Interactions {
  private user = new Int32Array(64); // [edges]
  private movie = new Int32Array(64); // [edges]
  private value = new Float64Array(64); // [edges] rating points
  private seconds = new Float64Array(64); // [edges] NaN: unknown
  private position = new Float64Array(64); // [edges] sequence in the log
  /** What the model notes of each edge: a bit set. */
  private note = new Uint8Array(64); // [edges]
  private readonly byUser: Edge[][] = [];
  private readonly byMovie: Edge[][] = [];
  private readonly free: Edge[] = [];
  private used = 0;
  private live = 0;
  private total = 0;

  /** Number of ratings. */
  get size(): number {
    return this.live;
  }

  /** Sum of all ratings, rating points. */
  get sum(): number {
    return this.total;
  }

  copy(): Interactions {
    const copy = new Interactions();
    copy.user = this.user.slice();
    copy.movie = this.movie.slice();
    copy.value = this.value.slice();
    copy.seconds = this.seconds.slice();
    copy.position = this.position.slice();
    copy.note = this.note.slice();
    for (const edges of this.byUser) copy.byUser.push(edges.slice());
    for (const edges of this.byMovie) copy.byMovie.push(edges.slice());
    for (const edge of this.free) copy.free.push(edge);
    copy.used = this.used;
    copy.live = this.live;
    copy.total = this.total;
    return copy;
  }

  /** A user's edges, oldest first. */
  ofUser(u: number): readonly Edge[] {
    return this.byUser[u] ?? NONE;
  }

  /** A movie's edges, oldest first. */
  ofMovie(i: number): readonly Edge[] {
    return this.byMovie[i] ?? NONE;
  }

  userOf(edge: Edge): number {
    return this.user[edge]!;
  }

  movieOf(edge: Edge): number {
    return this.movie[edge]!;
  }

  /** Rating points. */
  ratingOf(edge: Edge): number {
    return this.value[edge]!;
  }

  /** Seconds since 1970; NaN: unknown. */
  timeOf(edge: Edge): number {
    return this.seconds[edge]!;
  }

  sequenceOf(edge: Edge): number {
    return this.position[edge]!;
  }

  noteOf(edge: Edge): number {
    return this.note[edge]!;
  }

  setNote(edge: Edge, note: number): void {
    this.note[edge] = note;
  }

  /** The edge between a user and a movie, or -1. Linear in the user's ratings. */
  find(u: number, i: number): Edge {
    for (const edge of this.ofUser(u)) if (this.movie[edge] === i) return edge;
    return -1;
  }

  add(u: number, i: number, rating: number, time: number, sequence: number): Edge {
    const edge = this.free.pop() ?? this.grow();
    this.user[edge] = u;
    this.movie[edge] = i;
    this.value[edge] = rating;
    this.seconds[edge] = time;
    this.position[edge] = sequence;
    this.note[edge] = 0;
    listAt(this.byUser, u).push(edge);
    listAt(this.byMovie, i).push(edge);
    this.live += 1;
    this.total += rating;
    return edge;
  }

  remove(edge: Edge): void {
    drop(this.byUser[this.user[edge]!]!, edge);
    drop(this.byMovie[this.movie[edge]!]!, edge);
    this.free.push(edge);
    this.position[edge] = REMOVED;
    this.live -= 1;
    this.total -= this.value[edge]!;
  }

  /** All edges in the order of their sequence. */
  inOrder(): Edge[] {
    const edges: Edge[] = [];
    for (let edge = 0; edge < this.used; edge += 1) if (this.position[edge] !== REMOVED) edges.push(edge);
    // Slots are mostly given in order of arrival, which makes this sort nearly linear.
    return edges.sort((left, right) => this.position[left]! - this.position[right]!);
  }

  /** All ratings as columns, in no order; valid until the next change. */
  columns(): { u: Int32Array; i: Int32Array; r: Float64Array; time: Float64Array } {
    const { used, user, movie, value, seconds } = this;
    if (this.free.length === 0) {
      return { u: user.subarray(0, used), i: movie.subarray(0, used), r: value.subarray(0, used), time: seconds.subarray(0, used) };
    }
    const isLive = (_: number, edge: Edge) => this.position[edge] !== REMOVED;
    const kept = <A extends { filter(keep: (value: number, edge: Edge) => boolean): A; subarray(start: number, end: number): A }>(
      column: A,
    ) => column.subarray(0, used).filter(isLive);
    return { u: kept(user), i: kept(movie), r: kept(value), time: kept(seconds) };
  }

  /** Edges with a sequence of at least `from`, in no order. */
  since(from: number): Edge[] {
    const edges: Edge[] = [];
    for (let edge = 0; edge < this.used; edge += 1) if (this.position[edge]! >= from) edges.push(edge);
    return edges;
  }

  private grow(): Edge {
    if (this.used === this.user.length) {
      const capacity = this.used * 2;
      this.user = grown(this.user, new Int32Array(capacity));
      this.movie = grown(this.movie, new Int32Array(capacity));
      this.value = grown(this.value, new Float64Array(capacity));
      this.seconds = grown(this.seconds, new Float64Array(capacity));
      this.position = grown(this.position, new Float64Array(capacity));
      this.note = grown(this.note, new Uint8Array(capacity));
    }
    this.used += 1;
    return this.used - 1;
  }
}

const NONE: readonly Edge[] = [];
/** In place of the sequence of an edge that is gone. */
const REMOVED = -1;

function grown<A extends Uint8Array | Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

function listAt(lists: Edge[][], index: number): Edge[] {
  while (lists.length <= index) lists.push([]);
  return lists[index]!;
}

function drop(list: Edge[], edge: Edge): void {
  list.splice(list.indexOf(edge), 1);
}
