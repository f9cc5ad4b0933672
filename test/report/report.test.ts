import { describe, expect, it } from 'vitest';
import { axisOf, shortNumber, ticksBetween } from '../../src/report/axis.ts';
import { barChart, rowChart } from '../../src/report/barChart.ts';
import { heatmapChart } from '../../src/report/heatmapChart.ts';
import { lineChart } from '../../src/report/lineChart.ts';
import { html, type Markup } from '../../src/report/markup.ts';
import { dataTable, page } from '../../src/report/page.ts';

const EVIL = `<script>alert("1")</script>' onload='x`;
const count = (markup: Markup | string, what: RegExp) => [...String(markup).matchAll(what)].length;

describe('markup', () => {
  it('escapes text, keeps markup, joins lists', () => {
    const inner = html`<b>${'a<b & "c"'}</b>`;
    expect(String(inner)).toBe('<b>a&lt;b &amp; &quot;c&quot;</b>');
    expect(String(html`<p title="${"'\u0000\n"}">${[inner, 3, ['x', inner]]}</p>`)).toBe(`<p title="&#39;  ">${inner}3x${inner}</p>`);
  });
});

describe('an axis', () => {
  it('has round ticks that hold the values', () => {
    expect(ticksBetween(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksBetween(0.87, 0.931)).toEqual([0.86, 0.88, 0.9, 0.92, 0.94]);
    expect(ticksBetween(-3, 41)).toEqual([-10, 0, 10, 20, 30, 40, 50]);
  });

  it('places values between its ends, and nothing that has no place', () => {
    const linear = axisOf({ label: 'x' }, [2, 9.5], 100, 0);
    expect([linear.place(2), linear.place(6), linear.place(10)]).toEqual([100, 50, 0]);
    const log = axisOf({ label: 'n', log: true }, [0, 3, 700], 0, 300);
    expect(log.ticks).toEqual([1, 10, 100, 1000]);
    expect([1, 10, 100].map((value) => Math.round(log.place(value)))).toEqual([0, 100, 200]);
    expect(Number.isFinite(log.place(0))).toBe(false);
  });

  it('has ends that are apart, whatever the values are', () => {
    for (const values of [[], [0], [5, 5], [Number.NaN]])
      for (const log of [false, true]) {
        const axis = axisOf({ label: 'x', log }, values, 0, 100);
        expect(axis.ticks.length).toBeGreaterThan(1);
        expect(axis.ticks.map((tick) => axis.place(tick)).every(Number.isFinite)).toBe(true);
      }
  });

  it('writes numbers for people', () => {
    expect([0.87654321, 1234567, 12, Number.NaN].map(shortNumber)).toEqual(['0.8765', '1,234,567', '12', '–']);
  });
});

describe('charts', () => {
  it('draw a line for each series, leave out what has no place, and name each in a legend', () => {
    const series = [
      {
        name: 'mf',
        points: [
          [0, 1],
          [1, Number.NaN],
          [2, 3],
        ] as const,
      },
      { name: 'sgd', points: [[0, 2]] as const },
    ];
    const chart = lineChart({ title: 'T', x: { label: 'X' }, y: { label: 'Y' }, series, marks: 'both', diagonal: true });
    expect(count(chart, /class="line c[01]"/g)).toBe(2);
    expect(count(chart, /<circle/g)).toBe(3);
    expect(count(chart, /class="diagonal"/g)).toBe(1);
    expect(count(chart, /<li>/g)).toBe(2);
    expect(String(chart)).not.toContain('NaN');
    // x 0 to 2 stand at 64 and 624, y 1 to 3 at 276 and 12.
    expect(String(chart)).toContain('d="M64 276L624 12"');
  });

  it('draw bars from 0, with whiskers', () => {
    const bars = [
      { label: 'one', value: 1, interval: [0.5, 2] as const },
      { label: 'two', value: 2 },
    ];
    const upright = String(barChart({ title: 'T', label: 'X', y: { label: 'Y' }, bars }));
    expect([...upright.matchAll(/<rect[^>]* height="([\d.]+)"/g)].map((match) => Number(match[1]))).toEqual([132, 264]);
    expect(count(upright, /class="whisker"/g)).toBe(1);
    const lying = String(rowChart({ title: 'T', bars }));
    const widths = [...lying.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(widths[1]).toBe(2 * widths[0]!);
  });

  it('draw a cell for each value there is, the stronger the higher', () => {
    const values = [
      [1, null],
      [5, 3],
    ];
    const chart = heatmapChart({ title: 'T', rows: ['a', 'b'], columns: ['x', 'y'], values, low: 1, high: 5 });
    expect([...String(chart).matchAll(/fill-opacity="([\d.]+)"/g)].map((match) => match[1])).toEqual(['0.12', '1.00', '0.56']);
  });

  it('escape every name, and draw nothing for nothing', () => {
    const series = [
      { name: EVIL, points: [[1, 1]] as const },
      { name: EVIL, points: [] },
    ];
    const parts = [
      lineChart({ title: EVIL, x: { label: EVIL }, y: { label: EVIL }, series, marks: 'both' }),
      barChart({ title: EVIL, label: EVIL, y: { label: EVIL }, bars: [{ label: EVIL, value: 1 }] }),
      rowChart({ title: EVIL, bars: [{ label: EVIL, value: 0 }] }),
      heatmapChart({ title: EVIL, rows: [EVIL], columns: [EVIL], values: [[1]], low: 1, high: 1 }),
      dataTable([EVIL], [[EVIL]]),
      lineChart({ title: 'none', x: { label: '' }, y: { label: '' }, series: [] }),
      barChart({ title: 'none', label: '', y: { label: '' }, bars: [] }),
      rowChart({ title: 'none', bars: [] }),
      heatmapChart({ title: 'none', rows: [], columns: [], values: [], low: 0, high: 1 }),
    ];
    const document = page({ title: EVIL, lead: EVIL, sections: [{ title: EVIL, text: EVIL, parts }] });
    expect(document).not.toMatch(/<script|onload='|NaN|Infinity|undefined/);
    expect(document).not.toMatch(/https?:|\bsrc=|@import|url\(/);
    expect(document).toContain("default-src 'none'");
  });
});
