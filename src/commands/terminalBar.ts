import { SingleBar } from 'cli-progress';

/** A progress bar on standard error where a person looks; null in a pipe or a log. */
export function terminalBar(format: string): SingleBar | null {
  if (!process.stderr.isTTY) return null;
  return new SingleBar({
    format: `{bar} {percentage} % | ${format}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
  });
}
