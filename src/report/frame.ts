import { type Axis, CHART_HEIGHT, CHART_WIDTH, shortNumber } from './axis.ts';
import { html, type Markup } from './markup.ts';

/** Drawing units around the plot: for labels of values on the left, and of the x axis below. */
export const LEFT = 64;
export const RIGHT = CHART_WIDTH - 16;
export const TOP = 12;
export const BOTTOM = CHART_HEIGHT - 44;

/** How many series have a colour of their own; further ones begin again. */
const COLOURS = 8;

/** The class of a series's colour, defined by the page. */
export function colourOf(series: number): string {
  return `c${series % COLOURS}`;
}

/**
 * A chart with its title and, where it has several series, a legend.
 * @param height drawing units
 */
export function figure(title: string, drawing: readonly Markup[], series: readonly string[] = [], height = CHART_HEIGHT): Markup {
  const legend = series.map((name, at) => html`<li><i class="${colourOf(at)}"></i>${name}</li>`);
  return html`<figure><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${CHART_WIDTH} ${height}" role="img" aria-label="${title}">${drawing}</svg>
${series.length > 1 ? html`<ul class="legend">${legend}</ul>` : ''}</figure>
`;
}

/** Grid lines and tick labels of two axes with numbers. */
export function grid(x: Axis, y: Axis): Markup[] {
  return [...valueGrid(y), ...x.ticks.map((tick) => bottomLabel(x.place(tick), shortNumber(tick))), bottomTitle(x.label)];
}

/** Grid lines, tick labels and the title of the y axis. */
export function valueGrid(y: Axis): Markup[] {
  const lines = y.ticks.map((tick) => {
    const at = place(y.place(tick));
    return html`<path class="grid" d="M${LEFT} ${at}H${RIGHT}"/><text x="${LEFT - 6}" y="${at}" dy=".35em" text-anchor="end">${shortNumber(tick)}</text>`;
  });
  const middle = (TOP + BOTTOM) / 2;
  return [...lines, html`<text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${y.label}</text>`];
}

export function bottomLabel(x: number, text: string): Markup {
  return html`<text x="${place(x)}" y="${BOTTOM + 16}" text-anchor="middle">${text}</text>`;
}

export function bottomTitle(text: string): Markup {
  return html`<text x="${(LEFT + RIGHT) / 2}" y="${CHART_HEIGHT - 8}" text-anchor="middle">${text}</text>`;
}

/** Drawing units to a tenth: what an eye can tell apart. */
export function place(value: number): number {
  return Math.round(value * 10) / 10;
}
