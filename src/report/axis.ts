/** How wide a chart is, in units of its drawing; a page scales it. */
export const CHART_WIDTH = 640;
export const CHART_HEIGHT = 320;

export interface AxisOptions {
  readonly label: string;
  /** Ends of the axis; by default those of the data, rounded outwards. */
  readonly from?: number;
  readonly to?: number;
  /** Tens at equal distances; for values above 0 alone, others have no place. Default false. */
  readonly log?: boolean;
}

/** Where values stand between two ends of a drawing. */
export interface Axis {
  readonly label: string;
  readonly ticks: readonly number[];
  /** @returns a place in drawing units; NaN for what has none */
  place(value: number): number;
}

/** @param values what has to have a place @param start drawing units of the low end @param end of the high end */
export function axisOf(options: AxisOptions, values: readonly number[], start: number, end: number): Axis {
  const log = options.log ?? false;
  const known = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const [low, high] = spread(options.from ?? least(known, log), options.to ?? most(known, log), log);
  const ticks = log ? tensBetween(low, high) : ticksBetween(low, high);
  const from = options.from ?? Math.min(low, ticks[0] ?? low);
  const to = options.to ?? Math.max(high, ticks.at(-1) ?? high);
  const along = log ? Math.log10 : (value: number) => value;
  const [first, last] = [along(from), along(to)];
  return {
    label: options.label,
    ticks: ticks.filter((tick) => tick >= from && tick <= to),
    place: (value) => start + ((along(value) - first) / (last - first)) * (end - start),
  };
}

/** About five round values from at or below `low` to at or above `high` (Heckbert 1990, Nice numbers for graph labels). */
export function ticksBetween(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * ([1, 2, 5].find((factor) => factor * ten >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** A number as a person reads it: four significant digits, thousands apart. */
export function shortNumber(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 15 : 4 }) : '–';
}

function tensBetween(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high) - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));
}

function least(values: readonly number[], log: boolean): number {
  return values.reduce((low, value) => Math.min(low, value), values[0] ?? (log ? 1 : 0));
}

function most(values: readonly number[], log: boolean): number {
  return values.reduce((high, value) => Math.max(high, value), values[0] ?? (log ? 10 : 1));
}

/** Ends that are apart. */
function spread(low: number, high: number, log: boolean): [number, number] {
  if (low < high) return [low, high];
  if (log) return [low / 2, low * 2];
  const around = Math.max(Math.abs(low) / 10, 0.5);
  return [low - around, low + around];
}
