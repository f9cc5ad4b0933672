import type { RejectGroup, Rejects } from '../importers/rejects.ts';

/** A line for each reason, with how many lines it cost and where the first of them stand; empty when nothing was rejected. */
export function rejectText({ groups }: Rejects): string {
  return groups.map((group) => `${whole(group.count)} rejected: ${group.reason} ${placesOf(group)}\n`).join('');
}

/** "(ratings.csv lines 3, 4, 9, …)" */
function placesOf({ count, first }: RejectGroup): string {
  const files = [...new Set(first.map(({ file }) => file))];
  const places = files.map((file) => {
    const lines = first.filter((reject) => reject.file === file).map(({ line }) => line);
    return `${file} ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
  });
  return `(${places.join('; ')}${count > first.length ? ', …' : ''})`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
