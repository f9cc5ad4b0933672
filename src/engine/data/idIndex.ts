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

  get size(): number {
    return this.ids.length;
  }

  /** The index of an id, given now if it is new. */
  add(id: string): Index {
    const known = this.indices.get(id);
    if (known !== undefined) return known;
    const index = this.ids.length as Index;
    this.ids.push(id);
    this.indices.set(id, index);
    return index;
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
