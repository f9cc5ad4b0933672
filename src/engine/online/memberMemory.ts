import { BoundCode } from '../kernels/boundCode.ts';
import { learnInPairs } from './learnInPairs.ts';
import { nodeLayout, SHARED_SIZE } from './nodeLayout.ts';
import { NodeRecords } from './nodeRecords.ts';
import type { RuleConstants } from './rule.ts';
import { scoreInPairs } from './scoreInPairs.ts';

const PAGE = 65_536;

/** Learns r, of records given by their addresses; 1 when a mean may have gone beyond its bound, else 0. */
type LearnOne = (user: number, movie: number, r: number, time: number) => number;

/** Writes the scores of one user and of all movies between two addresses to a third. */
type Score = (user: number, first: number, end: number, scores: number) => number;

/**
 * All that a member knows, in one WebAssembly memory: what all nodes share, then the records of users, of their anchors and of movies, then
 * room for a score of each movie. When one kind of node outgrows its place, everything moves to a larger memory. The largest, 4 GiB, has
 * room for nine million records of ten factors.
 */
export class MemberMemory {
  /** All of it. A reference taken before records grew is stale. */
  numbers: Float64Array;
  readonly users: NodeRecords;
  readonly anchors: NodeRecords;
  readonly movies: NodeRecords;

  private readonly learning: BoundCode<LearnOne>;
  private readonly scoring: BoundCode<Score>;
  private memory = new WebAssembly.Memory({ initial: 1 });
  /** Where the scores lie. */
  private scores = SHARED_SIZE;

  constructor(factors: number, constants: RuleConstants) {
    const layout = nodeLayout(factors + 1);
    this.users = new NodeRecords(this, layout);
    this.anchors = new NodeRecords(this, layout);
    this.movies = new NodeRecords(this, layout);
    this.learning = new BoundCode('learnOne', [factors, constants], () => learnInPairs(factors, constants));
    this.scoring = new BoundCode('scores', [factors], () => scoreInPairs(factors));
    this.numbers = new Float64Array(this.memory.buffer);
  }

  /** `learnInPairs` on this memory. */
  get learnOne(): LearnOne {
    return this.learning.on(this.memory);
  }

  /** `scoreInPairs` on this memory: scores of the first `count` movies, at least one, which stay until the next call. */
  scoresOf(u: number, count: number): Float64Array {
    const room = this.scores * Float64Array.BYTES_PER_ELEMENT;
    this.scoring.on(this.memory)(this.users.address(u), this.movies.address(0), this.movies.address(count), room);
    return this.numbers.subarray(this.scores, this.scores + count);
  }

  grow(records: NodeRecords, capacity: number): void {
    const kinds = [this.users, this.anchors, this.movies];
    const capacityOf = (kind: NodeRecords) => (kind === records ? capacity : kind.capacity);
    const length = kinds.reduce((sum, kind) => sum + kind.size * capacityOf(kind), SHARED_SIZE + capacityOf(this.movies));
    const memory = new WebAssembly.Memory({ initial: Math.ceil((length * Float64Array.BYTES_PER_ELEMENT) / PAGE) });
    const numbers = new Float64Array(memory.buffer);
    numbers.set(this.numbers.subarray(0, SHARED_SIZE));
    let start = SHARED_SIZE;
    for (const kind of kinds) {
      numbers.set(this.numbers.subarray(kind.start, kind.start + kind.size * kind.capacity), start);
      kind.start = start;
      kind.capacity = capacityOf(kind);
      start += kind.size * kind.capacity;
    }
    this.scores = start;
    this.memory = memory;
    this.numbers = numbers;
    this.learning.unbind();
    this.scoring.unbind();
  }
}
