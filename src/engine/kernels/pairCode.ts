/**
 * Writes one WebAssembly function that computes with pairs of doubles (f64x2), two at once. WebAssembly is a stack machine: the code of an
 * expression is the code of its operands, then the operation; so an expression here is its code, and `plus(a, times(b, c))` writes it.
 * What is used twice should be kept under a name, else it is computed twice. Every operation is exact IEEE arithmetic, in the written
 * order, on every processor. Numbers below are those of the WebAssembly specification, 2.0, "Binary Format".
 */
export type Pair = readonly number[];

/** Address of a record, in bytes; `FIXED` for places that are counted from the start of the memory. */
export type Address = readonly number[];
export const FIXED: Address = [0x41, 0];

const I32 = 0x7f;
const F64 = 0x7c;
const V128 = 0x7b;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;

export const plus = binary(0xf0);
export const minus = binary(0xf1);
export const times = binary(0xf2);
export const over = binary(0xf3);
/** The second where it is less, else the first: also where the second is no number. */
export const least = binary(0xf6);
/** The second where it is more, else the first. */
export const most = binary(0xf7);
export const squareRoot = unary(0xef);

/** Comparisons give masks: all bits set where they hold. */
export const differs = binary(0x48);
export const isMore = binary(0x4a);
export const isAtLeast = binary(0x4c);
export const both = binary(0x4e);
export const either = binary(0x50);
/** Bits as those of an integer. */
export const plusBits = binary(0xce);

/** One number in both halves, or two. */
export function pair(first: number, second = first): Pair {
  return [...vector(0x0c), ...new Uint8Array(Float64Array.of(first, second).buffer)];
}

/** `yes` where the mask is set, else `no`. */
export function choose(mask: Pair, yes: Pair, no: Pair): Pair {
  return [...yes, ...no, ...mask, ...vector(0x52)];
}

/** One half of a pair, in both halves. */
export function half(which: 0 | 1, x: Pair): Pair {
  return [...x, ...vector(0x21), which, ...vector(0x14)];
}

export function sumOfHalves(name: Pair): Pair {
  return plus(half(0, name), half(1, name));
}

export function shiftLeft(bits: Pair, by: number): Pair {
  return [...bits, 0x41, by, ...vector(0xcb)];
}

/** Two neighbours in memory. @param place in doubles, from the address on */
export function two(at: Address, place: number): Pair {
  return [...at, ...vector(0x00), 3, ...unsigned(place * DOUBLE)];
}

/** One number in memory, in both halves. */
export function one(at: Address, place: number): Pair {
  return [...at, ...vector(0x0a), 3, ...unsigned(place * DOUBLE)];
}

/** An address that lies in memory. @param place in integers of 32 bits, from the address on */
export function loaded(at: Address, place: number): Address {
  return [...at, 0x28, 2, ...unsigned(place * Int32Array.BYTES_PER_ELEMENT)];
}

/** A function of some addresses, then some numbers, under construction. */
export class PairFunction {
  private readonly addresses: number;
  private readonly numbers: number;
  private readonly code: number[] = [];
  private readonly locals: number[] = [];

  constructor(addresses: number, numbers: number) {
    this.addresses = addresses;
    this.numbers = numbers;
  }

  address(index: number): Address {
    return get(index);
  }

  number(index: number): Pair {
    return [...get(this.addresses + index), ...vector(0x14)];
  }

  /** Computes it here, and gives it a name. */
  keep(value: Pair): Pair {
    const name = this.local(V128);
    this.set(name, value);
    return name;
  }

  keepAddress(value: Address): Address {
    const name = this.local(I32);
    this.set(name, value);
    return name;
  }

  set(name: Pair, value: Pair): void {
    this.code.push(...value, 0x21, ...name.slice(1));
  }

  storeTwo(at: Address, place: number, value: Pair): void {
    this.code.push(...at, ...value, ...vector(0x0b), 3, ...unsigned(place * DOUBLE));
  }

  /** Stores the first half. */
  storeOne(at: Address, place: number, value: Pair): void {
    this.code.push(...at, ...value, ...vector(0x5b), 3, ...unsigned(place * DOUBLE), 0);
  }

  /** Does it until the first address has reached `end`, at least once; each goes on by its `step` of doubles from `at`. */
  until(end: Address, from: readonly { readonly at: Address; readonly step: number }[], body: (...at: Address[]) => void): void {
    const names = from.map(({ at }) => {
      const name = this.local(I32);
      this.set(name, at);
      return name;
    });
    this.code.push(0x03, 0x40);
    body(...names);
    names.forEach((name, n) => {
      this.set(name, after(name, from[n]!.step));
    });
    this.code.push(...names[0]!, ...end, 0x49, 0x0d, 0, 0x0b);
  }

  /** @returns a module that imports `memory.memory` and exports the function, which returns 1 if any bit of the mask is set, else 0 */
  module(name: string, mask: Pair): Uint8Array<ArrayBuffer> {
    const parameters = [...Array<number>(this.addresses).fill(I32), ...Array<number>(this.numbers).fill(F64)];
    const locals = this.locals.map((type) => [1, type]);
    const body = [...list(locals), ...this.code, ...mask, ...vector(0x53), 0x0b];
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [[0x60, ...list(parameters.map((type) => [type])), ...list([[I32]])]]),
      ...section(2, [[...text('memory'), ...text('memory'), 2, 0, 1]]),
      ...section(3, [[0]]),
      ...section(7, [[...text(name), 0, 0]]),
      ...section(10, [[...unsigned(body.length), ...body]]),
    ]);
  }

  private local(type: number): Pair {
    this.locals.push(type);
    return get(this.addresses + this.numbers + this.locals.length - 1);
  }
}

function unary(operation: number): (x: Pair) => Pair {
  return (x) => [...x, ...vector(operation)];
}

function binary(operation: number): (a: Pair, b: Pair) => Pair {
  return (a, b) => [...a, ...b, ...vector(operation)];
}

/** The address so many doubles further on. */
export function after(at: Address, doubles: number): Address {
  return [...at, ...integer(doubles * DOUBLE), 0x6a];
}

function get(local: number): number[] {
  return [0x20, ...unsigned(local)];
}

/** An operation on vectors. */
function vector(operation: number): number[] {
  return [0xfd, ...unsigned(operation)];
}

function integer(value: number): number[] {
  return [0x41, ...signed(value)];
}

function section(id: number, entries: number[][]): number[] {
  const content = list(entries);
  return [id, ...unsigned(content.length), ...content];
}

function list(entries: number[][]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function text(value: string): number[] {
  return list([...new TextEncoder().encode(value)].map((byte) => [byte]));
}

/** LEB128: seven bits a byte, the lowest first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
