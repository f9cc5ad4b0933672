import type { ComponentChildren } from 'preact';

interface TextTableProps {
  /** What the table is about, for who can't see it. */
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** How many of the first columns are words; the others are numbers. */
  readonly words?: number;
}

/** Figures in columns; where they don't fit they are moved sideways. */
export function TextTable({ label, head, rows, words = 1 }: TextTableProps) {
  const classOf = (column: number) => (column < words ? undefined : 'number');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be moved sideways must be so by keyboard, too.
    <section class="scroll-x" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={name} scope="col" class={classOf(column)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={head[column]} class={classOf(column)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
