import { type AxisOptions, axisOf, CHART_WIDTH, shortNumber } from './axis.ts';
import { BOTTOM, bottomLabel, bottomTitle, colourOf, figure, LEFT, place, RIGHT, TOP, valueGrid } from './frame.ts';
import { html, type Markup } from './markup.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Ends of an interval around the value, drawn as a whisker; null or absent: none. */
  readonly interval?: readonly [low: number, high: number] | null;
}

export interface BarChartOptions {
  readonly title: string;
  /** Below the bars. */
  readonly label: string;
  readonly y: AxisOptions;
  readonly bars: readonly Bar[];
}

/** About how many labels have room below upright bars. */
const MOST_LABELS = 16;
const ROW_HEIGHT = 22;
/** Where lying bars begin and, to leave room for their figures, end. */
const ROW_START = 170;
const ROW_END = CHART_WIDTH - 70;
const LONGEST_LABEL = 26;

/** Upright bars in the order given: a histogram, or months. Begins at 0 unless the axis says otherwise; labels are thinned out. */
export function barChart({ title, label, y, bars }: BarChartOptions): Markup {
  const values = bars.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const up = axisOf({ from: Math.min(0, ...values), ...y }, values, BOTTOM, TOP);
  const width = (RIGHT - LEFT) / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / MOST_LABELS);
  const foot = up.place(Math.max(0, up.ticks[0] ?? 0));
  const drawn = bars.map((bar, at) => {
    const [left, top] = [LEFT + at * width, up.place(bar.value)];
    const middle = place(left + width / 2);
    const whisker = bar.interval
      ? html`<path class="whisker" d="M${middle} ${place(up.place(bar.interval[0]))}V${place(up.place(bar.interval[1]))}"/>`
      : '';
    return html`<rect class="bar ${colourOf(0)}" x="${place(left + width * 0.1)}" y="${place(Math.min(top, foot))}" width="${place(width * 0.8)}" height="${place(Math.abs(foot - top))}"><title>${bar.label}: ${shortNumber(bar.value)}</title></rect>${whisker}${at % every === 0 ? bottomLabel(middle, bar.label) : ''}`;
  });
  return figure(title, [...valueGrid(up), bottomTitle(label), ...drawn]);
}

/** Lying bars, one a row, with their figures: for names. Values are at least 0. */
export function rowChart({ title, bars }: { readonly title: string; readonly bars: readonly Bar[] }): Markup {
  const values = bars.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const across = axisOf({ label: '', from: 0, to: Math.max(1e-9, ...values) }, values, ROW_START, ROW_END);
  const drawn = bars.map(({ label, value, interval }, at) => {
    const middle = (at + 0.5) * ROW_HEIGHT;
    const end = Math.max(value, interval?.[1] ?? value);
    const whisker = interval
      ? html`<path class="whisker" d="M${place(across.place(interval[0]))} ${middle}H${place(across.place(interval[1]))}"/>`
      : '';
    return html`<text x="${ROW_START - 6}" y="${middle}" dy=".35em" text-anchor="end">${shortened(label)}<title>${label}</title></text><rect class="bar ${colourOf(0)}" x="${ROW_START}" y="${middle - ROW_HEIGHT * 0.35}" width="${place(across.place(value) - ROW_START)}" height="${ROW_HEIGHT * 0.7}"/>${whisker}<text x="${place(across.place(end) + 6)}" y="${middle}" dy=".35em">${shortNumber(value)}</text>`;
  });
  return figure(title, drawn, [], Math.max(1, bars.length) * ROW_HEIGHT);
}

function shortened(label: string): string {
  const letters = [...label];
  return letters.length <= LONGEST_LABEL ? label : `${letters.slice(0, LONGEST_LABEL - 1).join('')}…`;
}
