/** How much each figure measures. */
export interface BenchSize {
  readonly users: number;
  readonly movies: number;
  /** About so many. */
  readonly ratings: number;
  /** Turns of each side; odd. */
  readonly rounds: number;
  /** Times that "learn" goes through the ratings in a turn. */
  readonly passes: number;
  /** Ratings that each turn of "durable" writes. */
  readonly writes: number;
  /** Inserts that each turn of its reference writes. */
  readonly inserts: number;
  /** Requests a turn of "recommend". */
  readonly requests: number;
}

/** The size of MovieLens 100K. */
export const FULL: BenchSize = {
  users: 943,
  movies: 1682,
  ratings: 100_000,
  rounds: 9,
  passes: 4,
  writes: 6_000,
  inserts: 600,
  requests: 250,
};
