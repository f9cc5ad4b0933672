/** Numbers and words as every view shows them, in English whatever the browser prefers, like the sentences around them. */

const COUNT = new Intl.NumberFormat('en');

/** A rating or a difference of ratings. */
export function points(value: number, digits = 1): string {
  return value.toFixed(digits).replace('-', '−');
}

/** With its sign, +0.3 or −0.3. */
export function signed(value: number, digits = 2): string {
  const text = points(Math.abs(value), digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

/** A share of 0 to 1 in percent. */
export function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}

export function count(value: number): string {
  return COUNT.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${COUNT.format(value)} ${value === 1 ? one : many}`;
}

/** "Alien (1979)"; the year is left out where it is unknown or already part of the title. */
export function titled({ title, year }: { readonly title: string; readonly year: number | null }): string {
  return year === null || title.includes(String(year)) ? title : `${title} (${year})`;
}

/** How sure a prediction is: the probability that the rating lies within half a star of it. */
export function sureness(confidence: number): string {
  if (confidence >= 0.6) return 'quite sure';
  if (confidence >= 0.45) return 'fairly sure';
  return confidence >= 0.3 ? 'unsure' : 'a guess';
}
