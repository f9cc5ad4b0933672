/**
 * A limit on the ratio: a rate must be at least so many times its reference, a cost at most. With `of: 'value'` it is a limit on the
 * figure itself, in its unit.
 */
export type Bar = ({ readonly atLeast: number } | { readonly atMost: number }) & { readonly of?: 'value' };

/** One line of the table: what was measured, against what, in the same run. */
export interface Figure {
  readonly name: string;
  /** What was done. */
  readonly what: string;
  /** Of `value` and `referenceValue`: "ratings/s", "µs CPU a request". */
  readonly unit: string;
  /** Median over the rounds. */
  readonly value: number;
  /** What is measured beside it: a file under bench/reference, or the same thing asked in another way. */
  readonly reference: string;
  readonly referenceValue: number;
  /** value / referenceValue: median of the rounds' ratios. */
  readonly ratio: number;
  /** Smallest and largest of the rounds' ratios. */
  readonly ratios: { readonly low: number; readonly high: number };
  readonly rounds: number;
  /** Null: for information. */
  readonly bar: Bar | null;
  /** Null without a bar. */
  readonly ok: boolean | null;
}

type Maybe<T> = T | Promise<T>;

type FigureHead = Pick<Figure, 'name' | 'what' | 'unit' | 'reference' | 'bar'>;

export interface Comparison extends FigureHead {
  readonly rounds: number;
  /** For what takes long enough: the first round counts. */
  readonly cold?: boolean;
  /** Measures once. */
  readonly measure: (round: number) => Maybe<number>;
  /** Measures the reference once. */
  readonly measureReference: (round: number) => Maybe<number>;
}

/**
 * Measures both sides by turns, A B B A A B …, after one round each that doesn't count, so that whatever else
 * the machine does meets both alike; a ratio is taken within each round.
 */
export async function compare(comparison: Comparison): Promise<Figure> {
  const { rounds, cold, measure, measureReference } = comparison;
  if (cold !== true) {
    await measure(0);
    await measureReference(0);
  }
  const values: number[] = [];
  const references: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    if (round % 2 === 1) values.push(await measure(round));
    references.push(await measureReference(round));
    if (round % 2 === 0) values.push(await measure(round));
  }
  return figureOf(comparison, values, references);
}

/** @param values one of each round, at least one @param references of the same rounds */
export function figureOf(of: FigureHead, values: readonly number[], references: readonly number[]): Figure {
  const { name, what, unit, reference, bar } = of;
  const ratios = values.map((value, round) => value / references[round]!);
  const figure = { value: median(values), ratio: median(ratios) };
  return {
    name,
    what,
    unit,
    ...figure,
    reference,
    referenceValue: median(references),
    ratios: { low: Math.min(...ratios), high: Math.max(...ratios) },
    rounds: values.length,
    bar,
    ok: bar === null ? null : meets(figure[bar.of ?? 'ratio'], bar),
  };
}

export function meets(measured: number, bar: Bar): boolean {
  return 'atLeast' in bar ? measured >= bar.atLeast : measured <= bar.atMost;
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** @returns seconds of processor time that `work` took: what other processes do meanwhile doesn't count */
export function processorSeconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** @returns seconds that `work` took, waiting included */
export async function seconds(work: () => Maybe<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
