/** How many ratings of how many. */
export interface DataSize {
  readonly users: number;
  readonly movies: number;
  /** About so many. */
  readonly ratings: number;
}

/** How much each figure measures. */
export interface BenchSize extends DataSize {
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
  /** Lists a turn of "explained", and the large catalogue that it has, too. */
  readonly lists: number;
  readonly catalogue: DataSize;
  /** Ratings of "explore". */
  readonly explored: number;
  /** Messages and targets of "attention step". */
  readonly messages: number;
  readonly targets: number;
  /** Requests of "memory", of which the second half counts. */
  readonly memoryRequests: number;
  /** Trainings in a row, and the data for them. */
  readonly retrainings: number;
  readonly retrained: DataSize;
}

/** The size of MovieLens 100K. */
export const FULL: BenchSize = {
  users: 943,
  movies: 1682,
  ratings: 100_000,
  rounds: 9,
  passes: 4,
  writes: 9_000,
  inserts: 600,
  requests: 250,
  lists: 60,
  catalogue: { users: 2_000, movies: 27_000, ratings: 200_000 },
  explored: 1_000_000,
  messages: 64_000,
  targets: 16_000,
  memoryRequests: 1_000,
  retrainings: 20,
  retrained: { users: 60, movies: 100, ratings: 600 },
};
