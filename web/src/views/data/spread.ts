import { count, plural, points } from '../../format.ts';

interface Spread {
  readonly rated: number;
  readonly least: number;
  readonly median: number;
  readonly mean: number;
  readonly most: number;
  readonly gini: number;
  readonly head: number;
}

/** How unequally ratings are spread, in sentences. */
export function spreadOf({ rated, least, median, mean, most, gini, head }: Spread, what: string): string {
  return (
    `${plural(rated, what)} with ratings: ${count(least)} to ${count(most)} each, half of them at most ${count(median)}, ${points(mean)} on average. ` +
    `A third of all ratings belongs to the first ${plural(head, what)}. Gini ${points(gini, 2)}: 0 if each had as many, towards 1 if one had all.`
  );
}
