/** How much of a fault is tried: `short` is part of `npm test`, `long` is what the bars of docs/reliability.md are held against. */
export type Size = 'short' | 'long';

/** One thing that must hold, and what was seen. */
export interface Finding {
  readonly what: string;
  /** With its unit. */
  readonly seen: string;
  readonly bar: string;
  readonly holds: boolean;
}

/** A kind of trouble that is made on purpose, with real processes, files and signals. */
export interface Fault {
  /** One word, to call it by. */
  readonly name: string;
  /** One line: what is done. */
  readonly what: string;
  /** @param tell hears of progress, a line at a time @throws Error when the fault could not be made as described: the run is void */
  run(size: Size, tell: (line: string) => void): Promise<readonly Finding[]>;
}
