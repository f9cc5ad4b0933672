import { html, Markup } from './markup.ts';

export interface Section {
  readonly title: string;
  /** Plain words above what is shown; absent: none. */
  readonly text?: string;
  readonly parts: readonly Markup[];
}

export interface PageOptions {
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly Section[];
}

/** Colours that people with any common colour blindness tell apart (Okabe and Ito 2008), one lightened for a dark page. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c6d31', '#7570b3'];

const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #59636e; --line: #d1d9e0; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #30363d; } }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 76rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; } p { max-width: 48rem; }
.parts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem; }
.wide { grid-column: 1 / -1; overflow-x: auto; }
figure { margin: 0; min-width: 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
svg { width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--line); fill: none; } .diagonal { stroke: var(--soft); stroke-dasharray: 5 4; fill: none; }
.line { fill: none; stroke-width: 2; stroke: currentColor; } .dot, .bar, .cell { fill: currentColor; } .cell { color: ${COLOURS[0]}; }
.whisker { stroke: var(--text); stroke-width: 1.5; fill: none; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; margin: .3rem 0 0; padding: 0; font-size: .85rem; }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; background: currentColor; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
${COLOURS.map((colour, at) => `.c${at} { color: ${colour}; }`).join(' ')}
`;

/** One whole document that needs nothing else: no script, and a policy that lets it fetch nothing. */
export function page({ title, lead, sections }: PageOptions): string {
  const body = sections.map(
    (section) => html`<section><h2>${section.title}</h2>
${section.text === undefined ? '' : html`<p>${section.text}</p>`}<div class="parts">${section.parts}</div></section>
`,
  );
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${Markup.of(STYLE)}</style></head>
<body><h1>${title}</h1><p>${lead}</p>
${body}</body></html>
`.toString();
}

/** A table over the whole width of its section; the first column names the rows. */
export function dataTable(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const line = (cells: readonly string[]) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
  return html`<div class="wide"><table><thead><tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr></thead><tbody>${rows.map(line)}</tbody></table></div>
`;
}
