import { learnInPairs } from './learnInPairs.ts';
import { SHARED_SIZE } from './nodeLayout.ts';
import { NodeRecords } from './nodeRecords.ts';
import type { RuleConstants } from './rule.ts';

const PAGE = 65_536;

/** Learns r, of records given by their addresses; 1 when a mean may have gone beyond its bound, else 0. */
type LearnOne = (user: number, movie: number, r: number, time: number) => number;

/**
 * All that a member knows, in one WebAssembly memory: what all nodes share, then the records of users, of their anchors and of movies.
 * When one kind of node outgrows its place, everything moves to a larger memory. The largest, 4 GiB, has room for nine million records
 * of ten factors.
 */
export class MemberMemory {
  /** All of it. A reference taken before records grew is stale. */
  numbers: Float64Array;
  readonly users: NodeRecords;
  readonly anchors: NodeRecords;
  readonly movies: NodeRecords;

  private readonly factors: number;
  private readonly constants: RuleConstants;
  private memory = new WebAssembly.Memory({ initial: 1 });
  private module: WebAssembly.Module | null = null;
  private code: LearnOne | null = null;

  constructor(factors: number, constants: RuleConstants) {
    this.factors = factors;
    this.constants = constants;
    this.users = new NodeRecords(this, factors + 1);
    this.anchors = new NodeRecords(this, factors + 1);
    this.movies = new NodeRecords(this, factors + 1);
    this.numbers = new Float64Array(this.memory.buffer);
  }

  /** `learnInPairs` on this memory: made when it is first needed, since most members only predict. */
  get learnOne(): LearnOne {
    return this.code ?? this.compiled();
  }

  private compiled(): LearnOne {
    this.module ??= new WebAssembly.Module(learnInPairs(this.factors, this.constants));
    const { exports } = new WebAssembly.Instance(this.module, { memory: { memory: this.memory } });
    this.code = exports.learnOne as LearnOne;
    return this.code;
  }

  grow(records: NodeRecords, capacity: number): void {
    const kinds = [this.users, this.anchors, this.movies];
    const length = kinds.reduce((sum, kind) => sum + kind.size * (kind === records ? capacity : kind.capacity), SHARED_SIZE);
    const memory = new WebAssembly.Memory({ initial: Math.ceil((length * Float64Array.BYTES_PER_ELEMENT) / PAGE) });
    const numbers = new Float64Array(memory.buffer);
    numbers.set(this.numbers.subarray(0, SHARED_SIZE));
    let start = SHARED_SIZE;
    for (const kind of kinds) {
      numbers.set(this.numbers.subarray(kind.start, kind.start + kind.size * kind.capacity), start);
      kind.start = start;
      if (kind === records) kind.capacity = capacity;
      start += kind.size * kind.capacity;
    }
    this.memory = memory;
    this.numbers = numbers;
    this.code = null;
  }
}
