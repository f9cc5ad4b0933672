import { type Axis, type AxisOptions, axisOf, shortNumber } from './axis.ts';
import { BOTTOM, colourOf, figure, grid, LEFT, place, RIGHT, TOP } from './frame.ts';
import { html, type Markup } from './markup.ts';

export interface Series {
  readonly name: string;
  /** x and y, by rising x where lines join them. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChartOptions {
  readonly title: string;
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly series: readonly Series[];
  /** `line`: joined; `dots`: a scatter; `both`. Default line. */
  readonly marks?: 'line' | 'dots' | 'both';
  /** Draws y = x: where a reliability diagram wants its points. Default false. */
  readonly diagonal?: boolean;
}

/** Lines or points over two axes of numbers. What has no place on an axis is left out. */
export function lineChart({ title, x, y, series, marks = 'line', diagonal = false }: LineChartOptions): Markup {
  const points = series.flatMap((one) => one.points);
  const across = axisOf(
    x,
    points.map((point) => point[0]),
    LEFT,
    RIGHT,
  );
  const up = axisOf(
    y,
    points.map((point) => point[1]),
    BOTTOM,
    TOP,
  );
  const drawn = series.flatMap((one, at) => {
    const placed = one.points.filter((point) => Number.isFinite(across.place(point[0])) && Number.isFinite(up.place(point[1])));
    const line = marks === 'dots' ? [] : [joined(placed, across, up, colourOf(at))];
    return marks === 'line' ? line : [...line, ...dots({ name: one.name, points: placed }, across, up, colourOf(at))];
  });
  return figure(
    title,
    [...grid(across, up), ...(diagonal ? [diagonalOf(across, up)] : []), ...drawn],
    series.map(({ name }) => name),
  );
}

function joined(points: Series['points'], x: Axis, y: Axis, colour: string): Markup {
  const path = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${place(x.place(point[0]))} ${place(y.place(point[1]))}`).join('');
  return html`<path class="line ${colour}" d="${path}"/>`;
}

function dots({ name, points }: Series, x: Axis, y: Axis, colour: string): Markup[] {
  return points.map(
    (point) =>
      html`<circle class="dot ${colour}" cx="${place(x.place(point[0]))}" cy="${place(y.place(point[1]))}" r="3.5"><title>${name}: ${shortNumber(point[0])}, ${shortNumber(point[1])}</title></circle>`,
  );
}

/** From corner to corner of what both axes show. */
function diagonalOf(x: Axis, y: Axis): Markup {
  const low = Math.max(x.ticks[0] ?? 0, y.ticks[0] ?? 0);
  const high = Math.min(x.ticks.at(-1) ?? 1, y.ticks.at(-1) ?? 1);
  return html`<path class="diagonal" d="M${place(x.place(low))} ${place(y.place(low))}L${place(x.place(high))} ${place(y.place(high))}"/>`;
}
