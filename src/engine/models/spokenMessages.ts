import { BoundCode } from '../kernels/boundCode.ts';
import { type Address, half, loaded, most, PairFunction, pair, plus, times, two } from '../kernels/pairCode.ts';
import type { Messages } from './attentionRow.ts';

const PAGE = 65_536;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
/** Heads that go through the messages together: as many as there are registers for. */
const TOGETHER = 2;

interface RowSize {
  readonly dimension: number;
  readonly heads: number;
}

/** Sums over messages, of those listed between two addresses; where the powers of a_d·(W_d h) lie, and where the sums go. */
type Attend = (first: number, end: number, own: number, sums: number) => number;

/** A memory and what lies in it. */
interface Room {
  readonly memory: WebAssembly.Memory;
  readonly own: Float64Array; // [heads x 2]
  readonly sums: Float64Array; // [d + heads] Σ weight T, then Σ weight of each head
  readonly list: Int32Array; // [most x 2] addresses of T and of the powers of each message heard
  readonly T: Float64Array; // [messages x d]
  readonly power: Float64Array; // [messages x heads x 2]
}

/**
 * Messages that lie in a WebAssembly memory, and code that attends to some of them two columns at a time: to the bit what the plain
 * loops of `AttentionRow` do. First lies what a call is told and returns, then T and the powers of all messages.
 */
export class SpokenMessages implements Messages {
  key = new Float64Array(0); // [messages x heads]

  private readonly size: RowSize;
  private readonly most: number;
  private readonly code: BoundCode<Attend>;
  private capacity = 0;
  private room: Room;

  /** @param size the columns of a head are even in number @param most messages that a row hears */
  constructor(size: RowSize, most: number) {
    this.size = size;
    this.most = most;
    this.code = new BoundCode('attend', [size.dimension, size.heads], () => attendInPairs(size));
    this.room = this.roomFor(0);
  }

  /** A view that is stale once there is room for more; so are the others. */
  get T(): Float64Array {
    return this.room.T;
  }

  get power(): Float64Array {
    return this.room.power;
  }

  /** Makes room for this many messages, by half more at least than there was. */
  reserve(count: number): void {
    if (count <= this.capacity) return;
    this.capacity = Math.max(count, Math.ceil(1.5 * this.capacity));
    const { room, key } = this;
    this.room = this.roomFor(this.capacity);
    this.room.T.set(room.T);
    this.room.power.set(room.power);
    this.key = new Float64Array(this.capacity * this.size.heads);
    this.key.set(key);
    this.code.unbind();
  }

  /**
   * Σ weight T over the first `n` messages of `heard`, at least one, with weight = max(e^key up, e^(.2 key) down).
   * @param own up and down of each head [heads x 2] @param sums Σ weight T [d] @param totals Σ weight [heads]
   */
  attend(heard: Int32Array, n: number, own: Float64Array, sums: Float64Array, totals: Float64Array): void {
    const { dimension: d, heads } = this.size;
    const { room } = this;
    const { list, T, power } = room;
    for (let e = 0; e < n; e += 1) {
      list[2 * e] = T.byteOffset + heard[e]! * d * DOUBLE;
      list[2 * e + 1] = power.byteOffset + heard[e]! * 2 * heads * DOUBLE;
    }
    room.own.set(own);
    this.code.on(room.memory)(list.byteOffset, list.byteOffset + n * DOUBLE, room.own.byteOffset, room.sums.byteOffset);
    for (let c = 0; c < d; c += 1) sums[c] = room.sums[c]!;
    for (let head = 0; head < heads; head += 1) totals[head] = room.sums[d + head]!;
  }

  private roomFor(capacity: number): Room {
    const { dimension: d, heads } = this.size;
    const lengths = [2 * heads, d + heads, this.most, capacity * d, capacity * 2 * heads];
    const starts = lengths.map((_, part) => lengths.slice(0, part).reduce((sum, length) => sum + length, 0));
    const end = starts.at(-1)! + lengths.at(-1)!;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((end * DOUBLE) / PAGE) });
    const part = (at: number) => new Float64Array(memory.buffer, starts[at]! * DOUBLE, lengths[at]!);
    const list = new Int32Array(memory.buffer, starts[2]! * DOUBLE, 2 * this.most);
    return { memory, own: part(0), sums: part(1), list, T: part(3), power: part(4) };
  }
}

/** A module that exports `attend`, as `Attend` says. */
function attendInPairs({ dimension: d, heads }: RowSize): Uint8Array<ArrayBuffer> {
  const code = new PairFunction(4, 0);
  const [first, end, own, sums] = [0, 1, 2, 3].map((index) => code.address(index)) as [Address, Address, Address, Address];
  const width = d / heads;
  for (let group = 0; group < heads; group += TOGETHER) {
    const some = Array.from({ length: Math.min(TOGETHER, heads - group) }, (_, at) => {
      const head = group + at;
      const columns = Array.from({ length: width / 2 }, (_, at) => ({ place: head * width + 2 * at, sum: code.keep(pair(0)) }));
      return { head, powers: code.keep(two(own, 2 * head)), total: code.keep(pair(0)), columns };
    });
    code.until(end, [{ at: first, step: 1 }], (message) => {
      const T = code.keepAddress(loaded(message, 0));
      const power = code.keepAddress(loaded(message, 1));
      for (const { head, powers, total, columns } of some) {
        const both = code.keep(times(two(power, 2 * head), powers));
        const weight = code.keep(most(half(0, both), half(1, both)));
        code.set(total, plus(total, weight));
        for (const { place, sum } of columns) code.set(sum, plus(sum, times(weight, two(T, place))));
      }
    });
    for (const { head, total, columns } of some) {
      for (const { place, sum } of columns) code.storeTwo(sums, place, sum);
      code.storeOne(sums, d + head, total);
    }
  }
  return code.module('attend', pair(0));
}
