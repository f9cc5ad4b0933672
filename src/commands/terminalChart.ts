/** Where text goes: characters in a line, and whether it may have colours. */
export interface Terminal {
  readonly width: number;
  readonly colour: boolean;
}

export interface TerminalBar {
  readonly label: string;
  /** At least 0. */
  readonly value: number;
  /** What stands behind the bar. */
  readonly note: string;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const SPARKS = [...'▁▂▃▄▅▆▇█'];
const SHADES = [...'·░▒▓█'];
/** From low to high, of the 256 colours that terminals have: each differs in lightness, too. */
const RAMP = [54, 61, 67, 73, 114, 185, 228];
const WIDEST_LABEL = 22;

/** The terminal that standard output is; a pipe has 80 characters and no colours, NO_COLOR takes them from any. */
export function terminalOf(stream: NodeJS.WriteStream): Terminal {
  return { width: Math.max(40, stream.columns ?? 80), colour: stream.isTTY === true && stream.hasColors(256) };
}

export function heading(text: string, { colour }: Terminal): string {
  return colour ? `\u001b[1m${text}\u001b[22m` : text;
}

/** One line each, to the same scale. */
export function barLines(bars: readonly TerminalBar[], { width, colour }: Terminal): string[] {
  const labels = bars.map(({ label }) => cut(label, WIDEST_LABEL));
  const labelWidth = widest(labels);
  const noteWidth = widest(bars.map(({ note }) => note));
  const room = Math.max(4, width - labelWidth - noteWidth - 4);
  const most = Math.max(0, ...bars.map(({ value }) => value));
  return bars.map(({ value, note }, at) => {
    const bar = barOf(most === 0 ? 0 : (value / most) * room);
    const painted = colour ? `\u001b[36m${bar}\u001b[39m` : bar;
    return `  ${labels[at]!.padStart(labelWidth)} ${painted}${' '.repeat(room - bar.length)} ${note.padStart(noteWidth)}`;
  });
}

/** Heights of values at least 0 in one line. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(1e-12, ...values);
  return values
    .map((value) => (value === 0 ? ' ' : SPARKS[Math.min(SPARKS.length - 1, Math.floor((value / most) * SPARKS.length))]!))
    .join('');
}

/** Two characters a cell, a line each row; null is an empty cell. @param low value of the faintest @param high of the strongest */
export function heatmapLines(
  rows: readonly { readonly label: string; readonly values: readonly (number | null)[] }[],
  low: number,
  high: number,
  { width, colour }: Terminal,
): string[] {
  const labels = rows.map(({ label }) => cut(label, 12));
  const labelWidth = widest(labels);
  const columns = Math.floor((width - labelWidth - 3) / 2);
  const step = (value: number, steps: number) => Math.round(((value - low) / (high - low)) * (steps - 1));
  const cell = (value: number | null) => {
    if (value === null) return '  ';
    if (!colour) return SHADES[step(value, SHADES.length)]!.repeat(2);
    return `\u001b[38;5;${RAMP[step(value, RAMP.length)]}m██\u001b[39m`;
  };
  return rows.map(({ values }, at) => `  ${labels[at]!.padStart(labelWidth)} ${values.slice(0, columns).map(cell).join('')}`.trimEnd());
}

/** At most `width` characters. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join('')}…`;
}

function barOf(length: number): string {
  const whole = Math.floor(length);
  const bar = '█'.repeat(whole) + EIGHTHS[Math.floor((length - whole) * 8)]!;
  return bar === '' && length > 0 ? EIGHTHS[1]! : bar;
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, [...text].length), 0);
}
