/**
 * Where the numbers of a node, a user or a movie, lie in its record, counted in doubles. All nodes have the same record: one quantity
 * after the other, each of all columns (the factors, then the bias), then the single numbers.
 *
 *     means | variances | implicit parts | V0 | single numbers
 *
 * Everything that a rating changes lies together, and so do the means, which are all that ranking movies reads. A quantity starts at an
 * even place, so that two columns can be computed at once.
 */
export interface NodeLayout {
  /** Where quantities start; the means start at 0. The implicit part is Y_u or y_i. */
  readonly variance: number;
  readonly implicit: number;
  readonly prior: number;
  /** Places of single numbers. A movie has but eta. */
  readonly mood: number;
  readonly moodVariance: number;
  readonly last: number;
  readonly implicitCount: number;
  readonly eta: number;
  /** Doubles of a record: whole lines of a processor's cache, 64 bytes each. */
  readonly size: number;
}

const LINE = 8;

/** @param columns factors and bias */
export function nodeLayout(columns: number): NodeLayout {
  const width = columns + (columns % 2);
  const single = 4 * width;
  return {
    variance: width,
    implicit: 2 * width,
    prior: 3 * width,
    mood: single,
    moodVariance: single + 1,
    last: single + 2,
    implicitCount: single + 3,
    eta: single + 4,
    size: Math.ceil((single + 5) / LINE) * LINE,
  };
}

/** Where what all nodes share lies, at the start of the memory. */
export const SHARED = { m0: 0, noiseVariance: 1, g0: 2, c1: 3, c2: 4 };
export const SHARED_SIZE = LINE;
