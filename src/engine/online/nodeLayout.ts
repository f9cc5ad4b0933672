/**
 * Where the numbers of a node, a user or a movie, lie in its record, counted in doubles. All nodes have the same record: their columns
 * (the factors, then the bias) in blocks of two,
 *
 *     mean mean | variance variance | implicit implicit | V0 V0
 *
 * then a block of single numbers. A block fills one line of a processor's cache (64 bytes), so that what a rating changes lies together,
 * and two columns can be computed at once.
 */
export const BLOCK = 8;

/** Places in a block, from the mean on. The implicit part is Y_u or y_i. */
export const VARIANCE = 2;
export const IMPLICIT = 4;
export const PRIOR = 6;

/** Places in the block of single numbers. A movie has but the last. */
export interface Singles {
  readonly mood: number;
  readonly moodVariance: number;
  readonly last: number;
  readonly implicitCount: number;
  readonly eta: number;
}

/** Where the mean of a column lies in a record. */
export function column(f: number): number {
  return (f >> 1) * BLOCK + (f & 1);
}

/** Where the single numbers lie in a record. @param columns factors and bias */
export function singles(columns: number): Singles {
  const start = Math.ceil(columns / 2) * BLOCK;
  return { mood: start, moodVariance: start + 1, last: start + 2, implicitCount: start + 3, eta: start + 4 };
}

export function recordSize(columns: number): number {
  return (Math.ceil(columns / 2) + 1) * BLOCK;
}

/** Where what all nodes share lies, at the start of the memory. */
export const SHARED = { m0: 0, noiseVariance: 1, g0: 2, c1: 3, c2: 4 };
export const SHARED_SIZE = 8;
