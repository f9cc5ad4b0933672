import { CHART_WIDTH, shortNumber } from './axis.ts';
import { figure, place } from './frame.ts';
import { html, type Markup } from './markup.ts';

export interface HeatmapOptions {
  readonly title: string;
  /** From top to bottom. */
  readonly rows: readonly string[];
  /** From left to right; shown when pointed at. */
  readonly columns: readonly string[];
  /** By row, then column; null: an empty cell. */
  readonly values: readonly (readonly (number | null)[])[];
  /** What is drawn faintest, and strongest. */
  readonly low: number;
  readonly high: number;
}

const LABELS = 84;
const HIGHEST_CELL = 22;
/** How faint the lowest value is: still there, unlike an empty cell. */
const FAINTEST = 0.12;

/** A grid of values as strengths of one colour. */
export function heatmapChart({ title, rows, columns, values, low, high }: HeatmapOptions): Markup {
  const width = (CHART_WIDTH - LABELS) / Math.max(1, columns.length);
  const height = Math.min(width, HIGHEST_CELL);
  const strength = (value: number) => FAINTEST + (1 - FAINTEST) * Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
  const cells = rows.flatMap((row, at) =>
    columns.map((column, along) => {
      const value = values[at]?.[along] ?? null;
      if (value === null) return html``;
      return html`<rect class="cell" x="${place(LABELS + along * width)}" y="${place(at * height)}" width="${place(width * 0.94)}" height="${place(height * 0.94)}" fill-opacity="${strength(value).toFixed(2)}"><title>${row}, ${column}: ${shortNumber(value)}</title></rect>`;
    }),
  );
  const labels = rows.map(
    (row, at) => html`<text x="${LABELS - 6}" y="${place((at + 0.5) * height)}" dy=".35em" text-anchor="end">${row.slice(0, 12)}</text>`,
  );
  return figure(title, [...labels, ...cells], [], Math.max(1, Math.ceil(rows.length * height)));
}
