import type { Bar, Figure } from './measure.ts';

const HEAD = ['figure', 'value', 'reference', 'its value', 'ratio', 'rounds from - to', 'bar', 'ok', 'what'];
/** Columns of words, set flush left. */
const WORDS = new Set([0, 2, 8]);

/** The figures as a table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (WORDS.has(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  '),
  );
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function cellsOf({ name, what, unit, value, reference, referenceValue, ratio, ratios, bar, ok }: Figure): string[] {
  return [
    name,
    `${short(value)} ${unit}`,
    reference,
    short(referenceValue),
    short(ratio),
    `${short(ratios.low)} - ${short(ratios.high)}`,
    bar === null ? '' : barText(bar, unit),
    ok === null ? '' : ok ? 'yes' : 'NO',
    what,
  ];
}

/** A limit on the figure itself has its unit. */
function barText(bar: Bar, unit: string): string {
  const limit = 'atLeast' in bar ? `>= ${short(bar.atLeast)}` : `<= ${short(bar.atMost)}`;
  return bar.of === 'value' ? `${limit} ${unit}` : limit;
}

/** Three significant digits, whole above 100. */
function short(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
