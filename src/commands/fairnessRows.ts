import type { Report } from './evaluationReport.ts';

/** Narrower than this, a line has no room for words. */
const NARROWEST = 40;

/** What the fairness of the last model says, in sentences; the figures of all of them are in the JSON. */
export function fairnessRows({ fairness = {} }: Report, width: number): string[] {
  const [name, figures] = Object.entries(fairness).at(-1) ?? [];
  if (figures === undefined) return [];
  return ['', `fairness of ${name}`, ...figures.summary.flatMap((sentence) => wrapped(sentence, Math.max(NARROWEST, width)))];
}

/** Lines of whole words, the first with a dash. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '-';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
