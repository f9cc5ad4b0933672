import { checkId } from '../validation.ts';
import { utf8 } from './encoding.ts';

/** FNV-1a, 32 bits. Source: http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Numbers ids by their bytes, in order of arrival from 0: an id that is met a thousand times becomes a string, and is checked, once.
 * A hash table with linear probing; a slot holds 1 + the number of its id.
 */
export class ByteIds {
  readonly #argument: string;
  readonly #ids: string[] = [];
  #slots = new Int32Array(2 ** 12);
  #hashes = new Int32Array(2 ** 11); // [ids]
  #ends = new Int32Array(2 ** 11); // [ids] where an id's bytes end; they begin where the id before it ends
  #bytes = new Uint8Array(2 ** 14); // of all ids, one after the other

  /** @param argument what these ids are called in messages */
  constructor(argument: string) {
    this.#argument = argument;
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  /** @returns the number of the id in `bytes[start..end - 1]`. @throws RequestError when these can't be an id */
  numberOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = FNV_OFFSET;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) break;
      if (this.#hashes[number] === hash && this.#isAt(number, bytes, start, end)) return number;
      slot = (slot + 1) & mask;
    }
    return this.#add(bytes.subarray(start, end), hash, slot);
  }

  #isAt(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = number === 0 ? 0 : this.#ends[number - 1]!;
    if (this.#ends[number]! - from !== end - start) return false;
    for (let at = start, own = from; at < end; at += 1, own += 1) if (bytes[at] !== this.#bytes[own]) return false;
    return true;
  }

  #add(bytes: Uint8Array, hash: number, slot: number): number {
    const id = utf8(bytes);
    checkId(this.#argument, id);
    const number = this.#ids.push(id) - 1;
    this.#slots[slot] = number + 1;
    this.#keep(number, bytes, hash);
    if (2 * this.#ids.length > this.#slots.length) this.#rehash();
    return number;
  }

  #keep(number: number, bytes: Uint8Array, hash: number): void {
    const from = number === 0 ? 0 : this.#ends[number - 1]!;
    this.#hashes = withRoom(this.#hashes, number + 1);
    this.#ends = withRoom(this.#ends, number + 1);
    this.#bytes = withRoom(this.#bytes, from + bytes.length);
    this.#hashes[number] = hash;
    this.#bytes.set(bytes, from);
    this.#ends[number] = from + bytes.length;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#ids.length; number += 1) {
      let slot = this.#hashes[number]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

/** The same array, or a copy twice as long when `length` doesn't fit. */
export function withRoom<T extends Int32Array | Uint8Array | Float64Array>(array: T, length: number): T {
  if (length <= array.length) return array;
  const grown = new (array.constructor as new (length: number) => T)(Math.max(length, 2 * array.length));
  grown.set(array);
  return grown;
}
