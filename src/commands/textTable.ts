/** Columns between two others are at least this far apart. */
const GAP = 2;

/**
 * A table for a terminal: the first column names the rows and stands left, the others right. Columns that don't fit go into further
 * tables below, with the names again.
 * @param head one title a column @param width characters
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  const lines = [head, ...rows];
  const sizes = head.map((_, column) => Math.max(...lines.map((cells) => [...cells[column]!].length)));
  const blocks: number[][] = [];
  let used = 0;
  for (let column = 1; column < head.length; column += 1) {
    const size = sizes[column]! + GAP;
    if (blocks.length === 0 || used + size > width) {
      blocks.push([]);
      used = sizes[0]!;
    }
    blocks.at(-1)!.push(column);
    used += size;
  }
  return blocks.flatMap((columns, at) => [
    ...(at > 0 ? [''] : []),
    ...lines.map(
      (cells) => `${cells[0]!.padEnd(sizes[0]!)}${columns.map((column) => cells[column]!.padStart(sizes[column]! + GAP)).join('')}`,
    ),
  ]);
}
