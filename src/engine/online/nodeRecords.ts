import type { NodeLayout } from './nodeLayout.ts';

/** Records for which there is room from the start. */
const FEWEST = 16;

/** What holds the records. */
interface Memory {
  /** All of it. A reference taken before records grew is stale. */
  readonly numbers: Float64Array;
  /** Gives a kind of node room for more records; new ones are zero. */
  grow(records: NodeRecords, capacity: number): void;
}

/** The records of one kind of node, laid out as nodeLayout.ts says, one after the other. */
export class NodeRecords {
  readonly memory: Memory;
  /** Doubles of a record. */
  readonly size: number;
  /** Where the first lies in the memory. */
  start = 0;
  capacity = 0;

  constructor(memory: Memory, { size }: NodeLayout) {
    this.memory = memory;
    this.size = size;
  }

  /** Where the record of node n starts. */
  at(n: number): number {
    return this.start + n * this.size;
  }

  /** The same in bytes. */
  address(n: number): number {
    return this.at(n) * Float64Array.BYTES_PER_ELEMENT;
  }

  /** Makes room for `count` records, by half more at least than there was. */
  reserve(count: number): void {
    if (count > this.capacity) this.memory.grow(this, Math.max(count, Math.ceil(1.5 * this.capacity), FEWEST));
  }
}

/** One quantity of all nodes of a kind: a number each, or one a column. */
export class Field {
  /** Numbers a node. */
  readonly width: number;
  private readonly records: NodeRecords;
  private readonly place: number;

  /** @param place of its first number in a record */
  constructor(records: NodeRecords, place: number, width: number) {
    this.records = records;
    this.place = place;
    this.width = width;
  }

  get(n: number, f = 0): number {
    return this.records.memory.numbers[this.at(n, f)]!;
  }

  set(n: number, value: number, f = 0): void {
    this.records.memory.numbers[this.at(n, f)] = value;
  }

  /** Gives node n its numbers. */
  write(n: number, values: Float64Array): void {
    for (let f = 0; f < this.width; f += 1) this.set(n, values[f]!, f);
  }

  /** Adds a multiple of `values` to those of node n. */
  add(n: number, values: Float64Array, factor = 1): void {
    for (let f = 0; f < this.width; f += 1) this.set(n, this.get(n, f) + factor * values[f]!, f);
  }

  /** A copy of those of node n. */
  read(n: number): Float64Array {
    const { width } = this;
    const values = new Float64Array(width);
    for (let f = 0; f < width; f += 1) values[f] = this.get(n, f);
    return values;
  }

  /** A copy of what the first `count` nodes have. */
  take(count: number): Float64Array {
    this.records.reserve(count);
    const { width } = this;
    const taken = new Float64Array(count * width); // [count x width]
    for (let n = 0; n < count; n += 1) for (let f = 0; f < width; f += 1) taken[n * width + f] = this.get(n, f);
    return taken;
  }

  /** Gives the first nodes theirs. @param values [nodes x width] */
  put(values: ArrayLike<number>): void {
    const { width } = this;
    const count = values.length / width;
    this.records.reserve(count);
    for (let n = 0; n < count; n += 1) for (let f = 0; f < width; f += 1) this.set(n, values[n * width + f]!, f);
  }

  private at(n: number, f: number): number {
    return this.records.at(n) + this.place + f;
  }
}
