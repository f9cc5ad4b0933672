interface NamedAxis {
  readonly label: string;
  /** From 0. */
  readonly index: number;
}

/** What stands at either end of an axis of taste: "Action against Drama" names the high end first. An unnamed axis has only its films. */
export function axisEnds({ label, index }: NamedAxis): { readonly low: string; readonly high: string } {
  const [high, low] = label.split(' against ');
  return high === undefined || low === undefined
    ? { low: `Axis ${index + 1}, low end`, high: `Axis ${index + 1}, high end` }
    : { low, high };
}
