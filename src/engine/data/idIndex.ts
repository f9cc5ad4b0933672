/** In the place of a forgotten id; nobody can be called so, since it is a control character. */
export const FORGOTTEN_ID = '\u0000';

declare const kind: unique symbol;

/** A user's position in every array of the engine. */
export type UserIndex = number & { readonly [kind]: 'user' };
/** A movie's position in every array of the engine. */
export type MovieIndex = number & { readonly [kind]: 'movie' };

/** Converts the caller's string ids to dense indices and back; indices are given in order of arrival, from 0. */
export class IdIndex<Index extends number> {
  private readonly ids: string[] = [];
  private readonly indices = new Map<string, Index>();

  constructor(ids: Iterable<string> = []) {
    for (const id of ids) this.add(id);
  }

  /** Indices given, those of forgotten ids too. */
  get size(): number {
    return this.ids.length;
  }

  /** Ids that can be found. */
  get count(): number {
    return this.indices.size;
  }

  /** The index of an id, given now if it is new. */
  add(id: string): Index {
    const known = this.indices.get(id);
    if (known !== undefined) return known;
    const index = this.ids.length as Index;
    this.ids.push(id);
    if (id !== FORGOTTEN_ID) this.indices.set(id, index);
    return index;
  }

  /** Forgets an id; its index stays taken. */
  forget(id: string): void {
    const index = this.indices.get(id);
    if (index === undefined) return;
    this.indices.delete(id);
    this.ids[index] = FORGOTTEN_ID;
  }

  /** The index of an id; undefined if it was never added. Asking adds nothing. */
  find(id: string): Index | undefined {
    return this.indices.get(id);
  }

  idOf(index: Index): string {
    const id = this.ids[index];
    if (id === undefined) throw new RangeError(`No id has index ${index}; ${this.ids.length} are known.`);
    return id;
  }

  /** All ids, by index. */
  all(): readonly string[] {
    return this.ids;
  }
}
